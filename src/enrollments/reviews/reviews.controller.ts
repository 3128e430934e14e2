import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import { ReadReviews } from './read-reviews.js';
import { ReviewCourse } from './review-course.js';
import { EditReviewDto, NewReviewDto, ReviewDto } from './reviews.dto.js';
import { ReviewProblems } from './reviews.problems.js';

@ApiTags('reviews')
@Controller('courses/:courseId/reviews')
export class ReviewsController {
  constructor(
    private readonly readReviews: ReadReviews,
    private readonly reviewCourse: ReviewCourse,
  ) {}

  @Get()
  @Endpoint({
    access: 'public',
    summary: 'Reviews of a published course, newest first',
    pageOf: ReviewDto,
    errors: [Problems.notFound],
  })
  list(@Param('courseId') courseId: string, @Query() query: PageQuery): Promise<Page<ReviewDto>> {
    return this.readReviews.list(courseId, query);
  }

  @Post()
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    summary: 'Review a course in which you have a place, once',
    description: 'A place that was given back or is closed by a dispute is none. The course is rated anew at once.',
    answers: ReviewDto,
    errors: [Problems.notFound, ReviewProblems.notEnrolled, ReviewProblems.ownCourse, ReviewProblems.reviewed],
  })
  async write(
    @Param('courseId') courseId: string,
    @Body() body: NewReviewDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ReviewDto> {
    return this.readReviews.one(await this.reviewCourse.write(courseId, body, principal));
  }

  @Patch(':reviewId')
  @Endpoint({
    access: 'signed-in',
    summary: 'Change your review',
    description: 'What is not given stays.',
    answers: ReviewDto,
    errors: [Problems.notFound],
  })
  async edit(
    @Param('courseId') courseId: string,
    @Param('reviewId') reviewId: string,
    @Body() body: EditReviewDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<ReviewDto> {
    await this.reviewCourse.edit({ courseId, reviewId }, body, principal);
    return this.readReviews.one(reviewId);
  }

  @Delete(':reviewId')
  @Endpoint({
    access: 'signed-in',
    status: 204,
    summary: 'Remove your review',
    description: 'An admin may remove any, which is audited.',
    errors: [Problems.notFound],
  })
  async remove(
    @Param('courseId') courseId: string,
    @Param('reviewId') reviewId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.reviewCourse.remove({ courseId, reviewId }, principal);
  }
}
