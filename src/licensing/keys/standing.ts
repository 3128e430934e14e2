import { statusOf, type LicenseFacts } from '../licenses/license-states.js';

/** How a licence stands where it belongs. */
export const STANDINGS = ['OK', 'NOT_PAID', 'NOT_ACTIVATED', 'SUSPENDED', 'EXPIRED', 'REVOKED'] as const;
export type Standing = (typeof STANDINGS)[number];

/** What a validation answers: what is wrong with the key, with where it is used, or how its licence stands. */
export const REASONS = [...STANDINGS, 'MALFORMED', 'BAD_SIGNATURE', 'UNKNOWN', 'WRONG_DOMAIN'] as const;
export type Reason = (typeof REASONS)[number];

export function standingOf(license: LicenseFacts, now: Date): Standing {
  const status = statusOf(license, now);
  if (status === 'PENDING') return license.expiresAt === null ? 'NOT_PAID' : 'NOT_ACTIVATED';
  return status === 'ACTIVE' ? 'OK' : status;
}
