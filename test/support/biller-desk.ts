import {
  type PlanPrice,
  type SubscriptionBiller,
  SubscriptionBillers,
  type SubscriptionOrder,
  type SubscriptionReading,
} from '../../src/payments/index.js';
import { StripeClient } from '../../src/payments/stripe/stripe-client.js';
import { StripeCustomers } from '../../src/payments/stripe/stripe-customers.js';
import { Settings } from '../../src/platform/config/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { Money } from '../../src/platform/money/index.js';
import { person } from './people.js';
import type { School } from './school.js';

/** Somebody with a card at Stripe who lives by a clock of their own. */
export interface Subscriber {
  readonly id: string;
  readonly card: string;
  advance(to: string): Promise<void>;
}

/** What a test asks of Stripe about subscriptions, through the port alone; the clocks it moves at Stripe itself. */
export class BillerDesk {
  readonly biller: SubscriptionBiller;
  readonly stripe: StripeClient['api'];

  constructor(private readonly school: School) {
    this.biller = school.app.get(SubscriptionBillers).find('STRIPE')!;
    this.stripe = school.app.get(StripeClient).api;
  }

  async subscriber(at: string, card = 'pm_card_visa'): Promise<Subscriber> {
    const { id: clock } = await this.stripe.testHelpers.testClocks.create({ frozen_time: Date.parse(at) / 1000 });
    Object.assign(this.school.app.get(Settings), { STRIPE_TEST_CLOCK: clock });
    const { id } = await person(this.school);
    const customer = await this.school.app.get(StripeCustomers).ensure(id, newId('subscription'));
    const method = await this.stripe.paymentMethods.attach(card, { customer });
    const advance = async (to: string) => {
      await this.stripe.testHelpers.testClocks.advance(clock, { frozen_time: Date.parse(to) / 1000 });
    };
    return { id, card: method.id, advance };
  }

  plan(plan: string, price: number, period: 'MONTH' | 'YEAR' = 'MONTH'): PlanPrice {
    return { plan, name: `School ${plan}`, period, price: Money.of(price, 'USD') };
  }

  order(who: Subscriber, plan: PlanPrice, changes: Partial<SubscriptionOrder> = {}): SubscriptionOrder {
    return {
      ...plan,
      subscriptionId: newId('subscription'),
      userId: who.id,
      tax: { rate: 190_000, country: 'DE', inclusive: false },
      trialDays: 0,
      method: who.card,
      returnUrl: 'https://school.example/done',
      cancelUrl: 'https://school.example/off',
      createdAt: new Date(),
      expiresAt: new Date(Date.now() + 1_800_000),
      ...changes,
    };
  }

  /** Begun with the kept card. @returns Stripe's id of it */
  async begun(who: Subscriber, plan: PlanPrice, changes?: Partial<SubscriptionOrder>): Promise<string> {
    return (await this.biller.begin(this.order(who, plan, changes))).externalId!;
  }

  async read(externalId: string): Promise<SubscriptionReading> {
    const reading = await this.biller.read(externalId);
    if (!reading) throw new Error(`nothing is known of ${externalId}`);
    return reading;
  }

  async count(who: Subscriber): Promise<number> {
    const customer = (await this.school.app.get(StripeCustomers).find(who.id))!;
    return (await this.stripe.subscriptions.list({ customer, status: 'all' })).data.length;
  }
}

/** An invoice as a test reads it: what came, and of each line what, net, tax, from and until. */
export function brief({ total, lines }: SubscriptionReading['invoices'][number]) {
  return [Number(total.minor), ...lines.map(lineInBrief)];
}

export function lineInBrief({ plan, net, tax, from, until }: SubscriptionReading['invoices'][number]['lines'][number]) {
  return [plan, Number(net.minor), Number(tax.minor), shown(from), shown(until)];
}

export const shown = (date: Date) => date.toISOString().replace(':00.000Z', '');
