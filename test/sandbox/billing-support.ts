import type Stripe from 'stripe';
import { startWorld, type World } from './support.js';

export const at = (text: string) => Date.parse(text) / 1000;

/** A world with a shop of plans, and customers on test clocks of their own. */
export interface BillingWorld extends World {
  price(plan: string, amount: number, interval?: 'day' | 'week' | 'month' | 'year'): Promise<Stripe.Price>;
  /** A customer with a saved card, whose clock stands there. */
  customerAt(time: string, card?: string): Promise<Buyer>;
  subscribe(
    buyer: Buyer,
    price: Stripe.Price,
    params?: Partial<Stripe.SubscriptionCreateParams>,
  ): Promise<Stripe.Subscription>;
}

export interface Buyer {
  id: string;
  clock: string;
  method: string;
  advance(to: string): Promise<void>;
}

export async function startBilling(): Promise<BillingWorld> {
  const world = await startWorld();
  const { stripe } = world;
  return {
    ...world,
    async price(plan, amount, interval = 'month') {
      const id = `plan_${plan.toLowerCase()}`;
      const known = await stripe.products.list({ ids: [id] });
      if (known.data.length === 0) await stripe.products.create({ id, name: plan });
      const recurring = { interval };
      return stripe.prices.create({ product: id, currency: 'usd', unit_amount: amount, recurring });
    },
    async customerAt(time, card = 'pm_card_visa') {
      const clock = await stripe.testHelpers.testClocks.create({ frozen_time: at(time) });
      const customer = await stripe.customers.create({ test_clock: clock.id, email: 'amina@example.com' });
      const method = await stripe.paymentMethods.attach(card, { customer: customer.id });
      return {
        id: customer.id,
        clock: clock.id,
        method: method.id,
        advance: async (to) => {
          await stripe.testHelpers.testClocks.advance(clock.id, { frozen_time: at(to) });
        },
      };
    },
    subscribe: (buyer, price, params = {}) =>
      stripe.subscriptions.create({
        customer: buyer.id,
        items: [{ price: price.id }],
        default_payment_method: buyer.method,
        payment_behavior: 'error_if_incomplete',
        off_session: true,
        ...params,
      }),
  };
}

/** `2026-02-28T10:00:00Z`, as the amounts and days of a test are read. */
export const shown = (seconds: number | null | undefined) =>
  typeof seconds === 'number' ? new Date(seconds * 1000).toISOString().replace('.000', '') : null;
