import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, type ProblemType } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { BookSeat } from '../booking/book-seat.js';
import { SeatProblems } from '../seats.problems.js';
import { type Promotion, PromotionMoved, PromotionsRepository, type Waiting } from './promotions.repository.js';
import { WaitlistPromoted, WaitlistSkipped } from './waitlist.events.js';

/** A race that was lost ends its transaction, and is looked at once more in another one. */
const TRIES = 4;
/** Who was told so shortly before a promotion was left half-way is not told again when it is resumed. */
const TOLD_SECONDS = 60;

/** They have left the line while their seat was booked: the booking is undone. */
class HasLeft extends Error {}

/** Offers a free seat to one who waits. */
@Injectable()
export class PromoteEntry {
  constructor(
    private readonly bookSeat: BookSeat,
    private readonly promotions: PromotionsRepository,
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Paid as any booking is. Who cannot pay, or is in another session then, keeps their place and is told.
   * @returns whether there may be a seat for the next
   * @throws PromotionMoved
   */
  async execute(entry: Waiting, promotion: Promotion): Promise<boolean> {
    for (let tried = 1; ; tried += 1) {
      try {
        await this.book(entry, promotion);
        return true;
      } catch (error) {
        if (error instanceof PromotionMoved) throw error;
        if (error instanceof HasLeft) return true;
        const problem = error instanceof DomainError ? error.problem : undefined;
        if (problem === SeatProblems.full || problem === SeatProblems.closed) return false;
        // Booked otherwise: `EndWaiting` ends it.
        if (problem === SeatProblems.enrolled) return true;
        if (problem === SeatProblems.insufficient || problem === SeatProblems.overlaps) {
          await this.skip(entry, promotion, problem, !this.wasTold(entry, promotion, problem));
          return true;
        }
        if (tried === TRIES) throw error;
      }
    }
  }

  /** Contends, after what a booking contends on, on the entry's row with who leaves: both ask for WAITING. Then on the promotion's. */
  @Transactional()
  private async book({ id, sessionId, studentId }: Waiting, promotion: Promotion): Promise<void> {
    const seat = await this.bookSeat.execute(sessionId, studentId, true);
    const { count } = await this.database.client.waitlistEntry.updateMany({
      where: { id, status: 'WAITING' },
      data: { status: 'PROMOTED', seatId: seat.id, updatedAt: this.clock.now() },
    });
    if (count === 0) throw new HasLeft();
    await this.leaveOthers(id, sessionId, studentId);
    await this.events.publish(new WaitlistPromoted(id, seat.id, sessionId, studentId));
    await this.promotions.renew(promotion);
  }

  /** Nobody is in two places: who has this seat no longer waits for others at the same time. */
  private async leaveOthers(id: string, sessionId: string, studentId: string): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE waitlist_entries w SET status = 'LEFT', updated_at = ${this.clock.now()}
      FROM class_sessions n, class_sessions taken
      WHERE w.student_id = ${studentId} AND w.status = 'WAITING' AND w.id <> ${id} AND n.id = w.session_id AND taken.id = ${sessionId}
        AND tstzrange(n.start_time, n.end_time) && tstzrange(taken.start_time, taken.end_time)`);
  }

  @Transactional()
  async skip(
    { id, sessionId, studentId }: Waiting,
    promotion: Promotion,
    { code }: ProblemType,
    tell: boolean,
  ): Promise<void> {
    const now = this.clock.now();
    const { count } = await this.database.client.waitlistEntry.updateMany({
      where: { id, status: 'WAITING' },
      data: { skippedAt: now, skipReason: code, updatedAt: now },
    });
    if (count > 0 && tell)
      await this.events.publish(new WaitlistSkipped(id, sessionId, studentId, code, now.toISOString()));
    await this.promotions.renew(promotion);
  }

  private wasTold({ skippedAt, skipReason }: Waiting, { tries }: Promotion, { code }: ProblemType): boolean {
    return tries > 1 && skipReason === code && skippedAt !== null && skippedAt > this.clock.in(-TOLD_SECONDS);
  }
}
