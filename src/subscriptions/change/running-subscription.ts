import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, later } from '../../platform/errors/index.js';
import { LookAtSubscriptions } from '../following/look-at-subscriptions.js';
import type { SubscriptionRow } from '../following/standing.js';
import { LIVE } from '../following/subscription-states.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';

/** Somebody's own subscription, for what is to be done with it. */
@Injectable()
export class RunningSubscription {
  constructor(
    private readonly look: LookAtSubscriptions,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The one that is live, its page open or begun. */
  async live(userId: string): Promise<SubscriptionRow | undefined> {
    const where = { userId, status: { in: [...LIVE] } };
    return (await this.database.client.subscription.findFirst({ where })) ?? undefined;
  }

  /** As it is in this moment: while it is renewed, the provider knows more than we do. @throws SubscriptionProblems notSubscribed, beginning */
  async of(userId: string): Promise<SubscriptionRow> {
    const row = await this.live(userId);
    if (!row) throw new DomainError(SubscriptionProblems.notSubscribed);
    if (row.status === 'INCOMPLETE') throw later(SubscriptionProblems.beginning);
    if (row.periodEnd === null || this.clock.now() < row.periodEnd) return row;
    await this.look.try(row.id);
    const after = await this.live(userId);
    if (!after) throw new DomainError(SubscriptionProblems.notSubscribed);
    return after;
  }
}
