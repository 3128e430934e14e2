import { defineProblem } from '../platform/errors/index.js';

export const EnrollmentProblems = {
  paymentRequired: defineProblem({ code: 'PAYMENT_REQUIRED', status: 403, title: 'Payment required for this course' }),
  notByInvitation: defineProblem({
    code: 'NOT_BY_INVITATION',
    status: 400,
    title: 'Anybody may have this course: it needs no invitation',
  }),
  invitationUsed: defineProblem({
    code: 'INVITATION_USED',
    status: 409,
    title: 'The invitation was accepted and cannot be withdrawn',
  }),
} as const;
