import { answerWith, cutConnection, delayBy, insteadOf, silence, type When } from '../common/mischief-kinds.js';
import type { Mischief } from '../common/mischief.js';
import { DarajaError, RawBody } from './errors.js';

export function spikeArrest(): Mischief {
  return refusedWith(new DarajaError(500, '500.003.02', 'Error Occurred: Spike Arrest Violation'));
}

export function quotaViolation(): Mischief {
  return refusedWith(new DarajaError(500, '500.003.03', 'Error Occurred: Quota Violation'));
}

/** As tokens are refused by some of Safaricom's machines; the others say 404. */
export function unauthorizedToken(): Mischief {
  return refusedWith(new DarajaError(401, '401.002.01', 'Error Occurred - Invalid Access Token'));
}

/** From what stands before the API. */
export function unavailablePage(when: When = 'before'): Mischief {
  const page = '<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n<body></body>\n</html>\n';
  return insteadOf(when, () => ({ status: 503, body: new RawBody(page, 'text/html') }));
}

export function emptyError(when: When = 'before'): Mischief {
  return insteadOf(when, () => ({ status: 500, body: new RawBody('', 'application/json') }));
}

function refusedWith(error: DarajaError): Mischief {
  return answerWith(error.status, error.body());
}

/** What a person can switch on at the dashboard. */
export const darajaTroubles: Readonly<Record<string, { label: string; make(): Mischief }>> = {
  spikeArrest: { label: '500.003.02, spike arrest', make: () => spikeArrest() },
  quotaViolation: { label: '500.003.03, quota', make: () => quotaViolation() },
  unauthorizedToken: { label: '401, the token is not taken', make: () => unauthorizedToken() },
  unavailablePage: { label: '503 with a page of HTML', make: () => unavailablePage() },
  unavailablePageAfter: { label: '503 with a page, though the work was done', make: () => unavailablePage('after') },
  emptyError: { label: '500 with nothing in it', make: () => emptyError() },
  emptyErrorAfter: { label: '500 with nothing in it, though the work was done', make: () => emptyError('after') },
  silence: { label: 'No answer', make: () => silence() },
  silenceAfter: { label: 'No answer, though the work was done', make: () => silence('after') },
  cut: { label: 'Connection cut', make: () => cutConnection('before') },
  cutAfter: { label: 'Connection cut, though the work was done', make: () => cutConnection('after') },
  slow: { label: 'Five seconds late', make: () => delayBy(5_000) },
};
