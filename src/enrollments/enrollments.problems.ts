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
  notOpen: defineProblem({
    code: 'ENROLLMENT_NOT_OPEN',
    status: 409,
    title: 'This place does not open its course at present',
  }),
  noCertificate: defineProblem({
    code: 'CERTIFICATE_NOT_EARNED',
    status: 409,
    title: 'The course is not completed yet',
  }),
  certificateWithdrawn: defineProblem({
    code: 'CERTIFICATE_WITHDRAWN',
    status: 409,
    title: 'The certificate is not valid: the place in the course was given up or refunded',
  }),
} as const;
