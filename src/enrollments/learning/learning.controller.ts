import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { EnrollmentProblems } from '../enrollments.problems.js';
import { ReadEnrollments } from '../read-enrollments.js';
import { CompleteLecture } from './complete-lecture.js';
import { CompletedLectureDto, CompleteLectureDto, RecordedStudyDto, RecordStudyDto } from './learning.dto.js';
import { RecordStudy } from './record-study.js';

/** What a student does in a course. */
@ApiTags('enrollments')
@Controller('enrollments/:id')
export class LearningController {
  constructor(
    private readonly completeLecture: CompleteLecture,
    private readonly recordStudy: RecordStudy,
    private readonly readEnrollments: ReadEnrollments,
  ) {}

  @Post('lectures/:lectureId/complete')
  @Endpoint({
    access: ['STUDENT'],
    summary: 'Complete a lecture of a course you are in',
    description:
      'A lesson by saying so, a quiz by answers that pass it; every attempt is kept. Again is harmless. The last one completes the course ' +
      'and earns its certificate; lectures that are added later change nothing about that.',
    answers: CompletedLectureDto,
    errors: [Problems.notFound, EnrollmentProblems.notOpen],
  })
  async complete(
    @Param('id') id: string,
    @Param('lectureId') lectureId: string,
    @Body() { answers }: CompleteLectureDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CompletedLectureDto> {
    const done = await this.completeLecture.execute(id, lectureId, answers, principal);
    return { ...done, enrollment: await this.readEnrollments.one(id, principal) };
  }

  @Patch()
  @Endpoint({
    access: ['STUDENT'],
    summary: 'Say where you are in a course, and for how long you have been at it',
    description: 'Progress is not taken: it follows from the lectures that are completed.',
    answers: RecordedStudyDto,
    errors: [Problems.notFound, EnrollmentProblems.notOpen],
  })
  async record(
    @Param('id') id: string,
    @Body() body: RecordStudyDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RecordedStudyDto> {
    const timeCounted = await this.recordStudy.execute(id, body, principal);
    return { ...(await this.readEnrollments.one(id, principal)), timeCounted };
  }
}
