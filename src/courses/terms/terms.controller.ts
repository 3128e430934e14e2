import { Body, Controller, Get, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { CourseProblems } from '../courses.problems.js';
import { CourseTerms } from './course-terms.js';
import { CourseTermsDto } from './terms.dto.js';

@ApiTags('courses')
@Controller('courses/:id/terms')
export class CourseTermsController {
  constructor(private readonly courseTerms: CourseTerms) {}

  @Get()
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    summary: 'What a course brings its instructor and who completes it, and what a refund takes',
    answers: CourseTermsDto,
    errors: [Problems.notFound],
  })
  of(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<CourseTermsDto> {
    return this.courseTerms.of(id, principal);
  }

  @Put()
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Set what a course brings its instructor and who completes it, and what a refund takes',
    description: 'A sale keeps the share that stood when its payment session was created. Audited.',
    answers: CourseTermsDto,
    errors: [Problems.notFound, CourseProblems.archived],
  })
  async set(
    @Param('id') id: string,
    @Body() body: CourseTermsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseTermsDto> {
    await this.courseTerms.set(id, body, principal);
    return this.courseTerms.of(id, principal);
  }
}
