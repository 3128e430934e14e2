import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { EndPage } from '../begin/end-page.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';
import { ClaimChange } from './claim-change.js';
import { RunningSubscription } from './running-subscription.js';

/** Ends a subscription now, or when what is paid for is over. No money goes back by itself. */
@Injectable()
export class CancelSubscription {
  constructor(
    private readonly running: RunningSubscription,
    private readonly claimChange: ClaimChange,
    private readonly endPage: EndPage,
  ) {}

  /** Again is harmless. One that is not begun yet has its page closed. */
  async execute({ atPeriodEnd }: { readonly atPeriodEnd: boolean }, { userId }: Principal): Promise<void> {
    const row = await this.running.live(userId);
    if (!row) throw new DomainError(SubscriptionProblems.notSubscribed);
    if (row.status === 'INCOMPLETE') return this.endPage.execute(row);
    if (atPeriodEnd && row.cancelAtPeriodEnd) return;
    await this.claimChange.execute(row.id, ({ row: { externalId }, biller }) =>
      atPeriodEnd ? biller.cancelAtPeriodEnd(externalId) : biller.cancelNow(externalId),
    );
  }
}
