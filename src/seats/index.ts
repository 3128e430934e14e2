export { CashTaken, SeatCancelled } from './seats.events.js';
export { SeatProblems } from './seats.problems.js';
export { SeatsModule } from './seats.module.js';
export { WaitlistPromoted, WaitlistSkipped } from './waitlist/waitlist.events.js';
