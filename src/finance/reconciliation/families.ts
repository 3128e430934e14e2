import type { MovementKind } from '../../platform/database/index.js';

/** A movement and what takes it back are one matter: a refund that fails before it was done is booked on neither side as two. */
const families = {
  CHARGE: 'CHARGE',
  REFUND: 'REFUND',
  REFUND_FAILURE: 'REFUND',
  DISPUTE: 'DISPUTE',
  DISPUTE_REVERSAL: 'DISPUTE',
  PAYOUT: 'PAYOUT',
  PAYOUT_FAILURE: 'PAYOUT',
  SETTLEMENT: 'SETTLEMENT',
  FEE: 'FEE',
  OTHER: 'OTHER',
} as const satisfies Record<MovementKind, MovementKind>;

export type Family = (typeof families)[MovementKind];

export function familyOf(kind: MovementKind): Family {
  return families[kind];
}
