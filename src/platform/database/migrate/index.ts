export { migrate, type MigrateResult } from './migrate.js';
export { JOBS_SCHEMA } from './jobs.js';
