import { Injectable } from '@nestjs/common';
import { gatewayError, ProviderFailure } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError, later } from '../../platform/errors/index.js';
import { LookAtSubscriptions } from '../following/look-at-subscriptions.js';
import type { SubscriptionRow } from '../following/standing.js';
import { hasEnded } from '../following/subscription-states.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';

/** Ends a subscription that is not begun yet: its page is closed at the provider first, so that nobody can go through it any more. */
@Injectable()
export class EndPage {
  constructor(
    private readonly look: LookAtSubscriptions,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws SubscriptionProblems subscribed when it has begun, beginning when that is not known yet; Problems.gateway */
  async execute({ id, status, reference }: SubscriptionRow): Promise<void> {
    if (status !== 'INCOMPLETE') throw new DomainError(SubscriptionProblems.subscribed);
    if (reference === null) throw later(SubscriptionProblems.beginning);
    await this.database.client.subscription.updateMany({
      where: { id, status: 'INCOMPLETE' },
      data: { expiresAt: this.clock.now() },
    });
    try {
      await this.look.now(id);
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
    const after = await this.database.client.subscription.findUniqueOrThrow({ where: { id } });
    if (!hasEnded(after.status)) throw new DomainError(SubscriptionProblems.subscribed);
  }
}
