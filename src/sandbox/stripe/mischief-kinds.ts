import type { Answer, Mischief } from './mischief.js';

/** Before the work is done, so that it never is; or after, so that only the caller does not know. */
type When = 'before' | 'after';

/** Answers this instead of doing the work. */
export function answerWith(status: number, body: object, headers: Record<string, string> = {}): Mischief {
  return () => ({ status, body, headers });
}

/** Breaks the connection before the work is done, or after it was done and before the caller hears of it. */
export function cutConnection(when: When): Mischief {
  return insteadOf(when, () => ({ status: 0, body: {}, cut: true }));
}

/** Says nothing until the caller gives up. */
export function silence(when: When = 'before'): Mischief {
  return async (_, proceed, gone) => {
    if (when === 'after') await proceed();
    await gone;
    return { status: 0, body: {}, cut: true };
  };
}

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

export function delayBy(milliseconds: number): Mischief {
  return async (_, proceed) => {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return proceed();
  };
}

/** Holds the call before or after its effect; `arrived` tells when the call has got there. */
export function hold(when: When): { handler: Mischief; arrived: Promise<void>; release(): void } {
  const arrived = Promise.withResolvers<void>();
  const gate = Promise.withResolvers<void>();
  const handler: Mischief = async (_, proceed) => {
    const done = when === 'after' ? await proceed() : undefined;
    arrived.resolve();
    await gate.promise;
    return done ?? proceed();
  };
  return { handler, arrived: arrived.promise, release: () => gate.resolve() };
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

function insteadOf(when: When, answer: () => Answer): Mischief {
  return async (_, proceed) => {
    if (when === 'after') await proceed();
    return answer();
  };
}
