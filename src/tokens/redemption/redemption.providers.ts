import { Exchanges } from './exchanges.js';
import { RedeemTokens } from './redeem-tokens.js';

export const redemption = [Exchanges, RedeemTokens];
