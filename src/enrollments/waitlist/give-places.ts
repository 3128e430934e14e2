import { Injectable } from '@nestjs/common';
import { CourseCapacityChanged, CourseProblems, GrantAccess } from '../../courses/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { AfterCommit, EventBus, InTransaction } from '../../platform/events/index.js';
import {
  Enrolled,
  EnrollmentRestored,
  EnrollmentRevoked,
  PlaceOffered,
  WaitlistChanged,
} from '../enrollments.events.js';
import { CoursePlaces, isTaken } from './course-places.js';

/** At once, in one transaction. */
const BATCH = 50;

interface Next {
  id: string;
  userId: string;
  /** They may buy it now; else they have it. */
  offered: boolean;
  /** It was paid before. */
  paid: boolean;
}

/**
 * Gives the free places of a course to those who wait, in order: in a free course at once, in a premium one for them to buy. Every path that
 * frees a place or adds to the line has this done after its commit, so that of two at once the later one sees both.
 */
@Injectable()
export class GivePlaces {
  constructor(
    private readonly database: Database,
    private readonly places: CoursePlaces,
    private readonly grantAccess: GrantAccess,
    private readonly events: EventBus,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @AfterCommit(EnrollmentRevoked, 'enrollments.waitlist.revoked')
  async onRevoked({ courseId }: EnrollmentRevoked): Promise<void> {
    await this.execute(courseId);
  }

  @AfterCommit(WaitlistChanged, 'enrollments.waitlist')
  async onChanged({ courseId }: WaitlistChanged): Promise<void> {
    await this.execute(courseId);
  }

  /** Whoever changes the capacity holds the course's lock: no place is taken meanwhile. @throws CourseProblems.capacityBelowPlaces */
  @InTransaction(CourseCapacityChanged)
  async onCapacityChanged({ courseId }: CourseCapacityChanged): Promise<void> {
    const short = await this.database.row<{ capacity: number; taken: number }>(Prisma.sql`
      SELECT capacity, taken FROM (
        SELECT capacity, (SELECT count(*)::int FROM enrollments e WHERE e.course_id = c.id AND ${isTaken}) AS taken
        FROM courses c WHERE id = ${courseId}) AS c WHERE capacity < taken`);
    if (short) {
      const detail = `${short.taken} places are taken or offered: the capacity cannot be ${short.capacity}`;
      throw new DomainError(CourseProblems.capacityBelowPlaces, detail, [{ pointer: '#/capacity', detail }]);
    }
    await this.events.publish(new WaitlistChanged(courseId));
  }

  @Transactional()
  async execute(courseId: string): Promise<void> {
    await this.places.lock([courseId]);
    const given = await this.take(courseId);
    for (const one of given) await this.tell(one, courseId);
    if (given.length === BATCH) await this.events.publish(new WaitlistChanged(courseId));
  }

  /** Contends, after the course's row, on the rows of those who wait with who leaves. */
  private take(courseId: string): Promise<Next[]> {
    const now = this.clock.now();
    return this.database.rows<Next>(Prisma.sql`
      WITH next AS (
        SELECT e.id, e.payment_status = 'PAID' AS paid, e.payment_status <> 'PAID' AND c.is_premium AS offered
        FROM enrollments e JOIN courses c ON c.id = e.course_id
        WHERE e.course_id = ${courseId} AND e.status = 'PENDING' AND e.waiting_since IS NOT NULL
          -- Nobody can buy what is no longer sold; what is paid is owed.
          AND (c.status = 'PUBLISHED' OR e.payment_status = 'PAID')
        ORDER BY e.waiting_since, e.id
        LIMIT (SELECT CASE WHEN capacity IS NULL THEN ${BATCH}::int ELSE least(${BATCH}::int, greatest(0, capacity - (
          SELECT count(*) FROM enrollments e WHERE e.course_id = ${courseId} AND ${isTaken}))) END FROM courses WHERE id = ${courseId})
        FOR UPDATE OF e
      )
      UPDATE enrollments e SET waiting_since = NULL, updated_at = ${now},
        offered_until = CASE WHEN next.offered THEN ${this.clock.in(this.settings.WAITLIST_OFFER_HOURS * 3600)}::timestamptz END,
        status = CASE WHEN next.offered THEN 'PENDING' WHEN e.progress >= 100 THEN 'COMPLETED' ELSE 'ACTIVE' END::enrollment_status,
        payment_status = CASE WHEN next.offered OR next.paid THEN e.payment_status ELSE 'FREE' END
      FROM next WHERE e.id = next.id
      RETURNING e.id, e.user_id AS "userId", next.offered, next.paid`);
  }

  private async tell({ id, userId, offered, paid }: Next, courseId: string): Promise<void> {
    if (!offered) {
      await this.grantAccess.execute({ userId, courseId, source: 'ENROLLMENT', sourceId: id });
      await this.events.publish(
        paid ? new EnrollmentRestored(id, userId, courseId) : new Enrolled(id, userId, courseId),
      );
    }
    await this.events.publish(new PlaceOffered(id, userId, courseId, this.clock.now().toISOString()));
  }
}
