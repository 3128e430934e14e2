import { Module } from '@nestjs/common';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { GrantAccess } from './access/grant-access.js';
import { HasAccess } from './access/has-access.js';
import { RevokeAccess } from './access/revoke-access.js';
import { ArchiveCourse } from './catalogue/archive-course.js';
import { CatalogueCache } from './catalogue/catalogue-cache.js';
import { CheckPrices } from './catalogue/check-prices.js';
import { CoursesController } from './catalogue/courses.controller.js';
import { CoursesRepository } from './catalogue/courses.repository.js';
import { CreateCourse } from './catalogue/create-course.js';
import { DeleteCourse } from './catalogue/delete-course.js';
import { EditCourse } from './catalogue/edit-course.js';
import { OtherPrices } from './catalogue/other-prices.js';
import { LockOwnCourse } from './catalogue/own-course.js';
import { PublishCourse } from './catalogue/publish-course.js';
import { ReadCourses } from './catalogue/read-courses.js';
import { ContentController } from './content/content.controller.js';
import { content } from './content/content.providers.js';
import { courseRules } from './course-rules.js';
import { CountEnrollment } from './count-enrollment.js';
import { CurriculumController } from './curriculum/curriculum.controller.js';
import { EditLectures } from './curriculum/edit-lectures.js';
import { EditModules } from './curriculum/edit-modules.js';
import { KeepLectures } from './curriculum/keep-lectures.js';
import { FindCourseOnSale } from './find-course.js';
import { MarkQuiz } from './quizzes/mark-quiz.js';
import { QuizzesController } from './quizzes/quizzes.controller.js';
import { quizzes } from './quizzes/quizzes.providers.js';
import { RateCourse } from './rate-course.js';
import { CourseTerms } from './terms/course-terms.js';
import { CourseTermsController } from './terms/terms.controller.js';
import { UploadController } from './upload/upload.controller.js';
import { upload } from './upload/upload.providers.js';

@Module({
  imports: [LedgerModule],
  controllers: [
    UploadController,
    CoursesController,
    CurriculumController,
    CourseTermsController,
    ContentController,
    QuizzesController,
  ],
  providers: [
    ReadCourses,
    CoursesRepository,
    CatalogueCache,
    LockOwnCourse,
    CheckPrices,
    OtherPrices,
    CreateCourse,
    EditCourse,
    PublishCourse,
    ArchiveCourse,
    DeleteCourse,
    KeepLectures,
    EditModules,
    EditLectures,
    CourseTerms,
    ...quizzes,
    GrantAccess,
    RevokeAccess,
    HasAccess,
    CountEnrollment,
    RateCourse,
    ...upload,
    FindCourseOnSale,
    ...content,
    mustHold(courseRules),
  ],
  exports: [GrantAccess, RevokeAccess, HasAccess, CheckPrices, CountEnrollment, RateCourse, FindCourseOnSale, MarkQuiz],
})
export class CoursesModule {}
