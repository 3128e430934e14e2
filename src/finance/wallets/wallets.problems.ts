import { defineProblem } from '../../platform/errors/index.js';

export const WalletProblems = {
  toOneself: defineProblem({
    code: 'TRANSFER_TO_ONESELF',
    status: 400,
    title: 'A transfer needs two different wallets',
  }),
  unknownRecipient: defineProblem({
    code: 'UNKNOWN_RECIPIENT',
    status: 400,
    title: 'There is no such user to receive the transfer',
  }),
  owing: defineProblem({
    code: 'WALLET_OWES',
    status: 409,
    title: 'No transfers while money is owed that a refund or a dispute took back',
  }),
  reasonMissing: defineProblem({ code: 'REASON_MISSING', status: 400, title: 'A transfer for others needs a reason' }),
  currencyNotOffered: defineProblem({
    code: 'CURRENCY_NOT_OFFERED',
    status: 400,
    title: 'There are no wallets in this currency',
  }),
} as const;
