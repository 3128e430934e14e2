import type { AttemptReport } from '../ports/payment-strategy.js';

interface Meaning {
  /** Ours for it. */
  readonly reason: string;
  /** For whoever was to pay. */
  readonly words: string;
  readonly outcome?: Extract<AttemptReport['outcome'], 'failed' | 'cancelled' | 'expired'>;
}

const busy = {
  reason: 'phone_busy',
  words: 'Another payment is waiting on this phone; finish it, wait a minute and try again',
};
const overLimit = {
  reason: 'limit_reached',
  words: 'This is more than the M-Pesa account may send; try a smaller amount or another way to pay',
};
const notRung = {
  reason: 'prompt_not_sent',
  words: 'The phone could not be rung; see that it is on and has signal, and try again',
  outcome: 'expired',
} as const;
const ours = {
  reason: 'merchant_not_ready',
  words: 'M-Pesa cannot take payments for this school right now; use another way to pay',
};

/**
 * Every code that a push can end with, from its callback, from a query and from its start. The code alone counts: M-Pesa changes the texts
 * beside it from time to time.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  '1': { reason: 'insufficient_funds', words: 'There is not enough money in the M-Pesa account' },
  '2': { reason: 'amount_too_small', words: 'This is less than M-Pesa sends' },
  '3': overLimit,
  '4': overLimit,
  '8': overLimit,
  '17': { reason: 'too_soon', words: 'The same amount was just paid from this phone; wait two minutes and try again' },
  '26': { reason: 'system_busy', words: 'M-Pesa is busy; try again in a moment' },
  '1001': busy,
  '1019': { reason: 'timed_out', words: 'The PIN was not entered in time; try again', outcome: 'expired' },
  '1025': notRung,
  '1032': { reason: 'cancelled_on_phone', words: 'The payment was cancelled on the phone', outcome: 'cancelled' },
  '1037': {
    reason: 'no_answer',
    words: 'Nobody answered on the phone; see that it is on and unlocked, and try again',
    outcome: 'expired',
  },
  '2001': { reason: 'wrong_pin', words: 'The M-Pesa PIN was wrong; try again' },
  '2028': ours,
  '8006': ours,
  '9999': notRung,
  SFC_IC0003: ours,
  '400.002.02': { reason: 'not_accepted', words: 'M-Pesa does not take payments from this number' },
  '500.001.1001': { reason: 'not_started', words: 'M-Pesa could not begin the payment; wait a minute and try again' },
};

const unknown: Meaning = {
  reason: 'not_paid',
  words: 'M-Pesa did not carry out the payment; try again or use another way to pay',
};

const byReason = new Map(Object.values(meanings).map((meaning) => [meaning.reason, meaning.words]));
byReason.set('unheard', 'It is not known whether the phone rang; nothing has been paid so far');

/** What an attempt has come to that ended with this code. A code that nobody has told us of keeps its name. */
export function endOf(code: string): Pick<AttemptReport, 'outcome' | 'reason'> {
  const { reason, outcome = 'failed' } = meanings[code] ?? { ...unknown, reason: `mpesa_${code}` };
  return { outcome, reason };
}

export function mpesaInWords(reason: string): string | undefined {
  const told = reason.startsWith('mpesa_') ? unknown.words : undefined;
  return byReason.get(reason) ?? meanings[reason]?.words ?? told;
}
