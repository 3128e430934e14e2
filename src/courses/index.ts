export { GrantAccess } from './access/grant-access.js';
export { RevokeAccess } from './access/revoke-access.js';
export { CheckPrices, type Price, type PriceFlaw } from './catalogue/check-prices.js';
export { CountEnrollment } from './count-enrollment.js';
export { CourseCapacityChanged } from './courses.events.js';
export { CoursesModule } from './courses.module.js';
export { CourseProblems } from './courses.problems.js';
export { type CourseOnSale, FindCourseOnSale } from './find-course.js';
