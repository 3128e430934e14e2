import type { LicenseStatus, Prisma } from '../../platform/database/index.js';

export type LicenseRow = Prisma.LicenseGetPayload<object>;

/** What a licence's status follows from. */
export type LicenseFacts = Pick<LicenseRow, 'expiresAt' | 'activatedAt' | 'suspendedAt' | 'disputedBy' | 'revokedAt'>;

/** The first that holds: so facts may become known in any order. */
const states: readonly [LicenseStatus, (facts: LicenseFacts, now: Date) => boolean][] = [
  ['REVOKED', ({ revokedAt }) => revokedAt !== null],
  ['SUSPENDED', ({ suspendedAt, disputedBy }) => suspendedAt !== null || disputedBy !== null],
  ['PENDING', ({ expiresAt }) => expiresAt === null],
  ['EXPIRED', ({ expiresAt }, now) => expiresAt !== null && expiresAt <= now],
  ['PENDING', ({ activatedAt }) => activatedAt === null],
];

export function statusOf(facts: LicenseFacts, now: Date): LicenseStatus {
  return states.find(([, holds]) => holds(facts, now))?.[0] ?? 'ACTIVE';
}

/** What may be done to a licence, by its status. */
export const allowedIn = {
  activate: ['PENDING', 'ACTIVE'],
  giveSeats: ['ACTIVE'],
  pay: ['PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED'],
  renew: ['PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED'],
  // Also while its money is disputed: the one ends without the other.
  suspend: ['PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED'],
  resume: ['SUSPENDED'],
  revoke: ['PENDING', 'ACTIVE', 'SUSPENDED', 'EXPIRED'],
} as const satisfies Record<string, readonly LicenseStatus[]>;

export type LicenseAction = keyof typeof allowedIn;

export function isAllowed(action: LicenseAction, status: LicenseStatus): boolean {
  const allowed: readonly LicenseStatus[] = allowedIn[action];
  return allowed.includes(status);
}
