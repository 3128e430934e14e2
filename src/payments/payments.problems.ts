import { defineProblem } from '../platform/errors/index.js';

export const PaymentProblems = {
  courseIsFree: defineProblem({ code: 'COURSE_IS_FREE', status: 400, title: 'Course is free, no payment required' }),
  alreadyEnrolled: defineProblem({ code: 'ALREADY_ENROLLED', status: 400, title: 'Already enrolled in this course' }),
  invitationNeeded: defineProblem({
    code: 'INVITATION_NEEDED',
    status: 403,
    title: 'This course is by invitation only',
  }),
  full: defineProblem({ code: 'COURSE_FULL', status: 409, title: 'There is no place left in this course' }),
  notOnSale: defineProblem({ code: 'NOT_ON_SALE', status: 400, title: 'This is not on sale' }),
  insufficientBalance: defineProblem({
    code: 'INSUFFICIENT_BALANCE',
    status: 400,
    title: 'Insufficient wallet balance',
  }),
  phone: defineProblem({ code: 'INVALID_PHONE', status: 400, title: 'This is not a phone that can be rung to pay' }),
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
  currencyNotOffered: defineProblem({ code: 'CURRENCY_NOT_OFFERED', status: 400, title: 'Not sold in this currency' }),
  amountTooSmall: defineProblem({
    code: 'AMOUNT_TOO_SMALL',
    status: 400,
    title: 'Less than this way to pay can charge',
  }),
  amountTooLarge: defineProblem({
    code: 'AMOUNT_TOO_LARGE',
    status: 400,
    title: 'More than this way to pay can charge',
  }),
  currencyNotTaken: defineProblem({
    code: 'CURRENCY_NOT_TAKEN',
    status: 400,
    title: 'This way to pay does not take the currency',
  }),
  sessionNotPending: defineProblem({
    code: 'SESSION_NOT_PENDING',
    status: 409,
    title: 'Only a pending session can be edited',
  }),
  tooMuchMetadata: defineProblem({ code: 'TOO_MUCH_METADATA', status: 400, title: 'A session keeps at most 20 keys' }),
  charging: defineProblem({
    code: 'ALREADY_CHARGING',
    status: 409,
    title: 'A payment of yours for this is being made already',
  }),
  declined: defineProblem({ code: 'PAYMENT_DECLINED', status: 402, title: 'The payment was declined' }),
  notRefundable: defineProblem({ code: 'NOT_REFUNDABLE', status: 409, title: 'This payment cannot be refunded' }),
  usedUp: defineProblem({
    code: 'PURCHASE_USED_UP',
    status: 400,
    title: 'A part of what was bought is used and cannot be refunded',
  }),
  refundTooMuch: defineProblem({ code: 'REFUND_TOO_MUCH', status: 400, title: 'More than is left to refund' }),
  refundRefused: defineProblem({ code: 'REFUND_REFUSED', status: 409, title: 'The provider refused the refund' }),
  bodyRemoved: defineProblem({
    code: 'WEBHOOK_BODY_REMOVED',
    status: 409,
    title: 'The body of this webhook was removed; there is nothing to act on',
  }),
  signature: defineProblem({
    code: 'INVALID_SIGNATURE',
    status: 400,
    title: 'The webhook does not prove where it comes from',
  }),
} as const;
