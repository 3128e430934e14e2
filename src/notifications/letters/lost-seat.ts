import type { Database, Prisma } from '../../platform/database/index.js';
import type { Reader, Words } from './letter.js';
import { sessionWords, toldOfSession, unlessSame } from './session-words.js';
import { inWords, moment } from './wording.js';

type Seat = Prisma.SeatGetPayload<{ include: { studentPackage: true } }>;

/** The center canceled the session, or nobody held it. */
export async function sessionCancelled(database: Database, seatId: string, reader: Reader): Promise<Words> {
  const { session, ...seat } = await find(database, seatId);
  return {
    ...sessionWords(session, seat.startTime, reader),
    ...cameBack(seat),
    missed: seat.cancelReason === 'SESSION_MISSED',
    // Taken up again by now, it has none any more.
    reason: session.cancelReason ?? undefined,
    seatId,
  };
}

/** The session has another time, at which the student is elsewhere. */
export async function sessionRescheduled(database: Database, seatId: string, reader: Reader): Promise<Words> {
  const { session, ...seat } = await find(database, seatId);
  return {
    ...sessionWords(session, seat.startTime, reader),
    ...cameBack(seat),
    nowStartsAt: moment(session.startTime, reader.timeZone),
    nowStartsAtBranch: unlessSame(session.startTime, reader.timeZone, session.branch.timeZone),
    seatId,
  };
}

function find(database: Database, id: string) {
  return database.client.seat.findUniqueOrThrow({
    where: { id },
    include: { studentPackage: true, session: toldOfSession },
    relationLoadStrategy: 'join',
  });
}

/** What the student has again, and where; nothing for a seat that was free, or whose package was paid back as a whole. */
function cameBack(seat: Omit<Seat, 'session'>): { back?: string; backTo?: string } {
  const { studentPackage, amount, paidAmount, currency, paymentMethod } = seat;
  if (studentPackage)
    return studentPackage.revokedAt ? {} : { back: 'One credit', backTo: `Your package “${studentPackage.name}”` };
  if (amount === 0n) return {};
  if (paidAmount === 0n) return { back: inWords(amount, currency), backTo: 'Your wallet, where it was held' };
  const backTo = paymentMethod === 'CASH' ? 'Your wallet, as credit for the cash you paid' : 'Your wallet';
  return { back: inWords(paidAmount, currency), backTo };
}
