import { Injectable } from '@nestjs/common';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import type { ReviewDto } from './reviews.dto.js';

const include = { user: { select: { name: true, profilePicture: true } } } as const;

/** Reviews, for everybody. Of their authors no more than a name and a picture. */
@Injectable()
export class ReadReviews {
  constructor(private readonly database: Database) {}

  /** @throws not found unless the course is published */
  async list(courseId: string, query: PageQuery): Promise<Page<ReviewDto>> {
    const [course, reviews] = await Promise.all([
      this.database.client.course.findFirst({
        where: { id: courseId, status: 'PUBLISHED' },
        select: { ratingCount: true },
      }),
      this.database.client.review.findMany({
        where: { courseId },
        include,
        orderBy: { id: 'desc' },
        ...window(query),
        relationLoadStrategy: 'join',
      }),
    ]);
    if (!course) throw notFound('Course');
    return toPage(reviews.map(toReview), course.ratingCount, query);
  }

  async one(id: string): Promise<ReviewDto> {
    const review = await this.database.client.review.findUnique({
      where: { id },
      include,
      relationLoadStrategy: 'join',
    });
    if (!review) throw notFound('Review');
    return toReview(review);
  }
}

function toReview(review: Prisma.ReviewGetPayload<{ include: typeof include }>): ReviewDto {
  const { id, rating, text, user, createdAt, updatedAt } = review;
  return { id, rating, text, author: user, createdAt, updatedAt };
}
