import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { backTo, inWords, misfit, moment } from './wording.js';

/** Money that fitted nothing is known by the refund that gives it back. */
export async function paymentUnapplied(database: Database, refundId: string, { timeZone }: Reader): Promise<Words> {
  const { payment, ...refund } = await database.client.refund.findUniqueOrThrow({
    where: { id: refundId },
    include: { payment: { include: { session: true } } },
    relationLoadStrategy: 'join',
  });
  return {
    title: payment.session.title,
    amount: inWords(refund.amount, refund.currency),
    reason: misfit(refund.reason),
    backTo: backTo(payment.provider),
    receivedAt: moment(refund.createdAt, timeZone),
    paymentId: payment.id,
    refundId,
  };
}
