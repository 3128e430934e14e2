import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { CourseDto, CourseListQuery, CourseSummaryDto } from './courses.dto.js';

const instructor = { select: { id: true, name: true, profilePicture: true } } as const;
const inOrder = { orderBy: { position: 'asc' } } as const;
const whole = { instructor, modules: { ...inOrder, include: { lectures: inOrder } } } as const;

type Summary = Prisma.CourseGetPayload<{ include: { instructor: typeof instructor } }>;
type Whole = Prisma.CourseGetPayload<{ include: typeof whole }>;

const orders = {
  newest: [{ publishedAt: 'desc' }, { id: 'desc' }],
  price: [{ price: 'asc' }, { id: 'asc' }],
  price_desc: [{ price: 'desc' }, { id: 'desc' }],
  popular: [{ enrollmentCount: 'desc' }, { id: 'desc' }],
  title: [{ title: 'asc' }, { id: 'asc' }],
} as const satisfies Record<NonNullable<CourseListQuery['sort']>, Prisma.CourseOrderByWithRelationInput[]>;

/** Courses as the caller may see them: drafts and archived ones only by their instructor and by admins. */
@Injectable()
export class ReadCourses {
  constructor(private readonly database: Database) {}

  publicList(query: CourseListQuery): Promise<Page<CourseSummaryDto>> {
    return this.list({ status: 'PUBLISHED' }, query);
  }

  /** An instructor's list is their own, whatever its status; an admin sees all; the rest see what is published. */
  listFor(principal: Principal, query: CourseListQuery): Promise<Page<CourseSummaryDto>> {
    if (isAdmin(principal)) return this.list({}, query);
    return this.list(
      principal.roles.includes('INSTRUCTOR') ? { instructorId: principal.userId } : { status: 'PUBLISHED' },
      query,
    );
  }

  /** @throws not found for a course that the caller may not see */
  async one(id: string, principal: Principal): Promise<CourseDto> {
    const course = await this.database.client.course.findUnique({ where: { id }, include: whole });
    const visible =
      course && (course.status === 'PUBLISHED' || course.instructorId === principal.userId || isAdmin(principal));
    if (!visible) throw notFound('Course');
    return toCourse(course);
  }

  private async list(scope: Prisma.CourseWhereInput, query: CourseListQuery): Promise<Page<CourseSummaryDto>> {
    const where: Prisma.CourseWhereInput = { AND: [scope, filtersOf(query)] };
    // One join instead of a query per relation: a list is two statements, its rows and its total.
    const [courses, total] = await Promise.all([
      this.database.client.course.findMany({
        where,
        include: { instructor },
        orderBy: [...orders[query.sort ?? 'newest']],
        ...window(query),
        relationLoadStrategy: 'join',
      }),
      this.database.client.course.count({ where }),
    ]);
    return toPage(courses.map(toSummary), total, query);
  }
}

function filtersOf(query: CourseListQuery): Prisma.CourseWhereInput {
  const contains = query.keyword && ({ contains: literal(query.keyword), mode: 'insensitive' } as const);
  return {
    ...(contains && { OR: [{ title: contains }, { description: contains }] }),
    category: query.category,
    level: query.level,
    currency: query.currency,
    price: { gte: query.minPrice, lte: query.maxPrice },
  };
}

/** Prisma hands a text to LIKE as it is: its wildcards are escaped here. */
function literal(text: string): string {
  return text.replaceAll(/[\\%_]/g, '\\$&');
}

function toSummary(course: Summary): CourseSummaryDto {
  const {
    id,
    title,
    shortDescription,
    thumbnail,
    level,
    category,
    duration,
    isPremium,
    currency,
    status,
    enrollmentCount,
  } = course;
  return {
    id,
    title,
    shortDescription,
    thumbnail,
    level,
    category,
    duration,
    isPremium,
    price: toJsonAmount(course.price),
    currency,
    status,
    enrollmentCount,
    instructor: course.instructor,
    publishedAt: course.publishedAt,
    createdAt: course.createdAt,
  };
}

function toCourse(course: Whole): CourseDto {
  const modules = course.modules.map((module) => ({
    id: module.id,
    title: module.title,
    position: module.position,
    lectures: module.lectures.map(({ id, title, position }) => ({ id, title, position })),
  }));
  return { ...toSummary(course), description: course.description, modules };
}
