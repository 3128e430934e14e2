import type { Database, Prisma } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { backTo, inWords, moment, refundReason } from './wording.js';

type Refund = Prisma.RefundGetPayload<{ include: { payment: { include: { session: true } } } }>;

/** Not told when the refund has failed by now: then that is told. */
export async function refund(database: Database, refundId: string, reader: Reader): Promise<Words | undefined> {
  const found = await find(database, refundId);
  if (found.status !== 'SUCCEEDED') return undefined;
  const { payment, destination, settledAt, createdAt } = found;
  return {
    ...words(found),
    ofSale: found.transactionId === null,
    full: found.amount === payment.total,
    rest: payment.refundedAmount === payment.total,
    paid: inWords(payment.total, payment.currency),
    refunded: inWords(payment.refundedAmount, payment.currency),
    backTo: destination === 'WALLET' ? backTo('WALLET') : backTo(payment.provider),
    refundedAt: moment(settledAt ?? createdAt, reader.timeZone),
  };
}

export async function refundFailed(database: Database, refundId: string): Promise<Words> {
  return words(await find(database, refundId));
}

export async function refundFailedForAdmins(database: Database, refundId: string): Promise<Words> {
  const found = await find(database, refundId);
  return {
    ...words(found),
    provider: found.payment.provider,
    providerRefundId: found.providerRefundId ?? undefined,
    failureReason: found.failureReason ?? 'the provider gave none',
    buyerId: found.payment.userId,
  };
}

function find(database: Database, id: string): Promise<Refund> {
  return database.client.refund.findUniqueOrThrow({
    where: { id },
    include: { payment: { include: { session: true } } },
    relationLoadStrategy: 'join',
  });
}

function words({ id, amount, currency, reason, payment }: Refund): Words {
  return {
    title: payment.session.title,
    amount: inWords(amount, currency),
    reason: refundReason(reason),
    paymentId: payment.id,
    refundId: id,
  };
}
