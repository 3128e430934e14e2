import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { backoffSeconds } from '../../platform/jobs/index.js';

const BATCH = 4;
/** Short, so that a crash is made good within seconds. Every step of whoever holds it renews it. */
const LEASE_SECONDS = 5;

/** A session whose free seats are ours to offer, as long as its row stands as it was claimed. */
export interface Promotion {
  readonly sessionId: string;
  /** How often it was taken up; 1 unless it was left half-way. */
  readonly tries: number;
  dueAt: Date;
}

/** Whoever waits next. */
export interface Waiting {
  readonly id: string;
  readonly sessionId: string;
  readonly studentId: string;
  readonly skippedAt: Date | null;
  readonly skipReason: string | null;
}

/** Another seat was freed, or the lease ran out: whoever claims the promotion next begins at the head of the line. */
export class PromotionMoved extends Error {}

/**
 * Promotions that are under way. `due_at` and `tries` together are the claim: who queues sets `tries` to 0, and who claims counts it up, so
 * that no one else's promotion is taken for one's own.
 */
@Injectable()
export class PromotionsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  claim(): Promise<Promotion[]> {
    return this.database.rows<Promotion>(Prisma.sql`
      UPDATE waitlist_promotions SET due_at = ${this.clock.in(LEASE_SECONDS)}, tries = tries + 1
      WHERE session_id IN (
        SELECT session_id FROM waitlist_promotions WHERE due_at <= ${this.clock.now()} ORDER BY due_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING session_id AS "sessionId", tries, due_at AS "dueAt"`);
  }

  /** Who waits after `last`, while a seat is free and the cancellation window has not begun. */
  next(sessionId: string, last: string): Promise<Waiting | undefined> {
    const now = this.clock.now();
    return this.database.row<Waiting>(Prisma.sql`
      SELECT e.id, e.session_id AS "sessionId", e.student_id AS "studentId", e.skipped_at AS "skippedAt", e.skip_reason AS "skipReason"
      FROM waitlist_entries e JOIN class_sessions n ON n.id = e.session_id
      WHERE e.session_id = ${sessionId} AND e.status = 'WAITING' AND e.id > ${last}
        AND n.status = 'SCHEDULED' AND n.taken < n.capacity AND n.cancel_until >= ${now} AND n.start_time > ${now}
      ORDER BY e.id LIMIT 1`);
  }

  /**
   * The last thing in the transaction of a step, after the session's row: contends on the promotion's row with who queues and who claims,
   * so that only the one who holds it takes a step, and steps are in order.
   * @throws PromotionMoved
   */
  async renew(promotion: Promotion): Promise<void> {
    const dueAt = this.clock.in(LEASE_SECONDS);
    const { count } = await this.database.client.waitlistPromotion.updateMany({
      where: heldAs(promotion),
      data: { dueAt },
    });
    if (count === 0) throw new PromotionMoved(`the promotion of ${promotion.sessionId} is no longer ours`);
    afterCommit(() => {
      promotion.dueAt = dueAt;
    });
  }

  /** From now on everybody may book again; unless a seat was freed since it was claimed. */
  async remove(promotion: Promotion): Promise<void> {
    await this.database.client.waitlistPromotion.deleteMany({ where: heldAs(promotion) });
  }

  async postpone(promotion: Promotion, error: unknown): Promise<void> {
    await this.database.client.waitlistPromotion.updateMany({
      where: heldAs(promotion),
      data: { dueAt: this.clock.in(backoffSeconds(promotion.tries)), lastError: String(error).slice(0, 2000) },
    });
  }
}

function heldAs({ sessionId, dueAt, tries }: Promotion): Prisma.WaitlistPromotionWhereInput {
  return { sessionId, dueAt, tries };
}
