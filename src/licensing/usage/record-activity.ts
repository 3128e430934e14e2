import { Injectable } from '@nestjs/common';
import { CourseCompleted, includes, StudyDayBegun } from '../../enrollments/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { AfterCommit } from '../../platform/events/index.js';
import { Tiers } from '../tiers/tiers.js';
import { monthOf } from './months.js';

/** Stands for learning at all. */
const LEARNT = '';

/**
 * Keeps of whoever has a seat that they learnt in a month, and what they completed: once each, by the key. What counts is who had a seat at
 * the event's own moment, so that events may come twice, late, and in any order.
 */
@Injectable()
export class RecordActivity {
  constructor(
    private readonly tiers: Tiers,
    private readonly database: Database,
  ) {}

  @AfterCommit(StudyDayBegun, 'licensing.study')
  async onStudy({ userId, at }: StudyDayBegun): Promise<void> {
    const seats = await this.seatsAt(userId, new Date(at));
    await this.keep(seats, userId, new Date(at), () => [LEARNT]);
  }

  /** Of a course that the tier gives; completing another is learning all the same. */
  @AfterCommit(CourseCompleted, 'licensing.completion')
  async onCompleted({ userId, courseId, at }: CourseCompleted): Promise<void> {
    const seats = await this.seatsAt(userId, new Date(at));
    if (seats.length === 0) return;
    const course = { id: courseId, isPremium: true };
    const isPremium = (await this.database.client.course.count({ where: course })) > 0;
    await this.keep(seats, userId, new Date(at), (tier) =>
      isPremium && includes(this.tiers.get(tier).courses, courseId) ? [LEARNT, courseId] : [LEARNT],
    );
  }

  /** Of licences that were active then, as far as is known. */
  private seatsAt(userId: string, at: Date): Promise<Seat[]> {
    return this.database.rows<Seat>(Prisma.sql`
      SELECT l.id AS "licenseId", l.tier FROM license_seats s JOIN licenses l ON l.id = s.license_id
      WHERE s.user_id = ${userId} AND s.assigned_at <= ${at} AND (s.ended_at IS NULL OR s.ended_at > ${at})
        AND l.expires_at > ${at} AND l.disputed_by IS NULL
        AND (l.suspended_at IS NULL OR l.suspended_at > ${at}) AND (l.revoked_at IS NULL OR l.revoked_at > ${at})`);
  }

  private async keep(
    seats: readonly Seat[],
    userId: string,
    at: Date,
    what: (tier: string) => readonly string[],
  ): Promise<void> {
    const month = monthOf(at);
    const data = seats.flatMap(({ licenseId, tier }) =>
      what(tier).map((completed) => ({ licenseId, month, userId, completed })),
    );
    if (data.length > 0) await this.database.client.licenseActivity.createMany({ data, skipDuplicates: true });
  }
}

interface Seat {
  readonly licenseId: string;
  readonly tier: string;
}
