import { Body, Controller, Post } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { CourseDto } from '../catalogue/courses.dto.js';
import { ReadCourses } from '../catalogue/read-courses.js';
import { CourseProblems } from '../courses.problems.js';
import { CheckUpload } from './check-upload.js';
import { UploadCourse } from './upload-course.js';
import { UploadCourseDto } from './upload.dto.js';

@ApiTags('courses')
@Controller('courses/upload')
export class UploadController {
  constructor(
    private readonly checkUpload: CheckUpload,
    private readonly uploadCourse: UploadCourse,
    private readonly readCourses: ReadCourses,
  ) {}

  @Post()
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Create a whole course with its prices, modules and lectures',
    description:
      'A draft, or with `publish` on sale at once. All of it or nothing: every flaw is in `errors`, and `code` is that of the first. ' +
      'The body may have 1 MB.',
    answers: CourseDto,
    errors: [
      CourseProblems.priceMismatch,
      CourseProblems.priceTooHigh,
      CourseProblems.currencyNotOffered,
      CourseProblems.currencyRepeated,
      CourseProblems.unknownInstructor,
      CourseProblems.nothingToTeach,
    ],
  })
  @ApiBody({ type: UploadCourseDto })
  async upload(@Body() body: object, @CurrentPrincipal() principal: Principal): Promise<CourseDto> {
    const course = await this.checkUpload.execute(body, principal);
    return this.readCourses.one(await this.uploadCourse.execute(course, principal), principal);
  }
}
