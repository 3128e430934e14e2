export { LicenseExpiring, SeatOffered } from './licensing.events.js';
export { LicensingModule } from './licensing.module.js';
export { SeatCode } from './seats/seat-code.js';
