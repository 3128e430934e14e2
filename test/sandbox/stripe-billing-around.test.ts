import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { startSandbox } from '../../src/sandbox/index.js';
import { idOf } from '../../src/sandbox/stripe/ids.js';
import { at, shown, startBilling, type BillingWorld } from './billing-support.js';
import { sdk, secretKey, webhookSecret } from './support.js';

describe('around subscriptions', () => {
  let world: BillingWorld;
  let pro: Stripe.Price;
  beforeAll(async () => {
    world = await startBilling();
    pro = await world.price('Pro', 2000);
  });
  afterAll(() => world.close());

  it('events are told by webhooks, with what changed, and are subject to mischief', async () => {
    const { stripe, receiver } = { stripe: world.sandbox.stripe, receiver: world.receiver };
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    const { id } = await world.subscribe(buyer, pro);
    await stripe.webhooksIdle();
    receiver.received.length = 0;
    stripe.disturbWebhooks({ duplicate: 2, shuffle: true, seed: 1 });
    await buyer.advance('2027-05-01T02:00:00Z');
    await stripe.webhooksIdle();
    stripe.calmWebhooks();
    const events = receiver.received.map(({ body, headers }) =>
      new Stripe(secretKey).webhooks.constructEvent(
        body,
        String(headers['stripe-signature']),
        webhookSecret,
        undefined,
        undefined,
        world.clock.seconds * 1000,
      ),
    );
    const count = (type: string) => events.filter((each) => each.type === type).length;
    expect([count('invoice.upcoming'), count('invoice.paid'), count('invoice_payment.paid')]).toEqual([2, 2, 2]);
    const updated = events.find((each) => each.type === 'customer.subscription.updated');
    expect(updated?.data.object).toMatchObject({
      id,
      items: { data: [{ current_period_start: at('2027-05-01T00:00:00Z') }] },
    });
    expect(updated?.data.previous_attributes).toMatchObject({
      items: { data: [{ current_period_start: at('2027-04-01T00:00:00Z') }] },
    });
    const upcoming = events.find((each) => each.type === 'invoice.upcoming');
    expect(upcoming?.data.object).not.toHaveProperty('id');
    expect(upcoming?.data.object).toMatchObject({ amount_due: 2000, billing_reason: 'upcoming' });
  });

  it('money of renewals is refunded and disputed like any other', async () => {
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    await world.subscribe(buyer, pro, { expand: ['latest_invoice'] });
    await buyer.advance('2027-05-01T02:00:00Z');
    const { data } = await world.stripe.invoices.list({ customer: buyer.id, expand: ['data.payments'] });
    const [renewed, first] = data.map(({ payments }) => idOf(payments?.data[0]?.payment.payment_intent ?? null));
    world.sandbox.stripe.settleNow();
    const refund = await world.stripe.refunds.create({ payment_intent: renewed, amount: 500 });
    expect(refund).toMatchObject({ status: 'succeeded', amount: 500 });
    expect(world.sandbox.stripe.dispute(first!)).toMatchObject({ amount: 2000, status: 'needs_response' });
  });

  it('time is moved and cards fail on the dashboard', async () => {
    const buyer = await world.customerAt('2027-01-31T00:00:00Z');
    const { id } = await world.subscribe(buyer, pro);
    const page = async () => (await fetch(world.sandbox.url)).text();
    const press = async (path: string, fields: Record<string, string> = {}) => {
      const body = new URLSearchParams(fields);
      return (await fetch(`${world.sandbox.url}${path}`, { method: 'POST', body, redirect: 'manual' })).status;
    };
    const advance = `/stripe/test-clocks/${buyer.clock}/advance`;
    expect(await page()).toContain(`action="${advance}"`);
    expect(await press(`/stripe/subscriptions/${id}/fail-card`)).toBe(303);
    expect(await press(advance, { by: 'month' })).toBe(303);
    expect(await press(advance, { by: 'hour' })).toBe(303);
    const { frozen_time: time } = await world.stripe.testHelpers.testClocks.retrieve(buyer.clock);
    expect(shown(time)).toBe('2027-02-28T01:00:00Z');
    expect((await world.stripe.subscriptions.retrieve(id)).status).toBe('past_due');
    const [open] = (await world.stripe.invoices.list({ customer: buyer.id, status: 'open' })).data;
    expect(await page()).toContain(String(open?.hosted_invoice_url));
    expect(await press(`/stripe/subscriptions/${id}/mend-card`)).toBe(303);
    expect(await press(advance, { to: 'soon' })).toBe(422);
    expect(await press(advance, { to: '2027-02-01' })).toBe(422);
    expect(await press(advance, { to: '2027-03-03 01:00' })).toBe(303);
    expect((await world.stripe.subscriptions.retrieve(id)).status).toBe('active');
    expect(await press('/stripe/test-clocks/clock_none/advance', { by: 'day' })).toBe(404);
  });

  it('a restart forgets nothing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'billing-'));
    const stateFile = join(folder, 'state.json');
    const options = { port: 0, stateFile, stripe: { secretKey, webhooks: [], dunning: { retryAfterDays: [2] } } };
    const first = await startSandbox(options);
    const before = sdk(first);
    await before.products.create({ id: 'pro', name: 'Pro' });
    const price = await before.prices.create({
      ...{ product: 'pro', currency: 'usd', unit_amount: 1999 },
      recurring: { interval: 'month' },
    });
    const clock = await before.testHelpers.testClocks.create({ frozen_time: at('2027-04-01T00:00:00Z') });
    const customer = await before.customers.create({ test_clock: clock.id });
    const method = await before.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const { id } = await before.subscriptions.create({
      customer: customer.id,
      default_payment_method: method.id,
      items: [{ price: price.id }],
    });
    first.stripe.failCard(method.id, 'lost_card');
    await first.close();
    const second = await startSandbox(options);
    try {
      const after = sdk(second);
      second.stripe.billing.advance(clock.id, new Date('2027-05-01T01:00:00Z'));
      expect((await after.subscriptions.retrieve(id)).status).toBe('past_due');
      const [open] = (await after.invoices.list({ subscription: id, status: 'open' })).data;
      expect([shown(open?.next_payment_attempt), open?.amount_due]).toEqual(['2027-05-03T01:00:00Z', 1999]);
    } finally {
      await second.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
