import { Injectable } from '@nestjs/common';
import { FindCourseOnSale } from '../courses/index.js';
import { PaymentProblems } from '../payments/index.js';
import { DomainError } from '../platform/errors/index.js';
import { Money } from '../platform/money/index.js';
import { Enroll } from './enroll.js';
import { EnrollmentProblems } from './enrollments.problems.js';

/** Enrolls in a free course, at once. */
@Injectable()
export class EnrollFree {
  constructor(
    private readonly findCourse: FindCourseOnSale,
    private readonly enroll: Enroll,
  ) {}

  /** @throws EnrollmentProblems.paymentRequired, PaymentProblems.alreadyEnrolled, not found */
  async execute(userId: string, courseId: string): Promise<void> {
    const course = await this.findCourse.execute(courseId);
    if (course.isPremium) throw new DomainError(EnrollmentProblems.paymentRequired);
    const nothing = Money.zero(course.price.currency);
    const id = await this.enroll.execute({
      userId,
      courseId,
      type: 'FREE',
      listPrice: nothing,
      discount: nothing,
      paid: nothing,
    });
    if (!id) throw new DomainError(PaymentProblems.alreadyEnrolled);
  }
}
