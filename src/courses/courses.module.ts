import { Module } from '@nestjs/common';
import { GrantAccess } from './access/grant-access.js';
import { ArchiveCourse } from './catalogue/archive-course.js';
import { CheckPrice } from './catalogue/check-price.js';
import { CoursesController } from './catalogue/courses.controller.js';
import { CreateCourse } from './catalogue/create-course.js';
import { DeleteCourse } from './catalogue/delete-course.js';
import { EditCourse } from './catalogue/edit-course.js';
import { LockOwnCourse } from './catalogue/own-course.js';
import { PublishCourse } from './catalogue/publish-course.js';
import { ReadCourses } from './catalogue/read-courses.js';
import { CountEnrollment } from './count-enrollment.js';
import { CurriculumController } from './curriculum/curriculum.controller.js';
import { EditLectures } from './curriculum/edit-lectures.js';
import { EditModules } from './curriculum/edit-modules.js';
import { FindCourseOnSale } from './find-course.js';

@Module({
  controllers: [CoursesController, CurriculumController],
  providers: [
    ReadCourses,
    LockOwnCourse,
    CheckPrice,
    CreateCourse,
    EditCourse,
    PublishCourse,
    ArchiveCourse,
    DeleteCourse,
    EditModules,
    EditLectures,
    GrantAccess,
    CountEnrollment,
    FindCourseOnSale,
  ],
  exports: [GrantAccess, CountEnrollment, FindCourseOnSale],
})
export class CoursesModule {}
