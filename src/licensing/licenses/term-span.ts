import { Temporal } from 'temporal-polyfill';
import type { Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { isAllowed, type LicenseRow, statusOf } from './license-states.js';

export type TermRow = Prisma.LicenseTermGetPayload<object>;

type Wished = Pick<TermRow, 'start' | 'months' | 'seats'>;

/** From when until when a term runs that is paid now. */
export function spanOf(
  { start, months }: Omit<Wished, 'seats'>,
  { expiresAt }: Pick<LicenseRow, 'expiresAt'>,
  now: Date,
): { from: Date; until: Date } {
  const from = start === 'EXPIRY' ? (expiresAt ?? now) : now;
  return { from, until: monthsAfter(from, months) };
}

/** Why what is to be paid of a licence cannot be paid now, if so. */
export function whyNotPaid(license: LicenseRow, term: Wished | null, now: Date): DomainError | undefined {
  const status = statusOf(license, now);
  if (!isAllowed('pay', status)) return new DomainError(LicensingProblems.notNow, `The licence is ${status}`);
  if (!term) return new DomainError(LicensingProblems.nothingToPay);
  if (license.seatsTaken > term.seats)
    return new DomainError(LicensingProblems.seatsInUse, `${license.seatsTaken} seats are taken`);
  if (spanOf(term, license, now).until <= now) return new DomainError(LicensingProblems.termOver);
  return undefined;
}

/** By the calendar in UTC; a month without such a day ends with its last: a month after 31 January is 28 or 29 February. */
function monthsAfter(from: Date, months: number): Date {
  const there = Temporal.Instant.fromEpochMilliseconds(from.getTime()).toZonedDateTimeISO('UTC');
  return new Date(there.add({ months }).epochMilliseconds);
}
