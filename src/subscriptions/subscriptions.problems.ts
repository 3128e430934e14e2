import { defineProblem } from '../platform/errors/index.js';

export const SubscriptionProblems = {
  planUnknown: defineProblem({ code: 'PLAN_NOT_OFFERED', status: 400, title: 'There is no such plan' }),
  planIsFree: defineProblem({
    code: 'PLAN_IS_FREE',
    status: 409,
    title: 'The free plan is that of everybody who has no other: there is nothing to subscribe to',
  }),
  notSoldSo: defineProblem({
    code: 'PRICE_NOT_OFFERED',
    status: 400,
    title: 'The plan is not sold for this period in this currency',
  }),
  noTrial: defineProblem({ code: 'NO_TRIAL', status: 400, title: 'The plan has no trial' }),
  trialUsed: defineProblem({ code: 'TRIAL_USED', status: 409, title: 'You have had your trial' }),
  subscribed: defineProblem({
    code: 'ALREADY_SUBSCRIBED',
    status: 409,
    title: 'You have a subscription: change that one',
  }),
  beginning: defineProblem({
    code: 'SUBSCRIPTION_BEGINNING',
    status: 409,
    title: 'A subscription of yours is being begun already',
  }),
  notSubscribed: defineProblem({ code: 'NOT_SUBSCRIBED', status: 409, title: 'You have no subscription' }),
  changing: defineProblem({
    code: 'CHANGE_IN_PROGRESS',
    status: 409,
    title: 'Your subscription is being changed already',
  }),
  overdue: defineProblem({
    code: 'PAYMENT_OVERDUE',
    status: 409,
    title: 'Pay what is open first: until then the plan cannot be changed',
  }),
  previewAgain: defineProblem({
    code: 'PREVIEW_AGAIN',
    status: 409,
    title: 'The preview is too old, or of another period: ask for it again',
  }),
} as const;
