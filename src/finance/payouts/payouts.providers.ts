import { mustHold } from '../../ledger/index.js';
import { BeginPayout } from './begin-payout.js';
import { CarryOutPayouts } from './carry-out-payouts.js';
import { ConcludePayout } from './conclude-payout.js';
import { DecidePayout } from './decide-payout.js';
import { PayoutAccounts } from './payout-accounts.js';
import { LookAtAccounts } from './look-at-accounts.js';
import { payoutRules } from './payout-rules.js';
import { ReadPayouts } from './read-payouts.js';
import { RequestPayout } from './request-payout.js';
import { SchedulePayouts } from './schedule-payouts.js';

/** Earnings on their way to instructors. */
export const payouts = [
  PayoutAccounts,
  LookAtAccounts,
  BeginPayout,
  RequestPayout,
  DecidePayout,
  CarryOutPayouts,
  ConcludePayout,
  SchedulePayouts,
  ReadPayouts,
  mustHold(payoutRules),
];
