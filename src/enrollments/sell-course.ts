import { Injectable, type OnModuleInit } from '@nestjs/common';
import { type CourseOnSale, FindCourseOnSale } from '../courses/index.js';
import {
  type Fulfilment,
  type PaidSession,
  PaymentProblems,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
} from '../payments/index.js';
import { accounts } from '../ledger/index.js';
import type { Principal } from '../platform/auth/index.js';
import { Clock } from '../platform/clock/index.js';
import { DomainError } from '../platform/errors/index.js';
import { Enroll } from './enroll.js';
import { MoveBoughtPlace } from './move-bought-place.js';
import { priceIn } from './price-in.js';
import { CoursePlaces, hasPlace, hasRoom, isByPlan, isOwned, roomAt } from './waitlist/course-places.js';

/** Courses as something to buy: what they cost, who shares in it, and how the buyer gets in. */
@Injectable()
export class SellCourse implements Purchasable, OnModuleInit {
  readonly kind = 'course';

  constructor(
    private readonly findCourse: FindCourseOnSale,
    private readonly places: CoursePlaces,
    private readonly enroll: Enroll,
    private readonly place: MoveBoughtPlace,
    private readonly purchasables: Purchasables,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.purchasables.register(this);
  }

  async quote(courseId: string, buyer: Principal, currency?: string): Promise<Quote> {
    const course = await this.findCourse.execute(courseId);
    if (!course.isPremium) throw new DomainError(PaymentProblems.courseIsFree);
    const price = priceIn(course.prices, currency);
    await this.checkPlace(course, buyer);
    return {
      title: course.title,
      price,
      income: accounts.revenue('courses'),
      isSale: true,
      payees: [{ userId: course.instructorId, shareBasisPoints: course.shareBasisPoints, weight: 1 }],
    };
  }

  /** Nothing is kept for the buyer: whoever pays first has the place. */
  private async checkPlace({ id, admission }: CourseOnSale, { userId }: Principal): Promise<void> {
    const [standing] = await this.places.standings(userId, [id]);
    if (!standing || isByPlan(standing)) return;
    if (isOwned(standing)) throw new DomainError(PaymentProblems.alreadyEnrolled);
    // Who was invited has an enrollment that waits for this.
    if (admission === 'INVITATION_ONLY' && standing.status !== 'PENDING')
      throw new DomainError(PaymentProblems.invitationNeeded);
    if (!roomAt(this.clock.now(), standing)) throw new DomainError(PaymentProblems.full);
  }

  async fulfil(session: PaidSession): Promise<Fulfilment> {
    const { id, userId, itemId, ...terms } = session;
    const enrollment = { userId, courseId: itemId, type: 'PAID', paymentSessionId: id, ...terms } as const;
    if (await this.enroll.whereUnlimited(enrollment)) return { fulfilled: true };
    const [standing] = await this.places.lockedStandings(userId, [itemId]);
    if (standing && !hasPlace(standing) && !hasRoom(standing))
      return { fulfilled: false, reason: PaymentProblems.full };
    const enrollmentId = (await this.enroll.execute(enrollment)) ?? (await this.enroll.keep(enrollment));
    return enrollmentId ? { fulfilled: true } : { fulfilled: false, reason: PaymentProblems.alreadyEnrolled };
  }

  suspend(sold: SoldItem): Promise<void> {
    return this.place.suspend(sold);
  }

  restore(sold: SoldItem): Promise<void> {
    return this.place.restore(sold);
  }

  revoke(sold: SoldItem): Promise<void> {
    return this.place.revoke(sold);
  }
}
