import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { at, startBilling, type BillingWorld } from './billing-support.js';
import { refusal } from './support.js';

describe('Checkout of subscriptions', () => {
  let world: BillingWorld;
  let pro: Stripe.Price;
  beforeAll(async () => {
    world = await startBilling();
    pro = await world.price('Pro', 2000);
  });
  afterAll(() => world.close());

  async function opened(params: Partial<Stripe.Checkout.SessionCreateParams> = {}) {
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    const session = await world.stripe.checkout.sessions.create({
      mode: 'subscription',
      success_url: 'https://shop.example/thanks?session={CHECKOUT_SESSION_ID}',
      cancel_url: 'https://shop.example/plans',
      customer: buyer.id,
      line_items: [{ price: pro.id, quantity: 1 }],
      ...params,
    });
    return { buyer, session };
  }
  const retrieve = (id: string) =>
    world.stripe.checkout.sessions.retrieve(id, { expand: ['subscription', 'invoice.payments', 'line_items'] });
  const post = (url: string, body: string) =>
    fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
  const card = (number: string) => `email=a%40example.com&cardNumber=${number}&cardExpiry=12%2F60&cardCvc=123`;

  it('begins one that is paid for, with the card that was typed', async () => {
    const tax = await world.stripe.taxRates.create({ display_name: 'VAT', inclusive: false, percentage: 16 });
    const data = { metadata: { subscriptionId: 'sub_ours' }, default_tax_rates: [tax.id] };
    const { buyer, session } = await opened({ subscription_data: data });
    expect(session).toMatchObject({
      mode: 'subscription',
      payment_status: 'unpaid',
      amount_subtotal: 2000,
      amount_total: 2320,
      total_details: { amount_tax: 320 },
      ...{ subscription: null, invoice: null, payment_intent: null },
    });
    const page = await (await fetch(session.url!)).text();
    for (const text of ['Pro', '$23.20', 'Tax, added', '$3.20']) expect(page).toContain(text);
    const declined = await post(session.url!, card('4000000000000002'));
    expect(declined.status).toBe(402);
    expect((await world.stripe.subscriptions.list({ customer: buyer.id, status: 'all' })).data).toEqual([]);
    const paid = await post(session.url!, card('5555555555554444'));
    expect(paid.headers.get('location')).toBe(`https://shop.example/thanks?session=${session.id}`);
    const done = await retrieve(session.id);
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'paid',
      subscription: {
        status: 'active',
        metadata: { subscriptionId: 'sub_ours' },
        created: at('2027-04-01T00:00:00Z'),
        default_tax_rates: [{ id: tax.id }],
      },
      invoice: { status: 'paid', amount_paid: 2320, payments: { data: [{ amount_paid: 2320 }] } },
      line_items: { data: [{ amount_total: 2320, price: { id: pro.id } }] },
    });
    const { default_payment_method: method } = done.subscription as Stripe.Subscription;
    const saved = await world.stripe.paymentMethods.retrieve(method as string);
    expect(saved).toMatchObject({ customer: buyer.id, card: { brand: 'mastercard' } });
    await buyer.advance('2027-05-01T02:00:00Z');
    const [renewal] = (await world.stripe.invoices.list({ customer: buyer.id })).data;
    expect(renewal).toMatchObject({ billing_reason: 'subscription_cycle', amount_paid: 2320 });
    const found = await world.stripe.checkout.sessions.list({ subscription: (done.subscription as { id: string }).id });
    expect(found.data.map(({ id }) => id)).toEqual([session.id]);
  });

  it('waits for the bank where it asks', async () => {
    const { session } = await opened();
    const attempt = world.sandbox.stripe.pay(session.id, { card: '4000002500003155' });
    expect([attempt.outcome, attempt.session.status]).toEqual(['requires_action', 'open']);
    const intent = attempt.paymentIntent!.id;
    world.sandbox.stripe.authenticate(intent, 'fail');
    expect((await retrieve(session.id)).status).toBe('open');
    world.sandbox.stripe.pay(session.id, { card: '4000002500003155' });
    world.sandbox.stripe.authenticate(intent, 'complete');
    expect(await retrieve(session.id)).toMatchObject({ status: 'complete', subscription: { status: 'active' } });
  });

  it('saves the card for the end of a trial, and charges nothing', async () => {
    const { buyer, session } = await opened({ subscription_data: { trial_period_days: 14 } });
    expect(session.amount_total).toBe(0);
    expect(await (await fetch(session.url!)).text()).toContain('14 days free, then $20.00 / month');
    const asked = await post(session.url!, card('4000002500003155'));
    await post(String(asked.headers.get('location')), 'result=complete');
    const done = await retrieve(session.id);
    expect(done).toMatchObject({
      status: 'complete',
      payment_status: 'no_payment_required',
      subscription: { status: 'trialing', trial_end: at('2027-04-15T00:00:00Z') },
      invoice: { status: 'paid', amount_paid: 0 },
    });
    await buyer.advance('2027-04-15T02:00:00Z');
    const [first] = (await world.stripe.invoices.list({ customer: buyer.id })).data;
    expect(first).toMatchObject({ status: 'paid', amount_paid: 2000 });
  });

  it('asks for no card in a trial when told so, and makes a customer where there is none', async () => {
    const { session } = await opened({
      customer: undefined,
      payment_method_collection: 'if_required',
      subscription_data: { trial_period_days: 7 },
    });
    expect(await (await fetch(session.url!)).text()).toContain('No card needed');
    expect((await post(session.url!, '')).status).toBe(303);
    const done = await retrieve(session.id);
    expect(done.subscription).toMatchObject({
      status: 'trialing',
      customer: done.customer,
      default_payment_method: null,
    });
  });

  it('expires like any session, and refuses what belongs to other modes', async () => {
    const { session } = await opened();
    await world.stripe.checkout.sessions.expire(session.id);
    expect(() => world.sandbox.stripe.pay(session.id)).toThrow('expired');
    expect(await refusal(opened({ payment_intent_data: { description: 'Once' } }))).toMatchObject({
      param: 'payment_intent_data',
    });
    expect(await refusal(opened({ mode: 'payment' }))).toMatchObject({ param: 'line_items[0][price]' });
    const trial = { mode: 'payment', subscription_data: { trial_period_days: 3 } } as const;
    expect(await refusal(opened(trial))).toMatchObject({ param: 'subscription_data' });
  });
});
