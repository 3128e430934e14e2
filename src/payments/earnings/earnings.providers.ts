import { Earnings } from './earnings.js';
import { ReleaseEarnings } from './release-earnings.js';

/** Payees' shares of sales. */
export const earnings = [Earnings, ReleaseEarnings];
