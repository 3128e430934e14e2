import { defineProblem } from '../../platform/errors/index.js';

export const PayoutProblems = {
  noAccount: defineProblem({
    code: 'NO_PAYOUT_ACCOUNT',
    status: 409,
    title: 'There is no account to pay this currency out to',
  }),
  owing: defineProblem({
    code: 'PAYEE_OWES',
    status: 409,
    title: 'No payouts while money is owed that a refund or a dispute took back',
  }),
  tooSmall: defineProblem({ code: 'PAYOUT_TOO_SMALL', status: 400, title: 'Less than is paid out at once' }),
  tooLarge: defineProblem({ code: 'PAYOUT_TOO_LARGE', status: 400, title: 'More than is paid out at once' }),
  insufficient: defineProblem({
    code: 'INSUFFICIENT_EARNINGS',
    status: 400,
    title: 'More than the earnings that may be paid out',
  }),
  ownRequest: defineProblem({
    code: 'SECOND_ADMIN_NEEDED',
    status: 403,
    title: 'Whoever asked for a payout, or is paid by it, does not approve it',
  }),
} as const;
