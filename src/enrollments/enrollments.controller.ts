import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PaymentProblems } from '../payments/index.js';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../platform/http/index.js';
import { EnrollDto, EnrollmentDto } from './enrollments.dto.js';
import { EnrollmentProblems } from './enrollments.problems.js';
import { ReadEnrollments } from './read-enrollments.js';
import { RequestPlace } from './request-place.js';

/** The same three operations under both paths that frontends know. */
@ApiTags('enrollments')
@Controller(['enrollments', 'payments/enrollments'])
export class EnrollmentsController {
  constructor(
    private readonly requestPlace: RequestPlace,
    private readonly readEnrollments: ReadEnrollments,
  ) {}

  @Post()
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary:
      'Enroll in a free course or one that your plan or licence includes, accept an invitation, or wait for a place',
    description:
      'A premium course that your plan includes (`SUBSCRIPTION`), or a licence that you have a seat of (`LICENSE`), is yours as long as either ' +
      'does; any other is bought through a payment session instead, as is one of these that you want to keep; one that is by invitation only, ' +
      'once its invitation is accepted here (`PENDING`). When a course is full, `waitlist` puts you in its line (`PENDING`, with your `position`): a place that becomes free in a ' +
      'free course is yours at once, in a premium one it is kept for you to buy until `offeredUntil`. Again is the same place in the line.',
    answers: EnrollmentDto,
    errors: [
      Problems.notFound,
      PaymentProblems.alreadyEnrolled,
      PaymentProblems.invitationNeeded,
      PaymentProblems.full,
      EnrollmentProblems.paymentRequired,
    ],
  })
  async enroll(@Body() body: EnrollDto, @CurrentPrincipal() { userId }: Principal): Promise<EnrollmentDto> {
    await this.requestPlace.execute(userId, body);
    return this.readEnrollments.inCourse(userId, body.courseId);
  }

  @Get()
  @Endpoint({ access: 'signed-in', summary: 'Your enrollments in courses, newest first', pageOf: EnrollmentDto })
  list(@Query() query: PageQuery, @CurrentPrincipal() { userId }: Principal): Promise<Page<EnrollmentDto>> {
    return this.readEnrollments.list(userId, query);
  }

  @Get('course/:courseId')
  @Endpoint({
    access: 'signed-in',
    summary: 'Your enrollment in one course',
    answers: EnrollmentDto,
    errors: [Problems.notFound],
  })
  inCourse(@Param('courseId') courseId: string, @CurrentPrincipal() { userId }: Principal): Promise<EnrollmentDto> {
    return this.readEnrollments.inCourse(userId, courseId);
  }
}
