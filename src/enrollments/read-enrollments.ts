import { Injectable } from '@nestjs/common';
import { mayActFor, type Principal } from '../platform/auth/index.js';
import { Database, Prisma } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../platform/http/index.js';
import { toJsonAmount } from '../platform/money/index.js';
import type { EnrollmentDto } from './enrollments.dto.js';

const inOrder = { orderBy: { position: 'asc' } } as const;
const part = { id: true, title: true, position: true } as const;
const include = {
  course: {
    select: {
      ...{ id: true, title: true, thumbnail: true },
      modules: { ...inOrder, select: { ...part, lectures: { ...inOrder, select: { ...part, kind: true } } } },
    },
  },
  completions: { select: { lectureId: true } },
  certificate: { select: { issuedAt: true } },
} as const;

type Row = Prisma.EnrollmentGetPayload<{ include: typeof include }>;

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
    return toPage(await this.toEnrollments(enrollments), total, query);
  }

  /** @throws not found for somebody else's */
  async one(id: string, principal: Principal): Promise<EnrollmentDto> {
    const enrollment = await this.database.client.enrollment.findUnique({
      where: { id },
      include,
      relationLoadStrategy: 'join',
    });
    if (!enrollment || !mayActFor(principal, enrollment.userId)) throw notFound('Enrollment');
    return this.toEnrollment(enrollment);
  }

  /** @throws not found when the person is not enrolled */
  async inCourse(userId: string, courseId: string): Promise<EnrollmentDto> {
    const enrollment = await this.database.client.enrollment.findUnique({
      where: { userId_courseId: { userId, courseId } },
      include,
      relationLoadStrategy: 'join',
    });
    if (!enrollment) throw notFound('Enrollment');
    return this.toEnrollment(enrollment);
  }

  private async toEnrollment(row: Row): Promise<EnrollmentDto> {
    const [enrollment] = await this.toEnrollments([row]);
    return enrollment!;
  }

  /** Where they wait is counted only for those who do. */
  private async toEnrollments(rows: readonly Row[]): Promise<EnrollmentDto[]> {
    const waiting = rows.filter(({ waitingSince }) => waitingSince !== null).map(({ id }) => id);
    const lines = waiting.length === 0 ? [] : await this.positions(waiting);
    return rows.map((row) => toEnrollment(row, lines.find(({ id }) => id === row.id)?.position ?? null));
  }

  private positions(ids: readonly string[]): Promise<{ id: string; position: number }[]> {
    return this.database.rows(Prisma.sql`
      SELECT e.id, (
        SELECT count(*)::int FROM enrollments w WHERE w.course_id = e.course_id AND w.status = 'PENDING' AND w.waiting_since IS NOT NULL
          AND (w.waiting_since, w.id) <= (e.waiting_since, e.id)) AS position
      FROM enrollments e WHERE e.id = ANY (${ids}::text[]) AND e.waiting_since IS NOT NULL`);
  }
}

function toEnrollment(enrollment: Row, position: number | null): EnrollmentDto {
  const { id, status, type, source, paymentStatus, paymentSessionId, currency, progress, paidAt, createdAt } =
    enrollment;
  return {
    id,
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
    waitingSince: enrollment.waitingSince,
    position,
    offeredUntil: enrollment.offeredUntil,
    ...learningOf(enrollment),
    paidAt,
    createdAt,
  };
}

/** The course with what of it is completed, and what else the student has done. */
function learningOf({ course, completions, certificate, ...enrollment }: Row) {
  const done = new Set(completions.map(({ lectureId }) => lectureId));
  const modules = course.modules.map((module) => ({
    ...module,
    lectures: module.lectures.map((lecture) => ({ ...lecture, completed: done.has(lecture.id) })),
  }));
  const lectures = modules.flatMap((module) => module.lectures);
  const { currentLectureId, totalTimeSpent, streakDays, lastAccessedAt, completedAt } = enrollment;
  return {
    course: { ...course, modules },
    completionPercentage: enrollment.progress,
    completedLectures: lectures.filter(({ completed }) => completed).length,
    totalLectures: lectures.length,
    // It may have been removed since.
    currentLectureId: lectures.some(({ id }) => id === currentLectureId) ? currentLectureId : null,
    ...{ totalTimeSpent, streakDays, lastAccessedAt, completedAt },
    certificateEarned: certificate !== null,
    certificateEarnedAt: certificate?.issuedAt ?? null,
  };
}
