import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, shown, startBilling, type BillingWorld, type Buyer } from './billing-support.js';
import { refusal } from './support.js';

describe('changes of subscriptions', () => {
  let world: BillingWorld;
  let pro: Stripe.Price;
  let enterprise: Stripe.Price;
  let yearly: Stripe.Price;
  beforeAll(async () => {
    world = await startBilling();
    pro = await world.price('Pro', 2000);
    enterprise = await world.price('Enterprise', 5000);
    yearly = await world.price('Pro', 20_000, 'year');
  });
  afterAll(() => world.close());

  const half = '2027-04-16T00:00:00Z';
  /** Half of a month of 30 days has passed. */
  async function subscribedInApril(price: Stripe.Price, params: Partial<Stripe.SubscriptionCreateParams> = {}) {
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    const subscription = await world.subscribe(buyer, price, params);
    await buyer.advance(half);
    return { buyer, subscription };
  }
  const swap = (
    { id, items }: Stripe.Subscription,
    price: Stripe.Price,
    params: Partial<Stripe.SubscriptionUpdateParams> = {},
  ) =>
    world.stripe.subscriptions.update(id, {
      items: [{ id: items.data[0]!.id, price: price.id }],
      proration_behavior: 'always_invoice',
      proration_date: at(half),
      payment_behavior: 'error_if_incomplete',
      off_session: true,
      expand: ['latest_invoice'],
      ...params,
    });
  const preview = ({ id, items }: Stripe.Subscription, price: Stripe.Price) =>
    world.stripe.invoices.createPreview({
      subscription: id,
      subscription_details: {
        items: [{ id: items.data[0]!.id, price: price.id }],
        proration_behavior: 'always_invoice',
        proration_date: at(half),
      },
    });
  const latest = ({ latest_invoice: invoice }: Stripe.Subscription) => invoice as Stripe.Invoice;
  const linesOf = ({ lines }: Stripe.Invoice) => lines.data.map(({ amount, description }) => [amount, description]);
  const invoicesOf = async (buyer: Buyer) => (await world.stripe.invoices.list({ customer: buyer.id })).data.reverse();

  it('charge the difference for the time that is left, as the preview says', async () => {
    const tax = await world.stripe.taxRates.create({ display_name: 'VAT', inclusive: true, percentage: 19 });
    const { buyer, subscription } = await subscribedInApril(pro, { default_tax_rates: [tax.id] });
    const shownBefore = await preview(subscription, enterprise);
    await buyer.advance('2027-04-16T00:05:00Z');
    const changed = await swap(subscription, enterprise);
    const invoice = latest(changed);
    for (const each of [shownBefore, invoice]) {
      expect(linesOf(each)).toEqual([
        [-1000, 'Unused time on Pro after 16 Apr 2027'],
        [2500, 'Remaining time on Enterprise after 16 Apr 2027'],
      ]);
      // −1000 × 19/119 = −159.66 and 2500 × 19/119 = 399.16, each by itself.
      expect(each.lines.data.map(({ taxes }) => taxes?.[0]?.amount)).toEqual([-160, 399]);
      expect(each).toMatchObject({
        total: 1500,
        amount_due: 1500,
        total_excluding_tax: 1261,
        total_taxes: [{ amount: 239 }],
      });
    }
    expect(shownBefore.id).toMatch(/^upcoming_in_/);
    expect(shownBefore.parent?.subscription_details?.subscription_proration_date).toBe(at(half));
    expect(invoice).toMatchObject({ status: 'paid', amount_paid: 1500, billing_reason: 'subscription_update' });
    expect(invoice.lines.data[0]).toMatchObject({
      parent: {
        type: 'subscription_item_details',
        subscription_item_details: { proration: true, subscription: subscription.id },
      },
      period: { start: at(half), end: at('2027-05-01T00:00:00Z') },
      pricing: { price_details: { price: pro.id, product: 'plan_pro' } },
    });
    // The period goes on, and renews at the new price.
    await buyer.advance('2027-05-01T02:00:00Z');
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([2000, 1500, 5000]);
    // Asked for again, it is nothing.
    await swap(subscription, enterprise, { proration_date: at('2027-05-01T01:00:00Z') });
    expect(await invoicesOf(buyer)).toHaveLength(3);
  });

  it('round each line by itself, half a cent away from nothing', async () => {
    const odd = await world.price('Odd', 1999);
    const { subscription } = await subscribedInApril(odd);
    const third = await world.price('Third', 4999);
    expect(linesOf(await preview(subscription, third)).map(([amount]) => amount)).toEqual([-1000, 2500]);
    const elsewhere = await refusal(swap(subscription, third, { proration_date: at('2027-05-02T00:00:00Z') }));
    expect(elsewhere.param).toBe('proration_date');
  });

  it('begin a new period when the rhythm changes', async () => {
    const { subscription } = await subscribedInApril(pro);
    const changed = await swap(subscription, yearly);
    expect(changed.billing_cycle_anchor).toBe(at(half));
    const [item] = changed.items.data;
    expect([shown(item?.current_period_start), shown(item?.current_period_end)]).toEqual([
      '2027-04-16T00:00:00Z',
      '2028-04-16T00:00:00Z',
    ]);
    expect(linesOf(latest(changed))).toEqual([
      [-1000, 'Unused time on Pro after 16 Apr 2027'],
      [20_000, '1 × Pro (at $200.00 / year)'],
    ]);
    expect(latest(changed)).toMatchObject({ amount_paid: 19_000, status: 'paid' });
  });

  it('credit what is too much to the next invoice', async () => {
    const { buyer, subscription } = await subscribedInApril(enterprise);
    const changed = await swap(subscription, pro);
    expect(latest(changed)).toMatchObject({
      ...{ total: -1500, amount_due: 0, amount_paid: 0, status: 'paid' },
      ...{ starting_balance: 0, ending_balance: -1500 },
    });
    expect(await world.stripe.customers.retrieve(buyer.id)).toMatchObject({ balance: -1500 });
    await buyer.advance('2027-05-01T02:00:00Z');
    expect((await invoicesOf(buyer)).at(-1)).toMatchObject({
      ...{ total: 2000, amount_due: 500, amount_paid: 500 },
      ...{ starting_balance: -1500, ending_balance: 0 },
    });
  });

  it('wait for the next invoice, or cost nothing, when told so', async () => {
    const { buyer, subscription } = await subscribedInApril(pro);
    await swap(subscription, enterprise, { proration_behavior: 'create_prorations' });
    expect(await invoicesOf(buyer)).toHaveLength(1);
    await buyer.advance('2027-05-01T02:00:00Z');
    expect(linesOf((await invoicesOf(buyer))[1]!).map(([amount]) => amount)).toEqual([-1000, 2500, 5000]);
    await swap(subscription, pro, { proration_behavior: 'none', proration_date: at('2027-05-01T02:00:00Z') });
    await buyer.advance('2027-06-01T02:00:00Z');
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([2000, 6500, 2000]);
  });

  it('change nothing when the card is declined', async () => {
    const { buyer, subscription } = await subscribedInApril(pro);
    world.sandbox.stripe.failCard(buyer.method, 'insufficient_funds');
    const told = () => world.sandbox.stripe.events().filter(({ type }) => type !== 'charge.updated').length;
    const before = told();
    const error = await refusal(swap(subscription, enterprise));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'insufficient_funds' });
    const after = await world.stripe.subscriptions.retrieve(subscription.id);
    expect(after.items.data[0]?.price.id).toBe(pro.id);
    expect(await invoicesOf(buyer)).toHaveLength(1);
    expect(told()).toBe(before);
  });

  it('are free in a trial, which can be ended at once', async () => {
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    const subscription = await world.subscribe(buyer, pro, { trial_period_days: 30 });
    await buyer.advance(half);
    const changed = await swap(subscription, enterprise);
    expect(changed).toMatchObject({ status: 'trialing', trial_end: at('2027-05-01T00:00:00Z') });
    expect(await invoicesOf(buyer)).toHaveLength(1);
    const ended = await world.stripe.subscriptions.update(subscription.id, { trial_end: 'now' });
    expect(ended).toMatchObject({ status: 'active', billing_cycle_anchor: at(half) });
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([0, 5000]);
  });

  async function scheduled(subscription: Stripe.Subscription, price: Stripe.Price) {
    const { stripe } = world;
    const made = await stripe.subscriptionSchedules.create({ from_subscription: subscription.id });
    const [current] = made.phases;
    return stripe.subscriptionSchedules.update(made.id, {
      end_behavior: 'release',
      phases: [
        {
          items: [{ price: subscription.items.data[0]!.price.id }],
          start_date: current!.start_date,
          end_date: current!.end_date,
        },
        { items: [{ price: price.id }], proration_behavior: 'none' },
      ],
    });
  }

  it('can be scheduled for the end of the period', async () => {
    const { buyer, subscription } = await subscribedInApril(enterprise);
    const schedule = await scheduled(subscription, pro);
    expect(schedule).toMatchObject({ status: 'active', subscription: subscription.id, test_clock: buyer.clock });
    const managed = await refusal(world.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true }));
    expect(managed.param).toBe('cancel_at_period_end');
    await buyer.advance('2027-05-01T02:00:00Z');
    const after = await world.stripe.subscriptions.retrieve(subscription.id, { expand: ['schedule'] });
    expect(after.items.data[0]?.price.id).toBe(pro.id);
    expect(after.schedule).toMatchObject({ current_phase: { start_date: at('2027-05-01T00:00:00Z') } });
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([5000, 2000]);
    await buyer.advance('2027-06-01T02:00:00Z');
    expect(await world.stripe.subscriptionSchedules.retrieve(schedule.id)).toMatchObject({
      status: 'released',
      released_subscription: subscription.id,
    });
    expect(await world.stripe.subscriptions.retrieve(subscription.id)).toMatchObject({
      status: 'active',
      schedule: null,
    });
  });

  it('begin another rhythm at the boundary, and can be dropped', async () => {
    const { buyer, subscription } = await subscribedInApril(pro);
    const dropped = await scheduled(subscription, enterprise);
    expect(await world.stripe.subscriptionSchedules.release(dropped.id)).toMatchObject({ status: 'released' });
    await scheduled(subscription, yearly);
    await buyer.advance('2027-05-01T02:00:00Z');
    const after = await world.stripe.subscriptions.retrieve(subscription.id);
    expect(after.billing_cycle_anchor).toBe(at('2027-05-01T00:00:00Z'));
    expect(shown(after.items.data[0]?.current_period_end)).toBe('2028-05-01T00:00:00Z');
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([2000, 20_000]);
  });
});
