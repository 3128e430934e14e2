import type { PayoutStatus } from '../../platform/database/index.js';

/** Where a payout may still go. What was done may come back; what was refused, failed or came back is over. */
export const payoutTransitions: Record<PayoutStatus, readonly PayoutStatus[]> = {
  REQUESTED: ['IN_TRANSIT', 'REJECTED'],
  IN_TRANSIT: ['PAID', 'FAILED'],
  PAID: ['RETURNED'],
  REJECTED: [],
  FAILED: [],
  RETURNED: [],
};
