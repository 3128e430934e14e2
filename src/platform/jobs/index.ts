export { backoffSeconds } from './backoff.js';
export { type Due, DueRows, inBrief, leaseOf, pausesOf } from './due-rows.js';
export { Housekeeping } from './housekeeping.js';
export { dueRows, Housekeep, Sweep } from './schedule.js';
export { JobsModule } from './jobs.module.js';
export { LeasedRows, leasedRows } from './leased-rows.js';
export { Sweeps } from './sweeps.js';
