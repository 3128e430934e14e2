import { defineProblem } from '../platform/errors/index.js';

export const EnrollmentProblems = {
  paymentRequired: defineProblem({ code: 'PAYMENT_REQUIRED', status: 403, title: 'Payment required for this course' }),
} as const;
