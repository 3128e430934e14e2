import { ApplyAttemptReport } from './apply-attempt-report.js';
import { AskAbout } from './ask-about.js';
import { Attempts } from './attempts.js';
import { BookUnapplied } from './book-unapplied.js';
import { PostSale } from './post-sale.js';
import { ResolveAttempts } from './resolve-attempts.js';
import { SettlePayment } from './settle-payment.js';
import { StartAttempt } from './start-attempt.js';

/** A purchase on its way: begun, told of, settled. */
export const attempts = [
  Attempts,
  StartAttempt,
  ApplyAttemptReport,
  ResolveAttempts,
  AskAbout,
  SettlePayment,
  PostSale,
  BookUnapplied,
];
