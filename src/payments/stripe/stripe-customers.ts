import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database } from '../../platform/database/index.js';
import { StripeClient } from './stripe-client.js';

/** One Stripe customer per user, made at the first purchase and reused. */
@Injectable()
export class StripeCustomers {
  constructor(
    private readonly database: Database,
    private readonly stripe: StripeClient,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async find(userId: string): Promise<string | undefined> {
    const known = await this.database.client.providerCustomer.findUnique({
      where: { userId_provider: { userId, provider: 'STRIPE' } },
    });
    return known?.externalId;
  }

  /**
   * A first purchase makes the customer under the attempt's own key: what a key has once been answered, it is answered for a day, and a
   * failure must not lock the buyer out for so long. Two first purchases at once may make two; one is kept.
   */
  async ensure(userId: string, paymentId: string): Promise<string> {
    const known = await this.find(userId);
    if (known) return known;
    const user = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { email: true, name: true },
    });
    const { testClock } = this.settings.stripe;
    const customer = await this.stripe.call('customer', (api) =>
      api.customers.create(
        {
          ...(user.email && { email: user.email }),
          ...(testClock !== undefined && { test_clock: testClock }),
          name: user.name,
          metadata: { userId },
        },
        { idempotencyKey: `bursar-customer-${paymentId}` },
      ),
    );
    const { count } = await this.database.client.providerCustomer.createMany({
      data: { userId, provider: 'STRIPE', externalId: customer.id, createdAt: this.clock.now() },
      skipDuplicates: true,
    });
    return count > 0 ? customer.id : ((await this.find(userId)) ?? customer.id);
  }
}
