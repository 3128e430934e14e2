import { Body, Controller, Delete, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { CourseDto } from '../catalogue/courses.dto.js';
import { ReadCourses } from '../catalogue/read-courses.js';
import { CourseProblems } from '../courses.problems.js';
import { EditLectureDto, EditPartDto, NewLectureDto, NewPartDto } from './curriculum.dto.js';
import { EditLectures } from './edit-lectures.js';
import { EditModules } from './edit-modules.js';

const common = {
  access: ['INSTRUCTOR', 'ADMIN'],
  answers: CourseDto,
  errors: [Problems.notFound, CourseProblems.archived],
} as const;

const removal = {
  ...common,
  description: 'A published course does not lose its last lecture.',
  errors: [...common.errors, CourseProblems.lastLecture],
} as const;

/** Modules and lectures. Every route answers the whole course as it now is. */
@ApiTags('courses')
@Controller('courses/:id/modules')
export class CurriculumController {
  constructor(
    private readonly editModules: EditModules,
    private readonly editLectures: EditLectures,
    private readonly readCourses: ReadCourses,
  ) {}

  @Post()
  @Endpoint({ ...common, status: 201, summary: 'Add a module at the end' })
  async addModule(
    @Param('id') courseId: string,
    @Body() body: NewPartDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editModules.add(courseId, body, principal);
    return this.readCourses.one(courseId, principal);
  }

  @Patch(':moduleId')
  @Endpoint({ ...common, summary: 'Rename or move a module' })
  async editModule(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @Body() body: EditPartDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editModules.edit(courseId, moduleId, body, principal);
    return this.readCourses.one(courseId, principal);
  }

  @Delete(':moduleId')
  @Endpoint({ ...removal, summary: 'Remove a module and its lectures' })
  async removeModule(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editModules.remove(courseId, moduleId, principal);
    return this.readCourses.one(courseId, principal);
  }

  @Post(':moduleId/lectures')
  @Endpoint({ ...common, status: 201, summary: 'Add a lecture at the end of a module' })
  async addLecture(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @Body() body: NewLectureDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editLectures.add({ courseId, moduleId }, body, principal);
    return this.readCourses.one(courseId, principal);
  }

  @Patch(':moduleId/lectures/:lectureId')
  @Endpoint({ ...common, summary: 'Change a lecture, move it within its module, or make it a preview' })
  async editLecture(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @Param('lectureId') lectureId: string,
    @Body() body: EditLectureDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editLectures.edit({ courseId, moduleId, lectureId }, body, principal);
    return this.readCourses.one(courseId, principal);
  }

  @Delete(':moduleId/lectures/:lectureId')
  @Endpoint({ ...removal, summary: 'Remove a lecture' })
  async removeLecture(
    @Param('id') courseId: string,
    @Param('moduleId') moduleId: string,
    @Param('lectureId') lectureId: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CourseDto> {
    await this.editLectures.remove({ courseId, moduleId, lectureId }, principal);
    return this.readCourses.one(courseId, principal);
  }
}
