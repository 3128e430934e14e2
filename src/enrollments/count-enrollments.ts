import { Injectable } from '@nestjs/common';
import { CountEnrollment } from '../courses/index.js';
import { AfterCommit } from '../platform/events/index.js';
import { Enrolled, EnrollmentRestored, EnrollmentRevoked } from './enrollments.events.js';

/** Keeps the public number of enrollments, after the sale: a popular course's row would otherwise be every sale's queue. */
@Injectable()
export class CountEnrollments {
  constructor(private readonly countEnrollment: CountEnrollment) {}

  @AfterCommit(Enrolled, 'courses.enrollment-count')
  async onEnrolled({ courseId }: Enrolled): Promise<void> {
    await this.countEnrollment.execute(courseId, 1);
  }

  @AfterCommit(EnrollmentRestored, 'courses.enrollment-count.restored')
  async onRestored({ courseId }: EnrollmentRestored): Promise<void> {
    await this.countEnrollment.execute(courseId, 1);
  }

  @AfterCommit(EnrollmentRevoked, 'courses.enrollment-count.revoked')
  async onRevoked({ courseId }: EnrollmentRevoked): Promise<void> {
    await this.countEnrollment.execute(courseId, -1);
  }
}
