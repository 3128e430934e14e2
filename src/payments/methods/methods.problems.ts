import { defineProblem } from '../../platform/errors/index.js';

export const MethodProblems = {
  notKept: defineProblem({
    code: 'PAYMENT_METHOD_REFUSED',
    status: 402,
    title: 'This payment method cannot be saved',
  }),
} as const;
