import { courseCompleted } from './course-completed.js';
import { coursePlaceFree } from './course-place-free.js';
import { disputeClosed, disputeOpened } from './dispute.js';
import type { Letter } from './letter.js';
import { licenseExpiring, seatOffered } from './license.js';
import { sessionCancelled, sessionRescheduled } from './lost-seat.js';
import { paymentReceipt } from './payment-receipt.js';
import { paymentUnapplied } from './payment-unapplied.js';
import { payoutFailed, payoutPaid, payoutWaiting } from './payout.js';
import { refund, refundFailed, refundFailedForAdmins } from './refund.js';
import {
  subscriptionChanged,
  subscriptionChangeScheduled,
  subscriptionEnded,
  subscriptionGraceEnded,
  subscriptionPaymentFailed,
  subscriptionRecovered,
  subscriptionRenewed,
  trialEnding,
} from './subscription.js';
import { tokenAward } from './token-award.js';
import { waitlistPromoted, waitlistSkipped } from './waitlist.js';

/** Every kind of e-mail, by the name of its template in `templates`. The names stand in the database. */
export const letters = {
  'payment-receipt': paymentReceipt,
  'payment-unapplied': paymentUnapplied,
  refund,
  'refund-failed': refundFailed,
  'refund-failed-for-admins': refundFailedForAdmins,
  'dispute-opened': disputeOpened,
  'dispute-closed': disputeClosed,
  'payout-paid': payoutPaid,
  'payout-failed': payoutFailed,
  'payout-waiting': payoutWaiting,
  'subscription-renewed': subscriptionRenewed,
  'subscription-payment-failed': subscriptionPaymentFailed,
  'subscription-recovered': subscriptionRecovered,
  'subscription-grace-ended': subscriptionGraceEnded,
  'subscription-ended': subscriptionEnded,
  'subscription-changed': subscriptionChanged,
  'subscription-change-scheduled': subscriptionChangeScheduled,
  'trial-ending': trialEnding,
  'course-completed': courseCompleted,
  'token-award': tokenAward,
  'seat-offered': seatOffered,
  'license-expiring': licenseExpiring,
  'session-cancelled': sessionCancelled,
  'session-rescheduled': sessionRescheduled,
  'course-place-free': coursePlaceFree,
  'waitlist-promoted': waitlistPromoted,
  'waitlist-skipped': waitlistSkipped,
} satisfies Record<string, Letter>;

export type LetterName = keyof typeof letters;
