import { LockTokenAccount } from './lock-token-account.js';
import { MoveTokens } from './move-tokens.js';

export const account = [LockTokenAccount, MoveTokens];
