import type { Database, Prisma } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { sessionWords, toldOfSession } from './session-words.js';
import { inWords, moment } from './wording.js';

type Seat = Prisma.SeatGetPayload<{ include: { studentPackage: true } }>;

/** Not told when the seat has been given up by now. */
export async function waitlistPromoted(
  database: Database,
  entryId: string,
  reader: Reader,
): Promise<Words | undefined> {
  const { seatId } = await database.client.waitlistEntry.findUniqueOrThrow({ where: { id: entryId } });
  const seat = await database.client.seat.findUniqueOrThrow({
    where: { id: seatId ?? '' },
    include: { studentPackage: true, session: toldOfSession },
    relationLoadStrategy: 'join',
  });
  if (seat.status === 'CANCELLED') return undefined;
  return {
    ...sessionWords(seat.session, seat.startTime, reader),
    paidBy: paidBy(seat),
    cancelUntil: moment(seat.session.cancelUntil, reader.timeZone),
    seatId: seat.id,
  };
}

/** Not told when they no longer wait: then they have a seat, or have left, or will never have one. */
export async function waitlistSkipped(database: Database, entryId: string, reader: Reader): Promise<Words | undefined> {
  const { session, ...entry } = await database.client.waitlistEntry.findUniqueOrThrow({
    where: { id: entryId },
    include: { session: toldOfSession },
    relationLoadStrategy: 'join',
  });
  if (entry.status !== 'WAITING') return undefined;
  return {
    ...sessionWords(session, session.startTime, reader),
    price: inWords(session.price, session.currency),
    cannotPay: entry.skipReason === 'INSUFFICIENT_CREDITS_OR_BALANCE',
    isElsewhere: entry.skipReason === 'SESSIONS_OVERLAP',
    closesAt: moment(session.cancelUntil, reader.timeZone),
    entryId,
  };
}

function paidBy({ studentPackage, amount, currency, status }: Seat): string {
  if (studentPackage) return `One credit of your package “${studentPackage.name}”`;
  if (amount === 0n) return 'Free of charge';
  const price = inWords(amount, currency);
  return status === 'LOCKED' ? `${price}, held in your wallet` : `${price}, from your wallet`;
}
