export { backoffSeconds } from './backoff.js';
export { Housekeeping } from './housekeeping.js';
export { JobsModule } from './jobs.module.js';
export { Sweeps, type Sweep } from './sweeps.js';
