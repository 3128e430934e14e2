import type { Database, Prisma } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { inWords, moment, paidWith, taxAt } from './wording.js';

type Subscription = Prisma.SubscriptionGetPayload<object>;

/** A further time was paid: instead of the receipt of a purchase. */
export async function subscriptionRenewed(database: Database, paymentId: string, { timeZone }: Reader): Promise<Words> {
  const payment = await database.client.payment.findUniqueOrThrow({
    where: { id: paymentId },
    include: { session: true, method: true },
    relationLoadStrategy: 'join',
  });
  const { session, total, tax, currency } = payment;
  const subscription = await database.client.subscription.findUniqueOrThrow({ where: { id: session.itemId } });
  const goesOn = isLive(subscription) && !subscription.cancelAtPeriodEnd;
  return {
    title: session.title,
    total: inWords(total, currency),
    tax: tax > 0n && inWords(tax, currency),
    taxAt: taxAt(session.taxRate, session.taxCountry, session.taxRegion),
    paidWith: paidWith(payment.provider, payment.method),
    paidAt: moment(payment.completedAt ?? payment.createdAt, timeZone),
    next: goesOn && subscription.periodEnd ? moment(subscription.periodEnd, timeZone) : undefined,
    paymentId,
  };
}

/** A renewal could not be collected. Not told when it is paid, or over, by now. */
export function subscriptionPaymentFailed(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, ({ status }) => status === 'PAST_DUE');
}

/** What was unpaid is paid. */
export function subscriptionRecovered(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, ({ status, open }) => status === 'ACTIVE' && open);
}

/** What it gave is lost until it is paid. */
export function subscriptionGraceEnded(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, ({ status, open }) => status === 'PAST_DUE' && !open);
}

export function subscriptionEnded(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, ({ endedAt }) => endedAt !== null);
}

/** Another plan runs. Not told of one that has ended by now. */
export function subscriptionChanged(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, isLive);
}

/** It changes, or ends, with its period. Not told when nothing stands to happen any more. */
export function subscriptionChangeScheduled(
  database: Database,
  id: string,
  reader: Reader,
): Promise<Words | undefined> {
  return about(database, id, reader, (row) => isLive(row) && (row.cancelAtPeriodEnd || row.nextTitle !== null));
}

export function trialEnding(database: Database, id: string, reader: Reader): Promise<Words | undefined> {
  return about(database, id, reader, (row) => row.status === 'TRIALING' && !row.cancelAtPeriodEnd);
}

async function about(
  database: Database,
  id: string,
  { timeZone }: Reader,
  isStill: (row: Subscription) => boolean,
): Promise<Words | undefined> {
  const row = await database.client.subscription.findUniqueOrThrow({ where: { id } });
  if (!isStill(row)) return undefined;
  const at = (date: Date | null) => date !== null && moment(date, timeZone);
  return {
    title: row.title,
    price: inWords(row.price, row.currency),
    taxAt: row.taxRate > 0 && taxAt(row.taxRate, row.taxCountry, row.taxRegion),
    taxIncluded: row.taxInclusive,
    unpaidSince: at(row.pastDueSince),
    nextTry: at(row.nextAttemptAt),
    payUrl: row.payUrl ?? undefined,
    open: row.open,
    graceEnds: at(row.graceEndsAt),
    ends: row.cancelAtPeriodEnd,
    nextTitle: row.nextTitle ?? undefined,
    periodEnds: at(row.periodEnd),
    trialEnds: at(row.trialEndsAt),
    ended: at(row.endedAt),
    unpaid: row.status === 'EXPIRED',
    subscriptionId: id,
  };
}

function isLive({ status }: Subscription): boolean {
  return status === 'TRIALING' || status === 'ACTIVE' || status === 'PAST_DUE';
}
