import { defineProblem } from '../../platform/errors/index.js';

export const ReviewProblems = {
  notEnrolled: defineProblem({
    code: 'NOT_ENROLLED',
    status: 403,
    title: 'Only who has a place in the course may review it',
  }),
  ownCourse: defineProblem({ code: 'OWN_COURSE', status: 403, title: 'Nobody reviews their own course' }),
  reviewed: defineProblem({
    code: 'ALREADY_REVIEWED',
    status: 409,
    title: 'You have reviewed this course: change your review instead',
  }),
} as const;
