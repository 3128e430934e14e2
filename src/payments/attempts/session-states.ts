import type { PaymentSessionStatus, PaymentStatus } from '../../platform/database/index.js';
import type { AttemptReport } from '../ports/payment-strategy.js';

type Outcome = AttemptReport['outcome'];

/**
 * Where each report moves a session. What is not listed changes nothing. Reports come in any order and any number of times, so every
 * arrow goes up the same ladder (PENDING, PROCESSING, EXPIRED, CANCELED, FAILED, COMPLETED): the highest report wins, whenever it
 * comes. That is why a success after CANCELED, EXPIRED or FAILED still completes.
 */
export const sessionTransitions: Record<PaymentSessionStatus, Partial<Record<Outcome, PaymentSessionStatus>>> = {
  PENDING: { processing: 'PROCESSING', expired: 'EXPIRED', cancelled: 'CANCELED', failed: 'FAILED', paid: 'COMPLETED' },
  PROCESSING: { expired: 'EXPIRED', cancelled: 'CANCELED', failed: 'FAILED', paid: 'COMPLETED' },
  EXPIRED: { cancelled: 'CANCELED', failed: 'FAILED', paid: 'COMPLETED' },
  CANCELED: { failed: 'FAILED', paid: 'COMPLETED' },
  FAILED: { paid: 'COMPLETED' },
  COMPLETED: {},
};

/** What an attempt's payment becomes with its session. */
export const paymentStatusOf: Record<PaymentSessionStatus, PaymentStatus> = {
  PENDING: 'PENDING',
  PROCESSING: 'PENDING',
  EXPIRED: 'CANCELLED',
  CANCELED: 'CANCELLED',
  FAILED: 'FAILED',
  COMPLETED: 'COMPLETED',
};

/** Payments whose money has come; what went back of it is told by the last three. */
export const SETTLED = ['COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED'] as const satisfies PaymentStatus[];

export function isSettled(status: PaymentStatus): boolean {
  return (SETTLED as readonly PaymentStatus[]).includes(status);
}

export function isOpen(status: PaymentSessionStatus): boolean {
  return status === 'PENDING' || status === 'PROCESSING';
}
