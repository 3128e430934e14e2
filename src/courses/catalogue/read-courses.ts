import { Injectable } from '@nestjs/common';
import { isAdmin, mayActFor, type Principal } from '../../platform/auth/index.js';
import { type CourseStatus, Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toCountedPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { CatalogueCache } from './catalogue-cache.js';
import type { CourseDto, CourseSummaryDto, LectureDto } from './courses.dto.js';
import { type CourseRow, CoursesRepository } from './courses.repository.js';
import type { MarketplaceQuery } from './marketplace.dto.js';

const inOrder = { orderBy: { position: 'asc' } } as const;
const whole = {
  instructor: { select: { id: true, name: true, profilePicture: true } },
  prices: { orderBy: { currency: 'asc' } },
  modules: {
    ...inOrder,
    include: { lectures: { ...inOrder, include: { content: { select: { mediaType: true, size: true } } } } },
  },
} as const;

type Whole = Prisma.CourseGetPayload<{ include: typeof whole }>;

/** Status by status, as the indexes are that lists are read by; in so many words, or a partial one could not be chosen. */
const inStatus: Record<CourseStatus, Prisma.Sql> = {
  PUBLISHED: Prisma.sql`c.status = 'PUBLISHED'`,
  DRAFT: Prisma.sql`c.status = 'DRAFT'`,
  ARCHIVED: Prisma.sql`c.status = 'ARCHIVED'`,
};
const published = [inStatus.PUBLISHED];
const everything = Object.values(inStatus);

/** Courses as the caller may see them: drafts and archived ones only by their instructor and by admins. */
@Injectable()
export class ReadCourses {
  constructor(
    private readonly database: Database,
    private readonly courses: CoursesRepository,
    private readonly cache: CatalogueCache,
  ) {}

  publicList(query: MarketplaceQuery): Promise<Page<CourseSummaryDto>> {
    return this.cache.page(query, () => this.list(published, query));
  }

  /** An instructor's list is their own, whatever its status; an admin sees all; the rest see what is published. */
  listFor(principal: Principal, query: MarketplaceQuery): Promise<Page<CourseSummaryDto>> {
    if (isAdmin(principal)) return this.list(everything, query);
    const isInstructor = principal.roles.includes('INSTRUCTOR');
    return this.list(isInstructor ? [Prisma.sql`c.instructor_id = ${principal.userId}`] : published, query);
  }

  /** @throws not found for a course that the caller may not see */
  async one(id: string, principal: Principal): Promise<CourseDto> {
    const course = await this.database.client.course.findUnique({
      where: { id },
      include: whole,
      relationLoadStrategy: 'join',
    });
    const visible = course && (course.status === 'PUBLISHED' || mayActFor(principal, course.instructorId));
    if (!visible) throw notFound('Course');
    return toCourse(course);
  }

  private async list(scopes: readonly Prisma.Sql[], query: MarketplaceQuery): Promise<Page<CourseSummaryDto>> {
    const { rows, counted } = await this.courses.page(scopes, query);
    return toCountedPage(rows.map(toSummary), counted, query);
  }
}

function toSummary(course: CourseRow): CourseSummaryDto {
  const price = toJsonAmount(course.price);
  const others = course.prices.map(({ currency, amount }) => ({ currency, amount: toJsonAmount(BigInt(amount)) }));
  return {
    id: course.id,
    title: course.title,
    shortDescription: course.shortDescription,
    thumbnail: course.thumbnail,
    level: course.level,
    category: course.category,
    duration: course.duration,
    isPremium: course.isPremium,
    price,
    currency: course.currency,
    prices: [{ currency: course.currency, amount: price }, ...others],
    status: course.status,
    enrollmentCount: course.enrollmentCount,
    rating: { average: course.ratingCount > 0 ? course.rating / 100 : null, count: course.ratingCount },
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
    lectures: module.lectures.map(toLecture),
  }));
  const { description, admission, capacity } = course;
  return { ...toSummary(course), description, admission, capacity, modules };
}

function toLecture({
  id,
  title,
  position,
  kind,
  isPreview,
  content,
}: Whole['modules'][number]['lectures'][number]): LectureDto {
  const file = { hasContent: content !== null, mediaType: content?.mediaType ?? null };
  return { id, title, position, kind, isPreview, ...file, size: content && Number(content.size) };
}
