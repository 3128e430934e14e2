import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { inWords, moment, paidOutTo } from './wording.js';

/** Not told when it has come back by now: then that is told. */
export async function payoutPaid(database: Database, payoutId: string, reader: Reader): Promise<Words | undefined> {
  const payout = await database.client.payout.findUniqueOrThrow({ where: { id: payoutId } });
  return payout.status === 'PAID' ? words(payout, reader) : undefined;
}

/** Refused, failed or come back. */
export async function payoutFailed(database: Database, payoutId: string, reader: Reader): Promise<Words | undefined> {
  const payout = await database.client.payout.findUniqueOrThrow({ where: { id: payoutId } });
  return {
    ...words(payout, reader),
    rejected: payout.status === 'REJECTED',
    returned: payout.status === 'RETURNED',
    reason: (payout.status === 'REJECTED' ? payout.reason : payout.failureReason) ?? undefined,
  };
}

/** To admins. Not told when another has decided by now. */
export async function payoutWaiting(database: Database, payoutId: string, reader: Reader): Promise<Words | undefined> {
  const payout = await database.client.payout.findUniqueOrThrow({ where: { id: payoutId } });
  if (payout.status !== 'REQUESTED') return undefined;
  const { name } = await database.client.user.findUniqueOrThrow({
    where: { id: payout.payeeId },
    select: { name: true },
  });
  return { ...words(payout, reader), instructor: name, instructorId: payout.payeeId, requestedBy: payout.requestedBy };
}

type Payout = Awaited<ReturnType<Database['client']['payout']['findUniqueOrThrow']>>;

function words({ id, amount, currency, provider, createdAt, settledAt }: Payout, { timeZone }: Reader): Words {
  return {
    amount: inWords(amount, currency),
    goesTo: paidOutTo(provider),
    requestedAt: moment(createdAt, timeZone),
    settledAt: settledAt ? moment(settledAt, timeZone) : undefined,
    payoutId: id,
  };
}
