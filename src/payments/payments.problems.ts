import { defineProblem } from '../platform/errors/index.js';

export const PaymentProblems = {
  courseIsFree: defineProblem({ code: 'COURSE_IS_FREE', status: 400, title: 'Course is free, no payment required' }),
  alreadyEnrolled: defineProblem({ code: 'ALREADY_ENROLLED', status: 400, title: 'Already enrolled in this course' }),
  insufficientBalance: defineProblem({
    code: 'INSUFFICIENT_BALANCE',
    status: 400,
    title: 'Insufficient wallet balance',
  }),
  returnUrl: defineProblem({
    code: 'RETURN_URL_NOT_ALLOWED',
    status: 400,
    title: 'Buyers are only sent back to the known frontends',
  }),
  providerNotOffered: defineProblem({
    code: 'PROVIDER_NOT_OFFERED',
    status: 400,
    title: 'This way to pay is not offered',
  }),
  signature: defineProblem({
    code: 'INVALID_SIGNATURE',
    status: 400,
    title: 'The webhook does not prove where it comes from',
  }),
} as const;
