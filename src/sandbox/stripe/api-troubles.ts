import type { Mischief } from '../common/mischief.js';
import { answerWith, cutConnection, delayBy, insteadOf, silence, type When } from '../common/mischief-kinds.js';

/** Stripe's own trouble, as Stripe words it. */
export function serverError(when: When = 'before'): Mischief {
  const message =
    'An error occurred while processing your request. Please try again in a little bit, or contact support if it keeps ' +
    'happening.';
  return insteadOf(when, () => ({ status: 500, body: { error: { message, type: 'api_error' } } }));
}

/** A 500 that is no error body: the SDK takes it for success, with an object that has no id. */
export function emptyServerError(when: When = 'before'): Mischief {
  return insteadOf(when, () => ({ status: 500, body: {} }));
}

/** Nothing is ever done for a caller that is too fast. */
export function tooManyRequests(): Mischief {
  const message = 'Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.';
  const error = { code: 'rate_limit', message, type: 'invalid_request_error' };
  return answerWith(429, { error }, { 'stripe-rate-limited-reason': 'global-rate' });
}

/** What a person can switch on at the dashboard. */
export const apiTroubles: Readonly<Record<string, { label: string; make(): Mischief }>> = {
  serverError: { label: '500', make: () => serverError() },
  serverErrorAfter: { label: '500, though the work was done', make: () => serverError('after') },
  emptyServerError: { label: '500 with an empty object', make: () => emptyServerError() },
  tooManyRequests: { label: '429, too many requests', make: () => tooManyRequests() },
  silence: { label: 'No answer', make: () => silence() },
  silenceAfter: { label: 'No answer, though the work was done', make: () => silence('after') },
  cut: { label: 'Connection cut', make: () => cutConnection('before') },
  cutAfter: { label: 'Connection cut, though the work was done', make: () => cutConnection('after') },
  slow: { label: 'Five seconds late', make: () => delayBy(5_000) },
};
