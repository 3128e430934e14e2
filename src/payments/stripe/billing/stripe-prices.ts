import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { BillingPeriod } from '../../../platform/database/index.js';
import { ProviderFailure } from '../../ports/payment-strategy.js';
import type { PlanPrice, SubscriptionTax } from '../../ports/subscription-biller.js';
import { StripeClient } from '../stripe-client.js';
import { idOf, toStripeAmount } from '../stripe-money.js';

const PREFIX = 'bursar_';
/** What somebody else has put on an invoice. */
const OTHER_PLAN = 'OTHER';

/**
 * Plans as Stripe wants them: a product for each, and under it a price for each period, currency and amount, found by a key that says all of
 * that. A plan whose price changes has another price from then on; who pays the old one goes on paying it. None of it is written under an
 * idempotency key of ours: what a key has once been answered, it is answered for a day, failures too.
 */
@Injectable()
export class StripePrices {
  constructor(private readonly stripe: StripeClient) {}

  /** Stripe's id of the price; made when it is not there. */
  async ensure({ plan, name, period, price }: PlanPrice): Promise<string> {
    const amount = toStripeAmount(price);
    const currency = price.currency.toLowerCase();
    const key = [`${PREFIX}${plan}`, period.toLowerCase(), currency, amount].join('_');
    const [known] = await this.stripe.list('price', (api) => api.prices.list({ lookup_keys: [key], active: true }));
    if (known) return known.id;
    const product = await this.product(plan, name);
    const made = await this.stripe.call('price', (api) =>
      api.prices.create({
        product,
        currency,
        unit_amount: amount,
        recurring: { interval: intervalOf(period) },
        lookup_key: key,
        // Of two that make it at once the later one has the key; one that a person has archived loses it.
        transfer_lookup_key: true,
        metadata: { plan, period },
      }),
    );
    return made.id;
  }

  /** Stripe's id of the rate at which tax is added to an invoice, or is in its prices; none where there is none. */
  async taxRates({ rate, country, inclusive }: SubscriptionTax): Promise<string[]> {
    if (rate === 0) return [];
    const percentage = rate / 10_000;
    const rates = await this.stripe.list('tax_rate', (api) =>
      api.taxRates.list({ active: true, inclusive, limit: 100 }),
    );
    const known = rates.find(
      (one) => one.metadata?.bursar === 'tax' && one.percentage === percentage && one.country === country,
    );
    if (known) return [known.id];
    const made = await this.stripe.call('tax_rate', (api) =>
      api.taxRates.create({
        display_name: 'Tax',
        percentage,
        inclusive,
        ...(country !== null && { country }),
        metadata: { bursar: 'tax' },
      }),
    );
    return [made.id];
  }

  private async product(plan: string, name: string): Promise<string> {
    const id = `${PREFIX}${plan}`;
    if (await this.stripe.find((api) => api.products.retrieve(id))) return id;
    try {
      await this.stripe.call('product', (api) => api.products.create({ id, name, metadata: { plan } }));
    } catch (error) {
      // Another has made it meanwhile.
      if (!(error instanceof ProviderFailure) || error.code !== 'resource_already_exists') throw error;
    }
    return id;
  }
}

export function intervalOf(period: BillingPeriod): 'month' | 'year' {
  return period === 'YEAR' ? 'year' : 'month';
}

/** The plan that a product of ours stands for. */
export function planOf(product: string | { id: string } | null | undefined): string {
  const id = idOf(product);
  return id?.startsWith(PREFIX) ? id.slice(PREFIX.length) : OTHER_PLAN;
}

export function periodOf({ recurring }: Stripe.Price): BillingPeriod | undefined {
  if (recurring?.interval === 'month' && recurring.interval_count === 1) return 'MONTH';
  if (recurring?.interval === 'year' && recurring.interval_count === 1) return 'YEAR';
  return undefined;
}
