import { Injectable } from '@nestjs/common';
import { GrantAccess } from '../courses/index.js';
import { Clock } from '../platform/clock/index.js';
import {
  Database,
  type EnrollmentSource,
  type EnrollmentType,
  Prisma,
  Transactional,
} from '../platform/database/index.js';
import { EventBus } from '../platform/events/index.js';
import { newId } from '../platform/ids/index.js';
import { Money } from '../platform/money/index.js';
import { Enrolled } from './enrollments.events.js';
import { hasPlanType } from './plans/plan-courses.js';

interface NewEnrollment {
  readonly userId: string;
  readonly courseId: string;
  readonly type: EnrollmentType;
  readonly source: EnrollmentSource;
  readonly listPrice: Money;
  readonly discount: Money;
  readonly paid: Money;
  /** What bought it; without one it is free. */
  readonly paymentSessionId?: string;
}

/** Gives a person a place in a course and opens its content, in the caller's transaction if there is one. That there is room, the caller knows. */
@Injectable()
export class Enroll {
  constructor(
    private readonly database: Database,
    private readonly grantAccess: GrantAccess,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on (user, course): the unique index lets one through, and a place that was lost (cancelled, expired) or waited for is taken,
   * as far as it had been completed.
   * @returns the enrollment's id; undefined when the person has a live one already
   */
  execute(terms: NewEnrollment): Promise<string | undefined> {
    return this.insert(terms, Prisma.empty);
  }

  /**
   * The same in a course without a capacity, which is kept from getting one meanwhile.
   * @returns undefined also when it has one
   */
  whereUnlimited(terms: NewEnrollment): Promise<string | undefined> {
    const unlimited = Prisma.sql`FROM courses WHERE id = ${terms.courseId} AND capacity IS NULL FOR KEY SHARE`;
    return this.insert(terms, unlimited);
  }

  /** What somebody has by plan becomes theirs: bought, it stays when the plan ends. @returns undefined when there is no such place */
  async keep({ userId, courseId, ...terms }: NewEnrollment): Promise<string | undefined> {
    const now = this.clock.now();
    const kept = await this.database.row<{ id: string }>(Prisma.sql`
      UPDATE enrollments SET type = ${terms.type}::enrollment_type, source = ${terms.source}::enrollment_source, payment_status = 'PAID',
        payment_session_id = ${terms.paymentSessionId}, amount = ${terms.listPrice.minor}::bigint, amount_paid = ${terms.paid.minor}::bigint,
        discount_applied = ${terms.discount.minor}::bigint, currency = ${terms.paid.currency}, paid_at = ${now}, updated_at = ${now}
      WHERE user_id = ${userId} AND course_id = ${courseId} AND ${hasPlanType} AND status IN ('ACTIVE', 'COMPLETED')
      RETURNING id`);
    return kept?.id;
  }

  @Transactional()
  private async insert({ userId, courseId, ...terms }: NewEnrollment, where: Prisma.Sql): Promise<string | undefined> {
    const { type, source, listPrice, discount, paid, paymentSessionId } = terms;
    const now = this.clock.now();
    const enrolled = await this.database.row<{ id: string }>(Prisma.sql`
      INSERT INTO enrollments (id, user_id, course_id, type, source, payment_status, payment_session_id,
        amount, amount_paid, discount_applied, currency, paid_at, created_at, updated_at)
      SELECT ${newId('enrollment')}, ${userId}, ${courseId}, ${type}::enrollment_type, ${source}::enrollment_source,
        ${paymentSessionId ? 'PAID' : 'FREE'}::enrollment_payment_status, ${paymentSessionId ?? null}, ${listPrice.minor}::bigint,
        ${paid.minor}::bigint, ${discount.minor}::bigint, ${paid.currency}, ${paymentSessionId ? now : null}::timestamptz,
        ${now}::timestamptz, ${now}::timestamptz
      ${where}
      ON CONFLICT (user_id, course_id) DO UPDATE SET
        status = CASE WHEN enrollments.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END::enrollment_status, type = excluded.type,
        source = excluded.source, payment_status = excluded.payment_status,
        payment_session_id = excluded.payment_session_id, amount = excluded.amount, amount_paid = excluded.amount_paid,
        discount_applied = excluded.discount_applied, currency = excluded.currency, paid_at = excluded.paid_at,
        waiting_since = NULL, offered_until = NULL, updated_at = excluded.updated_at
      WHERE enrollments.status IN ('CANCELLED', 'EXPIRED', 'PENDING')
      RETURNING id`);
    if (!enrolled) return undefined;
    await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: enrolled.id });
    await this.events.publish(new Enrolled(enrolled.id, userId, courseId));
    return enrolled.id;
  }
}
