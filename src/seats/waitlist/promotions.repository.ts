import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { type Due, DueRows, leaseOf, dueRows } from '../../platform/jobs/index.js';

const BATCH = 4;
/** Short, so that a crash is made good within seconds. Every step of whoever holds it renews it. */
const LEASE_SECONDS = 5;
const ROWS = { name: 'waitlist_promotions', dueAt: 'due_at' };

/** Has a row when a promotion is due, or when somebody waits, whose waiting may have to end. */
export function promotionsOrWaiting(now: Date): Prisma.Sql {
  return Prisma.sql`${dueRows(ROWS)(now)} UNION ALL SELECT FROM waitlist_entries WHERE status = 'WAITING'`;
}

/** A session, by its id, whose free seats are ours to offer as long as its row stands as it was claimed. */
export type Promotion = Due;

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

/** Promotions that are under way. */
@Injectable()
export class PromotionsRepository {
  private readonly rows: DueRows;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {
    this.rows = new DueRows(database, clock, {
      ...ROWS,
      key: 'session_id',
      tries: 'tries',
      batch: BATCH,
      again: leaseOf(LEASE_SECONDS),
    });
  }

  claim(): Promise<Promotion[]> {
    return this.rows.claim();
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
    const renewed = await this.database.execute(
      Prisma.sql`UPDATE waitlist_promotions SET due_at = ${dueAt} WHERE ${this.rows.held(promotion)}`,
    );
    if (renewed === 0) throw new PromotionMoved(`the promotion of ${promotion.id} is no longer ours`);
    afterCommit(() => {
      promotion.dueAt = dueAt;
    });
  }

  /** From now on everybody may book again; unless a seat was freed since it was claimed. */
  remove(promotion: Promotion): Promise<void> {
    return this.rows.remove(promotion);
  }

  postpone(promotion: Promotion, error: unknown): Promise<void> {
    return this.rows.postpone(promotion, error);
  }
}
