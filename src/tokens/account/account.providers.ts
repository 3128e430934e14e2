import { mustHold } from '../../ledger/index.js';
import { AwardCompletion } from './award-completion.js';
import { AwardTokens } from './award-tokens.js';
import { LockTokenAccount } from './lock-token-account.js';
import { MoveTokens } from './move-tokens.js';
import { ReadBalance } from './read-balance.js';
import { ShowTransactions } from './show-transactions.js';
import { tokenRules } from './token-rules.js';

export const account = [
  LockTokenAccount,
  MoveTokens,
  AwardCompletion,
  AwardTokens,
  ReadBalance,
  ShowTransactions,
  mustHold(tokenRules),
];
