import { Injectable } from '@nestjs/common';
import { LedgerRefusal, refusing } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import {
  Database,
  databaseFailure,
  isInTransaction,
  isTransactionConflict,
  Prisma,
} from '../../platform/database/index.js';
import { DomainError, later, notFound, Problems } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { seatColumns, type SeatRow, toSeat } from '../reading/to-seat.js';
import type { SeatDto } from '../seats.dto.js';
import { SeatBooked } from '../seats.events.js';
import { SeatProblems } from '../seats.problems.js';

/** A race that was lost, or a deadlock, is looked at once more: what decided it can be read by then. */
const TRIES = 4;

/** The seat is one only when it is booked. */
interface Booking extends SeatRow {
  outcome: 'booked' | 'notFound' | 'closed' | 'enrolled' | 'overlaps' | 'full';
}

/**
 * Books a seat for a student, with a credit of their oldest package or out of their wallet: the hot path, one SQL function in one round
 * trip, which also tells all that is answered. Contends on the package or the wallet, on the student's seats and on the session's counter,
 * in this order; see `seat_book.sql`.
 */
@Injectable()
export class BookSeat {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * @param promoted the seat is offered to somebody who waited for it: nobody else books one meanwhile
   * @returns the seat; the same for a request that is resumed under its Idempotency-Key
   * @throws SeatProblems enrolled, overlaps, full, closed, insufficient
   */
  async execute(sessionId: string, studentId: string, promoted = false): Promise<SeatDto> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.book(sessionId, studentId, promoted);
      } catch (error) {
        if (error instanceof LedgerRefusal && (error.rule === 'insufficient' || error.rule === 'noAccount'))
          throw new DomainError(SeatProblems.insufficient);
        // In somebody's transaction there is nothing left to look at: it has failed as a whole.
        if (!lostRace(error) || isInTransaction()) throw error;
        if (tried === TRIES) throw later(Problems.busy);
      }
    }
  }

  private async book(sessionId: string, studentId: string, promoted: boolean): Promise<SeatDto> {
    const id = newId('seat');
    const messages = JSON.stringify(this.events.compose(new SeatBooked(id, sessionId, studentId)));
    const booking = await refusing(
      this.database.row<Booking>(Prisma.sql`
        SELECT b.outcome, ${seatColumns}
        FROM seat_book(${id}, ${newId('hold')}, ${sessionId}, ${studentId}, ${currentIdempotencyKey() ?? null}, ${this.clock.now()},
          ${promoted}, ${newId('ledgerEntry')}, ${messages}::jsonb) b`),
    );
    if (!booking || booking.outcome === 'notFound') throw notFound('Session');
    if (booking.outcome !== 'booked') throw new DomainError(SeatProblems[booking.outcome]);
    this.events.wake();
    return toSeat(booking);
  }
}

/** The seat or the session went to somebody else, changed or was deleted between two lines; or it was a deadlock. */
function lostRace(error: unknown): boolean {
  const code = databaseFailure(error)?.code ?? '';
  return code.startsWith('SB0') || code === '23503' || isTransactionConflict(error);
}
