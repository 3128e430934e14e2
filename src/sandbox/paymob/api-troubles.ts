import type { Mischief } from '../common/mischief.js';
import { answerWith, cutConnection, delayBy, insteadOf, silence, type When } from '../common/mischief-kinds.js';

/** An answer that is no JSON. */
export class HtmlAnswer {
  constructor(readonly html: string) {}
}

/** Django's page for what went wrong: not JSON. */
export function paymobServerError(when: When = 'before'): Mischief {
  const page =
    '\n<!doctype html>\n<html lang="en">\n<head>\n  <title>Server Error (500)</title>\n</head>\n<body>\n' +
    '  <h1>Server Error (500)</h1><p></p>\n</body>\n</html>\n';
  return insteadOf(when, () => ({ status: 500, body: new HtmlAnswer(page) }));
}

export function paymobThrottled(): Mischief {
  return answerWith(429, { detail: 'Request was throttled.' });
}

/** A token that was good a moment ago. */
export function paymobTokenExpired(): Mischief {
  return answerWith(401, { detail: 'Signature has expired.' });
}

/** What a person can switch on at the dashboard. */
export const paymobTroubles: Readonly<Record<string, { label: string; make(): Mischief }>> = {
  serverError: { label: '500 with a page', make: () => paymobServerError() },
  serverErrorAfter: { label: '500 with a page, though the work was done', make: () => paymobServerError('after') },
  throttled: { label: '429, too many requests', make: () => paymobThrottled() },
  tokenExpired: { label: '401, the token has expired', make: () => paymobTokenExpired() },
  silence: { label: 'No answer', make: () => silence() },
  silenceAfter: { label: 'No answer, though the work was done', make: () => silence('after') },
  cut: { label: 'Connection cut', make: () => cutConnection('before') },
  cutAfter: { label: 'Connection cut, though the work was done', make: () => cutConnection('after') },
  slow: { label: 'Five seconds late', make: () => delayBy(5_000) },
};
