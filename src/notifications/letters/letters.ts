import { disputeClosed, disputeOpened } from './dispute.js';
import type { Letter } from './letter.js';
import { paymentReceipt } from './payment-receipt.js';
import { paymentUnapplied } from './payment-unapplied.js';
import { refund, refundFailed, refundFailedForAdmins } from './refund.js';

/** Every kind of e-mail, by the name of its template in `templates`. The names stand in the database. */
export const letters = {
  'payment-receipt': paymentReceipt,
  'payment-unapplied': paymentUnapplied,
  refund,
  'refund-failed': refundFailed,
  'refund-failed-for-admins': refundFailedForAdmins,
  'dispute-opened': disputeOpened,
  'dispute-closed': disputeClosed,
} satisfies Record<string, Letter>;

export type LetterName = keyof typeof letters;
