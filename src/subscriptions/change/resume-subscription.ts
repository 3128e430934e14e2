import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { ClaimChange } from './claim-change.js';
import { RunningSubscription } from './running-subscription.js';

/** Drops what stands to happen when the period ends, a change or the end: the subscription goes on as it is. */
@Injectable()
export class ResumeSubscription {
  constructor(
    private readonly running: RunningSubscription,
    private readonly claimChange: ClaimChange,
  ) {}

  /** Again is harmless. */
  async execute({ userId }: Principal): Promise<void> {
    const row = await this.running.of(userId);
    if (!row.cancelAtPeriodEnd && row.nextTier === null) return;
    await this.claimChange.execute(row.id, ({ row: { externalId }, biller }) => biller.goOn(externalId));
  }
}
