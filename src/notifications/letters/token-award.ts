import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { counted, moment } from './wording.js';

/** Tokens came: for something done, for a streak, or from an admin. */
export async function tokenAward(database: Database, id: string, { timeZone }: Reader): Promise<Words> {
  const { type, amount, balance, reason, createdAt } = await database.client.tokenTransaction.findUniqueOrThrow({
    where: { id },
  });
  return {
    tokens: counted(amount, 'token'),
    balance: counted(balance, 'token'),
    isBonus: type === 'BONUS',
    reason,
    at: moment(createdAt, timeZone),
  };
}
