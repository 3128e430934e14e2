export { LoggingModule, redactedPaths } from './logging.module.js';
