import { ReadReviews } from './read-reviews.js';
import { ReviewCourse } from './review-course.js';

/** What students think of courses. */
export const reviews = [ReadReviews, ReviewCourse];
