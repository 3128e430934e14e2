export { AuditController } from './audit.controller.js';
export { RecordAudit } from './record-audit.js';
