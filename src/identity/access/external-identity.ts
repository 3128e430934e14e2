import { isEmail, isTimeZone } from 'class-validator';
import type { Claims } from './claims.js';

/** A person as an external issuer knows them. */
export interface ExternalIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  /** Only one that the issuer has verified. */
  readonly email: string | null;
  readonly timeZone: string;
}

const NAMELESS = 'New user';

/** Reads OpenID Connect's standard claims; undefined when the token does not say whom it is about. */
export function readIdentity(claims: Claims): ExternalIdentity | undefined {
  const { iss, sub, email, email_verified: verified, zoneinfo } = claims;
  if (typeof iss !== 'string' || typeof sub !== 'string' || !/^[^\p{Cc}]{1,255}$/u.test(sub)) return undefined;
  return {
    issuer: iss,
    subject: sub,
    name: readName(claims),
    email: verified === true && isEmail(email) ? (email as string).toLowerCase() : null,
    // An offset such as +03:00 is not a zone: it knows no summer time, and PostgreSQL reads its sign the other way round.
    timeZone: isTimeZone(zoneinfo) && /^[A-Za-z]/.test(zoneinfo as string) ? (zoneinfo as string) : 'UTC',
  };
}

function readName(claims: Claims): string {
  const full = [claims.given_name, claims.family_name].map(clean).filter(Boolean).join(' ');
  const names = [clean(claims.name), full, clean(claims.preferred_username)];
  return names.find(Boolean)?.slice(0, 200) ?? NAMELESS;
}

function clean(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll(/\p{Cc}+/gu, ' ').trim() : '';
}
