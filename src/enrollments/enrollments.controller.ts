import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PaymentProblems } from '../payments/index.js';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../platform/http/index.js';
import { EnrollFree } from './enroll-free.js';
import { EnrollDto, EnrollmentDto } from './enrollments.dto.js';
import { EnrollmentProblems } from './enrollments.problems.js';
import { ReadEnrollments } from './read-enrollments.js';

/** The same three operations under both paths that frontends know. */
@ApiTags('enrollments')
@Controller(['enrollments', 'payments/enrollments'])
export class EnrollmentsController {
  constructor(
    private readonly enrollFree: EnrollFree,
    private readonly readEnrollments: ReadEnrollments,
  ) {}

  @Post()
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary: 'Enroll in a free course',
    description: 'A premium course is bought through a payment session instead.',
    answers: EnrollmentDto,
    errors: [Problems.notFound, PaymentProblems.alreadyEnrolled, EnrollmentProblems.paymentRequired],
  })
  async enroll(@Body() { courseId }: EnrollDto, @CurrentPrincipal() { userId }: Principal): Promise<EnrollmentDto> {
    await this.enrollFree.execute(userId, courseId);
    return this.readEnrollments.inCourse(userId, courseId);
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
