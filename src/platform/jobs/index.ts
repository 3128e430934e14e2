export { backoffSeconds } from './backoff.js';
export { Housekeeping } from './housekeeping.js';
export { JobsModule } from './jobs.module.js';
export { LeasedRows } from './leased-rows.js';
export { Sweeps, type Sweep } from './sweeps.js';
