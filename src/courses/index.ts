export { GrantAccess } from './access/grant-access.js';
export { RevokeAccess } from './access/revoke-access.js';
export { CountEnrollment } from './count-enrollment.js';
export { CoursesModule } from './courses.module.js';
export { type CourseOnSale, FindCourseOnSale } from './find-course.js';
