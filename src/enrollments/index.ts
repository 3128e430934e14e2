export { CancelEnrollment } from './cancel-enrollment.js';
export { EnrollmentDto } from './enrollments.dto.js';
export { CourseCompleted, PlaceOffered, StudyDayBegun } from './enrollments.events.js';
export { EnrollmentsModule } from './enrollments.module.js';
export { CoursesIncluded, FeaturesIncluded } from './plans/file-fields.js';
export { IncludedDto, toIncluded } from './plans/included.dto.js';
export { FollowPlan } from './plans/follow-plan.js';
export { type IncludedCourses, includes, PlanCourses, type PlanCourseSource } from './plans/plan-courses.js';
export { ReadEnrollments } from './read-enrollments.js';
