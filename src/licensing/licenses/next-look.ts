import type { LicenseRow } from './license-states.js';

const DAY_MS = 86_400_000;
/** So many days before a licence expires its organization is told. */
export const NOTICE_DAYS = [30, 7, 1] as const;

type Standing = Pick<LicenseRow, 'status' | 'expiresAt' | 'noticedDays'>;

/** The most urgent notice that is due and was not told; undefined when none is. */
export function dueNotice(now: Date, { status, expiresAt, noticedDays }: Standing): number | undefined {
  if (expiresAt === null || expiresAt <= now || status === 'REVOKED') return undefined;
  const due = NOTICE_DAYS.filter((days) => now.getTime() >= expiresAt.getTime() - days * DAY_MS).at(-1);
  return due !== undefined && (noticedDays === null || due < noticedDays) ? due : undefined;
}

/** When something is next due of itself: a notice, or its end. Null when nothing is. */
export function nextLook(now: Date, license: Standing): Date | null {
  const { status, expiresAt, noticedDays } = license;
  if (expiresAt === null || status === 'REVOKED' || expiresAt <= now) return null;
  if (dueNotice(now, license) !== undefined) return now;
  const left = NOTICE_DAYS.filter((days) => noticedDays === null || days < noticedDays)
    .map((days) => expiresAt.getTime() - days * DAY_MS)
    .filter((moment) => moment > now.getTime());
  return new Date(Math.min(expiresAt.getTime(), ...left));
}
