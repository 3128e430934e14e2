import type { Database } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { inWords, moment, paidWith, taxAt } from './wording.js';

const TOP_UP = 'wallet-topup';

export async function paymentReceipt(database: Database, paymentId: string, { timeZone }: Reader): Promise<Words> {
  const payment = await database.client.payment.findUniqueOrThrow({
    where: { id: paymentId },
    include: { session: true, method: true },
    relationLoadStrategy: 'join',
  });
  const { session, currency, total, tax, discount, amount } = payment;
  const paidAt = payment.completedAt ?? session.completedAt ?? payment.createdAt;
  return {
    title: session.title,
    topUp: session.itemKind === TOP_UP,
    late: paidAt > session.expiresAt,
    price: inWords(amount, currency),
    discount: discount > 0n && inWords(discount, currency),
    tax: tax > 0n && inWords(tax, currency),
    taxAt: taxAt(session.taxRate, session.taxCountry, session.taxRegion),
    // As it was sold, whatever is configured today.
    taxIncluded: tax > 0n && total === amount - discount,
    total: inWords(total, currency),
    paidWith: total > 0n && paidWith(payment.provider, payment.method),
    paidAt: moment(paidAt, timeZone),
    paymentId,
  };
}
