export { Database } from './database.js';
export { DatabaseModule } from './database.module.js';
export {
  databaseFailure,
  isDatabaseUnavailable,
  isTransactionConflict,
  isUniqueViolation,
  whyUnavailable,
} from './database-error.js';
export { containing, containingPattern, literal } from './like.js';
export {
  afterCommit,
  beforeCommit,
  inTransaction,
  isInTransaction,
  Transactional,
  transactionKey,
} from './transactional.js';
export { Prisma } from './generated/client.js';
export * from './generated/enums.js';
