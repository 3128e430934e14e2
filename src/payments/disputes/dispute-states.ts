import type { DisputeStatus } from '../../platform/database/index.js';

/**
 * Where a dispute may still go. Reports come in any order, so every arrow goes up the same ladder: an older word about a dispute that has
 * gone on changes nothing.
 */
export const disputeTransitions: Record<DisputeStatus, readonly DisputeStatus[]> = {
  INQUIRY: ['NEEDS_RESPONSE', 'UNDER_REVIEW', 'WON', 'LOST', 'CLOSED'],
  NEEDS_RESPONSE: ['UNDER_REVIEW', 'WON', 'LOST', 'CLOSED'],
  UNDER_REVIEW: ['WON', 'LOST', 'CLOSED'],
  CLOSED: ['WON', 'LOST'],
  WON: [],
  /** On appeal. */
  LOST: ['WON'],
};

export function isClosed(status: DisputeStatus): boolean {
  return status === 'WON' || status === 'LOST' || status === 'CLOSED';
}
