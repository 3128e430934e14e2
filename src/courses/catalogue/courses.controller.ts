import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { CourseProblems } from '../courses.problems.js';
import { ArchiveCourse } from './archive-course.js';
import { CourseListQuery } from './course-list.dto.js';
import { CourseDto, CourseSummaryDto, CreateCourseDto, EditCourseDto, ReplaceCourseDto } from './courses.dto.js';
import { MarketplaceQuery } from './marketplace.dto.js';
import { CreateCourse } from './create-course.js';
import { DeleteCourse } from './delete-course.js';
import { EditCourse } from './edit-course.js';
import { PublishCourse } from './publish-course.js';
import { ReadCourses } from './read-courses.js';

const teachers = ['INSTRUCTOR', 'ADMIN'] as const;
const pricing = [
  CourseProblems.priceMismatch,
  CourseProblems.priceTooHigh,
  CourseProblems.currencyNotOffered,
  CourseProblems.currencyRepeated,
];
const everyFlaw = 'Every flaw of the prices is in `errors`; `code` is that of the first.';
const publicly =
  'Carries an ETag: send it back as If-None-Match and an unchanged page is answered 304. Never older than what was answered before.';
/** What a replacement that does not mention a field means by that. */
const unsaid = {
  shortDescription: '',
  thumbnail: null,
  level: 'ALL_LEVELS',
  duration: 0,
  prices: [],
  admission: 'OPEN',
  capacity: null,
} satisfies EditCourseDto;
const editing = [Problems.notFound, CourseProblems.archived, CourseProblems.capacityBelowPlaces];

@ApiTags('courses')
@Controller('courses')
export class CoursesController {
  constructor(
    private readonly readCourses: ReadCourses,
    private readonly createCourse: CreateCourse,
    private readonly editCourse: EditCourse,
    private readonly publishCourse: PublishCourse,
    private readonly archiveCourse: ArchiveCourse,
    private readonly deleteCourse: DeleteCourse,
  ) {}

  @Get('public')
  @Endpoint({
    access: 'public',
    summary: 'Published courses, filtered and sorted',
    description: publicly,
    pageOf: CourseSummaryDto,
    etag: true,
  })
  publicList(@Query() query: CourseListQuery): Promise<Page<CourseSummaryDto>> {
    return this.readCourses.publicList(query);
  }

  @Get('list')
  @Endpoint({
    access: 'public',
    summary: 'The marketplace: published courses, also by what their students think of them',
    description: `Takes all that \`/courses/public\` takes. ${publicly}`,
    pageOf: CourseSummaryDto,
    etag: true,
    errors: [Problems.validation],
  })
  marketplace(@Query() query: MarketplaceQuery): Promise<Page<CourseSummaryDto>> {
    return this.readCourses.publicList(query);
  }

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Courses of the caller',
    description:
      "An instructor's list is their own, of any status; an admin's has every course; anybody else's those published.",
    pageOf: CourseSummaryDto,
  })
  list(@Query() query: CourseListQuery, @CurrentPrincipal() principal: Principal): Promise<Page<CourseSummaryDto>> {
    return this.readCourses.listFor(principal, query);
  }

  @Get(':id')
  @Endpoint({
    access: 'signed-in',
    summary: 'One course with its modules and lectures',
    description: 'A draft or archived course is there only for its instructor and for admins.',
    answers: CourseDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<CourseDto> {
    return this.readCourses.one(id, principal);
  }

  @Post()
  @Endpoint({
    access: teachers,
    status: 201,
    summary: 'Create a draft',
    description: everyFlaw,
    answers: CourseDto,
    errors: [...pricing, CourseProblems.unknownInstructor],
  })
  async create(@Body() body: CreateCourseDto, @CurrentPrincipal() principal: Principal): Promise<CourseDto> {
    return this.readCourses.one(await this.createCourse.execute(body, principal), principal);
  }

  @Put(':id')
  @Endpoint({
    access: teachers,
    summary: 'Replace what a course says of itself',
    description: `A new price is for new payment sessions; those already begun keep theirs. ${everyFlaw}`,
    answers: CourseDto,
    errors: [...editing, ...pricing],
  })
  replace(
    @Param('id') id: string,
    @Body() body: ReplaceCourseDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    return this.edit(id, { ...unsaid, ...body }, principal);
  }

  @Patch(':id')
  @Endpoint({
    access: teachers,
    summary: 'Change some of what a course says of itself',
    description: `A new price is for new payment sessions; those already begun keep theirs. ${everyFlaw}`,
    answers: CourseDto,
    errors: [...editing, ...pricing],
  })
  async edit(
    @Param('id') id: string,
    @Body() body: EditCourseDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editCourse.execute(id, body, principal);
    return this.readCourses.one(id, principal);
  }

  @Delete(':id')
  @Endpoint({
    access: teachers,
    status: 204,
    summary: 'Delete a draft; archive any other course',
    description: 'Whoever is enrolled keeps the course. Again is harmless as long as it is there.',
    errors: [Problems.notFound],
  })
  async remove(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.deleteCourse.execute(id, principal);
  }

  @Post(':id/publish')
  @Endpoint({
    access: teachers,
    summary: 'Put a course on sale',
    description: 'Needs at least one lecture. Again is harmless.',
    answers: CourseDto,
    errors: [...editing, CourseProblems.nothingToTeach, CourseProblems.emptyQuiz],
  })
  async publish(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<CourseDto> {
    await this.publishCourse.execute(id, principal);
    return this.readCourses.one(id, principal);
  }

  @Post(':id/archive')
  @Endpoint({
    access: teachers,
    summary: 'Take a course off sale for good',
    description: 'Whoever is enrolled keeps it. An archived course cannot be changed. Again is harmless.',
    answers: CourseDto,
    errors: [Problems.notFound],
  })
  async archive(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<CourseDto> {
    await this.archiveCourse.execute(id, principal);
    return this.readCourses.one(id, principal);
  }
}
