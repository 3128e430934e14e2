export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export { databaseFailure, isDatabaseUnavailable, isTransactionConflict, isUniqueViolation } from './database-error.js';
export { afterCommit, inTransaction, isInTransaction, Transactional } from './transactional.js';
export { Prisma } from './generated/client.js';
export * from './generated/enums.js';
