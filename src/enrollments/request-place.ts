import { Injectable } from '@nestjs/common';
import { type CourseOnSale, FindCourseOnSale } from '../courses/index.js';
import { PaymentProblems } from '../payments/index.js';
import { type EnrollmentType, type SaleSource, Transactional } from '../platform/database/index.js';
import { DomainError } from '../platform/errors/index.js';
import { Money } from '../platform/money/index.js';
import { Enroll } from './enroll.js';
import { EnrollmentProblems } from './enrollments.problems.js';
import { AcceptInvitation } from './invitations/accept-invitation.js';
import { giverOf, PlanCourses } from './plans/plan-courses.js';
import { CoursePlaces, hasPlace, hasRoom, type Standing } from './waitlist/course-places.js';
import { KeepPending } from './waitlist/keep-pending.js';

interface PlaceRequest {
  readonly courseId: string;
  /** The code of an invitation. */
  readonly invitation?: string;
  /** Whether to wait when there is no place. */
  readonly waitlist?: boolean;
  readonly source?: SaleSource;
}

/**
 * Gives who asks a place in a free course, or in a premium one that a plan or licence of theirs includes, at once; the right to buy a premium one that is by
 * invitation; or a place in the line.
 */
@Injectable()
export class RequestPlace {
  constructor(
    private readonly findCourse: FindCourseOnSale,
    private readonly planCourses: PlanCourses,
    private readonly places: CoursePlaces,
    private readonly acceptInvitation: AcceptInvitation,
    private readonly keepPending: KeepPending,
    private readonly enroll: Enroll,
  ) {}

  /** @throws EnrollmentProblems.paymentRequired; PaymentProblems alreadyEnrolled, invitationNeeded, full; not found */
  @Transactional()
  async execute(userId: string, { courseId, invitation, waitlist, source = 'DIRECT' }: PlaceRequest): Promise<void> {
    const course = await this.findCourse.execute(courseId);
    // Before the course: what a plan gives is taken in this order too.
    const giver = course.isPremium ? giverOf(await this.planCourses.of(userId), courseId) : undefined;
    const [standing] = await this.places.lockedStandings(userId, [courseId]);
    if (!standing || hasPlace(standing)) throw new DomainError(PaymentProblems.alreadyEnrolled);
    const invited = course.admission === 'INVITATION_ONLY';
    if (invited) await this.admit(standing, userId, invitation);
    const asked = { userId, course, source, type: invited ? 'INVITATION_ONLY' : 'WAITLIST' } as const;
    if (!hasRoom(standing)) {
      if (!waitlist) throw new DomainError(PaymentProblems.full);
      await this.keepPending.waiting(asked, standing);
    } else if (course.isPremium && !giver) {
      if (!invited) throw new DomainError(EnrollmentProblems.paymentRequired);
      await this.keepPending.invited(asked);
    } else await this.give(userId, course, source, giver ?? (invited ? 'INVITATION_ONLY' : 'FREE'));
  }

  /** Who was let in before, and has not had a place since, needs no other invitation. */
  private async admit({ courseId, status }: Standing, userId: string, code?: string): Promise<void> {
    if (status === 'PENDING') return;
    if (code === undefined) throw new DomainError(PaymentProblems.invitationNeeded);
    if (await this.acceptInvitation.execute(courseId, code, userId)) return;
    const detail = 'This invitation is not for this course, or was used or withdrawn';
    throw new DomainError(PaymentProblems.invitationNeeded, detail);
  }

  private async give(userId: string, course: CourseOnSale, source: SaleSource, type: EnrollmentType): Promise<void> {
    const nothing = Money.zero(course.price.currency);
    const id = await this.enroll.execute({
      ...{ userId, courseId: course.id, source, type },
      ...{ listPrice: nothing, discount: nothing, paid: nothing },
    });
    if (!id) throw new DomainError(PaymentProblems.alreadyEnrolled);
  }
}
