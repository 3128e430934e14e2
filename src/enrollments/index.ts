export { Enrolled } from './enrollments.events.js';
export { EnrollmentsModule } from './enrollments.module.js';
