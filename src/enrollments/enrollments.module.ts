import { Module } from '@nestjs/common';
import { CoursesModule } from '../courses/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { CancelEnrollment } from './cancel-enrollment.js';
import { CountEnrollments } from './count-enrollments.js';
import { Enroll } from './enroll.js';
import { enrollmentRules } from './enrollment-rules.js';
import { EnrollFree } from './enroll-free.js';
import { EnrollmentsController } from './enrollments.controller.js';
import { MoveBoughtPlace } from './move-bought-place.js';
import { ReadEnrollments } from './read-enrollments.js';
import { SellCourse } from './sell-course.js';

@Module({
  imports: [CoursesModule, LedgerModule, PaymentsModule],
  controllers: [EnrollmentsController],
  providers: [
    Enroll,
    EnrollFree,
    MoveBoughtPlace,
    SellCourse,
    CountEnrollments,
    ReadEnrollments,
    CancelEnrollment,
    mustHold(enrollmentRules),
  ],
  exports: [ReadEnrollments, CancelEnrollment],
})
export class EnrollmentsModule {}
