import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, shown, startBilling, type BillingWorld, type Buyer } from './billing-support.js';
import { refusal } from './support.js';

describe('subscriptions', () => {
  let world: BillingWorld;
  beforeAll(async () => {
    world = await startBilling();
  });
  afterAll(() => world.close());

  const invoicesOf = async (buyer: Buyer) => {
    const { data } = await world.stripe.invoices.list({ customer: buyer.id, limit: 100, expand: ['data.payments'] });
    return data.reverse();
  };
  const read = (id: string) => world.stripe.subscriptions.retrieve(id);
  const period = ({ items }: Stripe.Subscription) =>
    items.data.map((item) => [shown(item.current_period_start), shown(item.current_period_end)])[0];
  const typesAfter = (count: number) =>
    world.sandbox.stripe
      .events()
      .slice(count)
      .map(({ type }) => type as string)
      // Told when the money settles, which is a moment later and not asked for here.
      .filter((type) => type !== 'charge.updated');

  it('begin with a saved card, on the clock of their customer', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-01-31T10:00:00Z');
    const told = world.sandbox.stripe.events().length;
    const made = await world.subscribe(buyer, price, {
      metadata: { subscriptionId: 'sub_ours' },
      expand: ['latest_invoice.payments'],
    });
    expect(made).toMatchObject({
      object: 'subscription',
      status: 'active',
      customer: buyer.id,
      test_clock: buyer.clock,
      created: at('2027-01-31T10:00:00Z'),
      billing_cycle_anchor: at('2027-01-31T10:00:00Z'),
      metadata: { subscriptionId: 'sub_ours' },
      latest_invoice: {
        status: 'paid',
        billing_reason: 'subscription_create',
        amount_paid: 2000,
        created: at('2027-01-31T10:00:00Z'),
        test_clock: buyer.clock,
        parent: { subscription_details: { subscription: made.id, metadata: { subscriptionId: 'sub_ours' } } },
        payments: { data: [{ status: 'paid', amount_paid: 2000, is_default: true }] },
      },
    });
    expect(period(made)).toEqual(['2027-01-31T10:00:00Z', '2027-02-28T10:00:00Z']);
    expect(typesAfter(told)).toEqual([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'invoice.paid',
      'invoice.payment_succeeded',
      'customer.subscription.updated',
      'invoice_payment.paid',
    ]);
  });

  it('renew on their anchor through short months, each invoice a draft for an hour', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-01-31T10:00:00Z');
    const { id } = await world.subscribe(buyer, price);
    await buyer.advance('2027-02-28T10:30:00Z');
    const [, draft] = await invoicesOf(buyer);
    expect(draft).toMatchObject({
      status: 'draft',
      billing_reason: 'subscription_cycle',
      number: null,
      created: at('2027-02-28T10:00:00Z'),
      automatically_finalizes_at: at('2027-02-28T11:00:00Z'),
      period_start: at('2027-01-31T10:00:00Z'),
      period_end: at('2027-02-28T10:00:00Z'),
      lines: {
        data: [{ amount: 2000, period: { start: at('2027-02-28T10:00:00Z'), end: at('2027-03-31T10:00:00Z') } }],
      },
    });
    await buyer.advance('2027-04-30T12:00:00Z');
    const invoices = await invoicesOf(buyer);
    expect(invoices.map(({ created, status, amount_paid: paid }) => [shown(created), status, paid])).toEqual([
      ['2027-01-31T10:00:00Z', 'paid', 2000],
      ['2027-02-28T10:00:00Z', 'paid', 2000],
      ['2027-03-31T10:00:00Z', 'paid', 2000],
      ['2027-04-30T10:00:00Z', 'paid', 2000],
    ]);
    expect(shown(invoices[2]?.status_transitions.paid_at)).toBe('2027-03-31T11:00:00Z');
    expect(period(await read(id))).toEqual(['2027-04-30T10:00:00Z', '2027-05-31T10:00:00Z']);
    expect(invoices.map(({ number }) => number?.slice(-5))).toEqual(['-0001', '-0002', '-0003', '-0004']);
  });

  it('renew by years from a leap day, and by days and weeks to the second', async () => {
    const buyer = await world.customerAt('2028-02-29T08:00:00Z');
    const yearly = await world.subscribe(buyer, await world.price('Pro', 20_000, 'year'));
    expect(period(yearly)).toEqual(['2028-02-29T08:00:00Z', '2029-02-28T08:00:00Z']);
    await buyer.advance('2031-03-01T00:00:00Z');
    expect(period(await read(yearly.id))).toEqual(['2031-02-28T08:00:00Z', '2032-02-29T08:00:00Z']);
    const weekly = await world.subscribe(buyer, await world.price('Pro', 500, 'week'));
    expect(period(weekly)).toEqual(['2031-03-01T00:00:00Z', '2031-03-08T00:00:00Z']);
  });

  it('of one clock renew in the order of time, whichever was begun first', async () => {
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    await world.subscribe(buyer, await world.price('Pro', 2000, 'week'));
    await world.subscribe(buyer, await world.price('Pro', 300, 'day'));
    await buyer.advance('2027-05-09T02:00:00Z');
    const invoices = await invoicesOf(buyer);
    expect(invoices).toHaveLength(2 + 1 + 8);
    const made = invoices.map(({ created }) => created);
    expect(made).toEqual([...made].sort((a, b) => a - b));
    const numbers = invoices.map(({ number }) => Number(number?.slice(-4)));
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('cost nothing in a trial, whose end is told three days before', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    const made = await world.subscribe(buyer, price, { trial_period_days: 14 });
    expect(made).toMatchObject({ status: 'trialing', trial_end: at('2027-05-15T00:00:00Z') });
    expect((await invoicesOf(buyer))[0]).toMatchObject({
      status: 'paid',
      total: 0,
      amount_paid: 0,
      payments: { data: [] },
      lines: { data: [{ amount: 0, description: 'Trial period for Pro' }] },
    });
    const told = () =>
      world.sandbox.stripe.events().filter(({ type, data }) => {
        const { id } = data.object as { id?: string };
        return type === 'customer.subscription.trial_will_end' && id === made.id;
      });
    await buyer.advance('2027-05-11T23:59:59Z');
    expect(told()).toHaveLength(0);
    await buyer.advance('2027-05-14T00:00:00Z');
    expect(told()).toHaveLength(1);
    await buyer.advance('2027-05-15T02:00:00Z');
    expect(await read(made.id)).toMatchObject({ status: 'active', billing_cycle_anchor: at('2027-05-15T00:00:00Z') });
    expect(period(await read(made.id))).toEqual(['2027-05-15T00:00:00Z', '2027-06-15T00:00:00Z']);
    expect((await invoicesOf(buyer)).map((each) => each.amount_paid)).toEqual([0, 2000]);
    expect(told()).toHaveLength(1);
  });

  it('leave nothing behind when the card is declined', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-05-01T00:00:00Z', 'pm_card_chargeCustomerFail');
    const told = world.sandbox.stripe.events().length;
    const error = await refusal(world.subscribe(buyer, price));
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
    expect(typesAfter(told)).toEqual([]);
    expect((await world.stripe.subscriptions.list({ customer: buyer.id, status: 'all' })).data).toEqual([]);
    expect(await invoicesOf(buyer)).toEqual([]);
  });

  it('add tax by their rates', async () => {
    const price = await world.price('Pro', 2000);
    const added = await world.stripe.taxRates.create({ display_name: 'VAT', inclusive: false, percentage: 16 });
    const within = await world.stripe.taxRates.create({ display_name: 'VAT', inclusive: true, percentage: 19 });
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    await world.subscribe(buyer, price, { default_tax_rates: [added.id] });
    await world.subscribe(buyer, price, { default_tax_rates: [within.id] });
    const [onTop, inside] = await invoicesOf(buyer);
    expect(onTop).toMatchObject({
      subtotal: 2000,
      total: 2320,
      total_excluding_tax: 2000,
      amount_paid: 2320,
      total_taxes: [{ amount: 320, tax_behavior: 'exclusive', taxable_amount: 2000 }],
    });
    // 2000 × 19/119 = 319.33
    expect(inside).toMatchObject({
      subtotal: 2000,
      total: 2000,
      total_excluding_tax: 1681,
      total_taxes: [{ amount: 319, tax_behavior: 'inclusive', tax_rate_details: { tax_rate: within.id } }],
    });
  });

  it('end at once or with the period, or go on after all', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    const [now, later, on] = [
      await world.subscribe(buyer, price),
      await world.subscribe(buyer, price),
      await world.subscribe(buyer, price),
    ];
    expect(await world.stripe.subscriptions.cancel(now.id)).toMatchObject({
      status: 'canceled',
      ended_at: at('2027-05-01T00:00:00Z'),
      cancellation_details: { reason: 'cancellation_requested' },
    });
    expect(await refusal(world.stripe.subscriptions.cancel(now.id))).toMatchObject({ statusCode: 404 });
    for (const { id } of [later, on]) await world.stripe.subscriptions.update(id, { cancel_at_period_end: true });
    expect(await read(later.id)).toMatchObject({ status: 'active', cancel_at: at('2027-06-01T00:00:00Z') });
    await world.stripe.subscriptions.update(on.id, { cancel_at_period_end: false });
    await buyer.advance('2027-06-02T00:00:00Z');
    expect(await read(later.id)).toMatchObject({ status: 'canceled', ended_at: at('2027-06-01T00:00:00Z') });
    expect(await read(on.id)).toMatchObject({ status: 'active', cancel_at: null, canceled_at: null });
    const all = await world.stripe.subscriptions.list({ customer: buyer.id });
    expect(all.data.map(({ id }) => id)).toEqual([on.id]);
  });

  it("renew on the account's own clock without a test clock", async () => {
    const price = await world.price('Pro', 2000, 'day');
    const customer = await world.stripe.customers.create({});
    const method = await world.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await world.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method.id } });
    const begun = world.clock.seconds;
    await world.stripe.subscriptions.create({ customer: customer.id, items: [{ price: price.id }] });
    world.clock.advance(2 * 86_400 + 3_600);
    world.sandbox.stripe.sweep();
    const { data } = await world.stripe.invoices.list({ customer: customer.id });
    expect(data.map(({ created, status }) => [created - begun, status])).toEqual([
      [172_800, 'paid'],
      [86_400, 'paid'],
      [0, 'paid'],
    ]);
    // The money of the second day has come on the second day.
    const charges = await world.stripe.charges.list({ customer: customer.id, expand: ['data.balance_transaction'] });
    expect(charges.data[1]).toMatchObject({
      created: begun + 86_400 + 3_600,
      balance_transaction: { created: begun + 86_400 + 3_600, amount: 2000, fee: 88 },
    });
  });

  it('live on clocks that go forwards only', async () => {
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    const error = await refusal(buyer.advance('2027-04-30T00:00:00Z'));
    expect(error).toMatchObject({ statusCode: 400, param: 'frozen_time' });
    const told = world.sandbox.stripe.events().length;
    const advancing = await world.stripe.testHelpers.testClocks.advance(buyer.clock, {
      frozen_time: at('2027-05-02T00:00:00Z'),
    });
    expect(advancing.status).toBe('advancing');
    const ready = await world.stripe.testHelpers.testClocks.retrieve(buyer.clock);
    expect(ready).toMatchObject({ status: 'ready', frozen_time: at('2027-05-02T00:00:00Z') });
    expect(typesAfter(told)).toEqual(['test_helpers.test_clock.advancing', 'test_helpers.test_clock.ready']);
    await world.stripe.testHelpers.testClocks.del(buyer.clock);
    expect(await world.stripe.customers.retrieve(buyer.id)).toMatchObject({ deleted: true });
  });

  it('refuse what Stripe does not know, and what is not played here', async () => {
    const price = await world.price('Pro', 2000);
    const buyer = await world.customerAt('2027-05-01T00:00:00Z');
    const unknown = await refusal(world.subscribe(buyer, price, { nope: 1 } as object));
    expect(unknown).toMatchObject({ code: 'parameter_unknown', param: 'nope' });
    const other = await refusal(world.subscribe(buyer, price, { days_until_due: 3 }));
    expect(other.message).toBe('The sandbox does not implement this yet: days_until_due');
  });

  it('sell by prices that are found by their keys', async () => {
    const { stripe } = world;
    await stripe.products.create({ id: 'bursar_pro', name: 'Pro', metadata: { plan: 'PRO' } });
    const again = await refusal(stripe.products.create({ id: 'bursar_pro', name: 'Pro' }));
    expect(again.code).toBe('resource_already_exists');
    const order = { product: 'bursar_pro', currency: 'eur', unit_amount: 1999, lookup_key: 'pro_month' } as const;
    const made = await stripe.prices.create({ ...order, recurring: { interval: 'month' } });
    const found = await stripe.prices.list({ lookup_keys: ['pro_month', 'none'], expand: ['data.product'] });
    expect(found.data).toMatchObject([{ id: made.id, unit_amount: 1999, product: { metadata: { plan: 'PRO' } } }]);
    await refusal(stripe.prices.create(order));
    const rates = await stripe.taxRates.list({ active: true, inclusive: true });
    expect(rates.data.every(({ inclusive }) => inclusive)).toBe(true);
  });
});
