export { backoffSeconds } from './backoff.js';
export { type Due, DueRows, dueRows, inBrief, leaseOf, OWN_TURN_SECONDS, pausesOf } from './due-rows.js';
export { Housekeeping } from './housekeeping.js';
export { Housekeep, Sweep } from './schedule.js';
export { JobsModule } from './jobs.module.js';
export { LeasedRows, leasedRows } from './leased-rows.js';
export { Sweeps } from './sweeps.js';
