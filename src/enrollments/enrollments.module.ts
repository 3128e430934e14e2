import { Module } from '@nestjs/common';
import { CoursesModule } from '../courses/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { bundleRules } from './bundles/bundle-rules.js';
import { BundlesController } from './bundles/bundles.controller.js';
import { bundles } from './bundles/bundles.providers.js';
import { CancelEnrollment } from './cancel-enrollment.js';
import { CertificatesController } from './certificates/certificates.controller.js';
import { certificates } from './certificates/certificates.providers.js';
import { CountEnrollments } from './count-enrollments.js';
import { Enroll } from './enroll.js';
import { enrollmentRules } from './enrollment-rules.js';
import { EnrollmentsController } from './enrollments.controller.js';
import { LearningController } from './learning/learning.controller.js';
import { learning } from './learning/learning.providers.js';
import { learningRules } from './learning/learning-rules.js';
import { MoveBoughtPlace } from './move-bought-place.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { invitations } from './invitations/invitations.providers.js';
import { FollowPlan } from './plans/follow-plan.js';
import { PlanCourses } from './plans/plan-courses.js';
import { plans } from './plans/plans.providers.js';
import { PurchaseController } from './purchase.controller.js';
import { ReadEnrollments } from './read-enrollments.js';
import { RequestPlace } from './request-place.js';
import { reviewRules } from './reviews/review-rules.js';
import { ReviewsController } from './reviews/reviews.controller.js';
import { reviews } from './reviews/reviews.providers.js';
import { SellCourse } from './sell-course.js';
import { waitlist } from './waitlist/waitlist.providers.js';

@Module({
  imports: [CoursesModule, LedgerModule, PaymentsModule],
  controllers: [
    EnrollmentsController,
    LearningController,
    CertificatesController,
    InvitationsController,
    BundlesController,
    PurchaseController,
    ReviewsController,
  ],
  providers: [
    Enroll,
    RequestPlace,
    MoveBoughtPlace,
    SellCourse,
    CountEnrollments,
    ReadEnrollments,
    CancelEnrollment,
    ...invitations,
    ...waitlist,
    ...plans,
    ...bundles,
    ...certificates,
    ...learning,
    ...reviews,
    mustHold({ ...enrollmentRules, ...bundleRules, ...learningRules, ...reviewRules }),
  ],
  exports: [ReadEnrollments, CancelEnrollment, PlanCourses, FollowPlan],
})
export class EnrollmentsModule {}
