import { Controller, Get, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { CourseProblems } from '../courses.problems.js';
import { QuizDto } from './quizzes.dto.js';
import { ReadQuiz } from './read-quiz.js';

@ApiTags('courses')
@Controller('courses/:courseId/lectures/:lectureId/quiz')
export class QuizzesController {
  constructor(private readonly readQuiz: ReadQuiz) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'The questions of a quiz',
    description:
      'For whom the course is open; its instructor and admins are also told what is right. Answered by completing the lecture.',
    answers: QuizDto,
    errors: [Problems.notFound, CourseProblems.accessRequired],
  })
  of(
    @Param('courseId') courseId: string,
    @Param('lectureId') lectureId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<QuizDto> {
    return this.readQuiz.execute(courseId, lectureId, principal);
  }
}
