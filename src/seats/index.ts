export { SeatBooked, SeatCancelled, SeatCheckedIn } from './seats.events.js';
export { SeatsModule } from './seats.module.js';
