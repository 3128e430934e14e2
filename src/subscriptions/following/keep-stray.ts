import { Injectable, Logger } from '@nestjs/common';
import type { SubscriptionReported } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { hasEnded } from './subscription-states.js';

/**
 * Keeps what turned up at a provider and is not what we know: begun on a page that we had given up, or a second one of the same order. It has
 * ended here before it began, so whoever looks at it ends it there too and gives its money back.
 */
@Injectable()
export class KeepStray {
  private readonly logger = new Logger(KeepStray.name);

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction. @returns whether there is something to look at */
  async execute({ provider, externalId, subscriptionId }: SubscriptionReported): Promise<boolean> {
    if (subscriptionId === null) return false;
    const row = await this.database.client.subscription.findFirst({ where: { id: subscriptionId, provider } });
    if (!row) return false;
    const now = this.clock.now();
    const due = { nextLookAt: now, tries: 0 };
    // The look finds out by itself whether this is what its page has led to.
    if (row.externalId === null && !hasEnded(row.status)) {
      await this.database.client.subscription.update({ where: { id: row.id }, data: due });
      return true;
    }
    // A page that came to nothing.
    if (externalId === null) return false;
    this.logger.error(
      { id: row.id, externalId },
      'a subscription was begun that is not wanted: it is ended, and its money given back',
    );
    if (row.externalId === null) {
      await this.database.client.subscription.update({ where: { id: row.id }, data: { ...due, externalId } });
      return true;
    }
    const { userId, tier, title, period, price, currency, taxRate, taxCountry, taxRegion, taxInclusive } = row;
    await this.database.client.subscription.createMany({
      data: [
        {
          ...{ id: newId('subscription'), userId, provider, externalId, status: 'EXPIRED' },
          ...{ tier, title, period, price, currency, taxRate, taxCountry, taxRegion, taxInclusive },
          ...{ createdAt: now, updatedAt: now, expiresAt: now, endedAt: now, ...due },
        },
      ],
      skipDuplicates: true,
    });
    return true;
  }
}
