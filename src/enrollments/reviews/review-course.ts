import { Injectable } from '@nestjs/common';
import { RateCourse } from '../../courses/index.js';
import { RecordAudit } from '../../platform/audit/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import type { EditReviewDto, NewReviewDto } from './reviews.dto.js';
import { ReviewProblems } from './reviews.problems.js';

interface ReviewPath {
  readonly courseId: string;
  readonly reviewId: string;
}

/**
 * Writes, changes and removes a review, and with it what the course's reviews sum up to. The course's row is locked first: what is read
 * after that is what the one before left. A review stays, and counts, when its author's money goes back: they have seen the course.
 */
@Injectable()
export class ReviewCourse {
  constructor(
    private readonly database: Database,
    private readonly rateCourse: RateCourse,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** @returns the review's id @throws not found, ReviewProblems */
  @Transactional()
  async write(courseId: string, { rating, text = '' }: NewReviewDto, { userId }: Principal): Promise<string> {
    const { instructorId, status } = await this.rateCourse.lock(courseId);
    if (status === 'DRAFT') throw notFound('Course');
    if (instructorId === userId) throw new DomainError(ReviewProblems.ownCourse);
    if (!(await this.hasPlace(courseId, userId))) throw new DomainError(ReviewProblems.notEnrolled);
    const now = this.clock.now();
    const review = { id: newId('review'), courseId, userId, rating, text, createdAt: now, updatedAt: now };
    // Contends on (user, course).
    const { count } = await this.database.client.review.createMany({ data: [review], skipDuplicates: true });
    if (count === 0) throw new DomainError(ReviewProblems.reviewed);
    await this.rateCourse.execute(courseId, { rating, count: 1 });
    return review.id;
  }

  /** @throws not found for somebody else's */
  @Transactional()
  async edit({ courseId, reviewId }: ReviewPath, changes: EditReviewDto, { userId }: Principal): Promise<void> {
    const review = await this.find({ courseId, reviewId });
    if (review?.userId !== userId) throw notFound('Review');
    const { rating = review.rating, text = review.text } = changes;
    await this.database.client.review.update({
      where: { id: reviewId },
      data: { rating, text, updatedAt: this.clock.now() },
    });
    await this.rateCourse.execute(courseId, { rating: rating - review.rating, count: 0 });
  }

  /** An admin removes anybody's, which is audited. @throws not found for somebody else's */
  @Transactional()
  async remove({ courseId, reviewId }: ReviewPath, principal: Principal): Promise<void> {
    const review = await this.find({ courseId, reviewId });
    if (!review || (review.userId !== principal.userId && !isAdmin(principal))) throw notFound('Review');
    await this.database.client.review.delete({ where: { id: reviewId } });
    await this.rateCourse.execute(courseId, { rating: -review.rating, count: -1 });
    if (review.userId === principal.userId) return;
    const { userId, rating, text } = review;
    await this.audit.execute({
      ...{ actorId: principal.userId, action: 'review.removed', objectType: 'review', objectId: reviewId },
      before: { courseId, userId, rating, text },
    });
  }

  private async find({ courseId, reviewId }: ReviewPath) {
    await this.rateCourse.lock(courseId);
    return this.database.client.review.findFirst({ where: { id: reviewId, courseId } });
  }

  /** Not one whose money went back, nor one that a dispute closes. */
  private async hasPlace(courseId: string, userId: string): Promise<boolean> {
    const place = await this.database.client.enrollment.findFirst({
      where: { courseId, userId, status: { in: ['ACTIVE', 'COMPLETED'] }, paymentStatus: { not: 'REFUNDED' } },
      select: { id: true },
    });
    return place !== null;
  }
}
