import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../platform/auth/index.js';
import { Database, type Prisma } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../platform/http/index.js';
import { toJsonAmount } from '../platform/money/index.js';
import type { EnrollmentDto } from './enrollments.dto.js';

const include = { course: { select: { id: true, title: true, thumbnail: true } } } as const;

/** A person's own enrollments in courses. */
@Injectable()
export class ReadEnrollments {
  constructor(private readonly database: Database) {}

  async list(userId: string, query: PageQuery): Promise<Page<EnrollmentDto>> {
    const where = { userId };
    const [enrollments, total] = await Promise.all([
      this.database.client.enrollment.findMany({
        where,
        include,
        orderBy: { id: 'desc' },
        ...window(query),
        relationLoadStrategy: 'join',
      }),
      this.database.client.enrollment.count({ where }),
    ]);
    return toPage(enrollments.map(toEnrollment), total, query);
  }

  /** @throws not found for somebody else's */
  async one(id: string, principal: Principal): Promise<EnrollmentDto> {
    const enrollment = await this.database.client.enrollment.findUnique({
      where: { id },
      include,
      relationLoadStrategy: 'join',
    });
    if (!enrollment || !mayActFor(principal, enrollment.userId)) throw notFound('Enrollment');
    return toEnrollment(enrollment);
  }

  /** @throws not found when the person is not enrolled */
  async inCourse(userId: string, courseId: string): Promise<EnrollmentDto> {
    const enrollment = await this.database.client.enrollment.findUnique({
      where: { userId_courseId: { userId, courseId } },
      include,
      relationLoadStrategy: 'join',
    });
    if (!enrollment) throw notFound('Enrollment');
    return toEnrollment(enrollment);
  }
}

function toEnrollment(enrollment: Prisma.EnrollmentGetPayload<{ include: typeof include }>): EnrollmentDto {
  const { id, course, status, type, source, paymentStatus, paymentSessionId, currency, progress, paidAt, createdAt } =
    enrollment;
  return {
    id,
    course,
    status,
    type,
    source,
    paymentStatus,
    paymentSessionId,
    amount: toJsonAmount(enrollment.amount),
    amountPaid: toJsonAmount(enrollment.amountPaid),
    discountApplied: toJsonAmount(enrollment.discountApplied),
    currency,
    progress,
    paidAt,
    createdAt,
  };
}
