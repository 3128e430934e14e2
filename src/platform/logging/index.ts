export { LoggingModule } from './logging.module.js';
export { giveRequestId } from './request-id.js';
