import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

const returnUrl = 'https://shop.example/cards';

describe('setup intents', () => {
  let world: World;
  let customer: Stripe.Customer;
  beforeEach(async () => {
    world = await startWorld();
    customer = await world.stripe.customers.create({ email: 'ada@example.com' });
  });
  afterEach(() => world.close());

  const create = (params: Partial<Stripe.SetupIntentCreateParams> = {}) =>
    world.stripe.setupIntents.create({ customer: customer.id, usage: 'off_session', ...params });
  const newEvents = () => eventTypes(world.sandbox).slice(1);
  const cards = async () => (await world.stripe.paymentMethods.list({ customer: customer.id })).data;

  it('save a card: attached first, then told', async () => {
    const intent = await create({ automatic_payment_methods: { enabled: true }, metadata: { user: '1' } });
    expect(intent).toMatchObject({
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      customer: customer.id,
      latest_attempt: null,
      metadata: { user: '1' },
      payment_method: null,
      status: 'requires_payment_method',
      usage: 'off_session',
    });
    const params = { payment_method: 'pm_card_visa', return_url: returnUrl };
    const saved = await world.stripe.setupIntents.confirm(intent.id, params);
    expect(saved).toMatchObject({ latest_attempt: expect.stringMatching(/^setatt_/), status: 'succeeded' });
    expect((await cards()).map(({ id }) => id)).toEqual([saved.payment_method]);
    expect(newEvents()).toEqual(['setup_intent.created', 'payment_method.attached', 'setup_intent.succeeded']);
    const again = await refusal(world.stripe.setupIntents.confirm(intent.id, params));
    expect(again).toMatchObject({
      code: 'setup_intent_unexpected_state',
      message: 'You cannot confirm this SetupIntent because it has already succeeded.',
    });
    const listed = await world.stripe.setupIntents.list({ customer: customer.id });
    expect(listed.data.map(({ id }) => id)).toEqual([intent.id]);
    const expand = ['payment_method', 'customer'];
    expect(await world.stripe.setupIntents.retrieve(intent.id, { expand })).toMatchObject({
      customer: { email: 'ada@example.com' },
      payment_method: { card: { last4: '4242' } },
    });
  });

  it('are declined with the card, and take another', async () => {
    const declined = await refusal(
      create({ confirm: true, payment_method: 'pm_card_chargeDeclined', return_url: returnUrl }),
    );
    expect(declined).toMatchObject({
      code: 'card_declined',
      decline_code: 'generic_decline',
      setup_intent: {
        last_setup_error: { code: 'card_declined', payment_method: { card: { last4: '0002' } } },
        payment_method: null,
        status: 'requires_payment_method',
      },
      statusCode: 402,
    });
    expect(newEvents()).toEqual(['setup_intent.created', 'setup_intent.setup_failed']);
    const saved = await world.stripe.setupIntents.confirm(String(declined.setup_intent?.id), {
      payment_method: 'pm_card_chargeCustomerFail',
      return_url: returnUrl,
    });
    expect(saved).toMatchObject({ last_setup_error: null, status: 'succeeded' });
  });

  it('are cancelled, once, and refuse what cannot be', async () => {
    const { id } = await create({ payment_method: 'pm_card_visa' });
    expect(await world.stripe.setupIntents.cancel(id, { cancellation_reason: 'duplicate' })).toMatchObject({
      cancellation_reason: 'duplicate',
      status: 'canceled',
    });
    expect((await refusal(world.stripe.setupIntents.cancel(id))).message).toMatch(/is already canceled/);
    expect((await refusal(world.stripe.setupIntents.confirm(id))).message).toMatch(/has been canceled/);
    const bare = await create();
    expect((await refusal(world.stripe.setupIntents.confirm(bare.id))).message).toMatch(/missing a payment method/);
    const types = { payment_method_types: ['card'] } as Partial<Stripe.SetupIntentCreateParams>;
    expect(await refusal(create(types))).toMatchObject({ code: 'payment_method_types_no_longer_supported' });
    const theirs = await world.stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    const none = await refusal(create({ customer: undefined, payment_method: theirs.id }));
    expect(none.message).toMatch(/Please include the Customer in the `customer` parameter on the SetupIntent/);
    const missing = await refusal(world.stripe.setupIntents.retrieve('seti_none'));
    expect(missing).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  });

  describe('on a page of Checkout', () => {
    let session: Stripe.Checkout.Session;
    beforeEach(async () => {
      session = await world.stripe.checkout.sessions.create({
        mode: 'setup',
        currency: 'usd',
        customer: customer.id,
        success_url: 'https://shop.example/cards?id={CHECKOUT_SESSION_ID}',
        cancel_url: 'https://shop.example/profile',
        setup_intent_data: { metadata: { user: '1' } },
      });
    });

    const submit = (cardNumber: string) => {
      const fields = { email: 'ada@example.com', cardNumber, cardExpiry: '12 / 34', cardCvc: '123' };
      return fetch(String(session.url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    };

    it('begin with the session', async () => {
      expect(session).toMatchObject({
        amount_subtotal: null,
        amount_total: null,
        mode: 'setup',
        payment_intent: null,
        payment_status: 'no_payment_required',
        status: 'open',
      });
      const intent = await world.stripe.setupIntents.retrieve(session.setup_intent as string);
      expect(intent).toMatchObject({ customer: customer.id, metadata: { user: '1' } });
      expect(newEvents()).toEqual(['setup_intent.created']);
      const params = { payment_method: 'pm_card_visa', return_url: returnUrl };
      const confirmed = world.stripe.setupIntents.confirm(intent.id, params);
      expect((await refusal(confirmed)).message).toMatch(/created by a Checkout Session/);
      expect((await refusal(world.stripe.setupIntents.cancel(intent.id))).message).toMatch(/Expire the session/);
      expect(() => world.sandbox.stripe.pay(session.id)).toThrow(/is in mode setup/);
    });

    it('are completed by a person, who is sent back', async () => {
      const text = await (await fetch(String(session.url))).text();
      expect(text).toContain('Save card');
      expect(text).not.toContain('$0.00');
      const declined = await submit('4000000000000002');
      expect(declined.status).toBe(402);
      expect(await declined.text()).toMatch(/role="alert"[^>]*>Your card was declined\./);
      const saved = await submit('5555555555554444');
      expect([saved.status, saved.headers.get('location')]).toEqual([
        303,
        `https://shop.example/cards?id=${session.id}`,
      ]);
      const expand = ['setup_intent.payment_method'];
      const after = await world.stripe.checkout.sessions.retrieve(session.id, { expand });
      expect(after).toMatchObject({
        payment_status: 'no_payment_required',
        setup_intent: {
          payment_method: { card: { brand: 'mastercard', exp_month: 12, exp_year: 2034 }, customer: customer.id },
          status: 'succeeded',
        },
        status: 'complete',
        url: null,
      });
      expect(newEvents()).toEqual([
        'setup_intent.created',
        'setup_intent.setup_failed',
        'payment_method.attached',
        'setup_intent.succeeded',
        'checkout.session.completed',
      ]);
      expect(await (await fetch(`${world.sandbox.url}/stripe/checkout/${session.id}`)).text()).toContain('Card saved');
    });

    it('are completed by a test', () => {
      expect(world.sandbox.stripe.completeSetup(session.id, { card: '4242424242424241' })).toMatchObject({
        outcome: 'refused',
        message: 'Your card number is incorrect.',
      });
      const attempt = world.sandbox.stripe.completeSetup(session.id);
      expect(attempt).toMatchObject({ outcome: 'saved', session: { status: 'complete' } });
      expect(() => world.sandbox.stripe.completeSetup(session.id)).toThrow(/is complete/);
    });

    it('are never completed once the session has expired', async () => {
      world.sandbox.stripe.expire(session.id);
      expect((await submit('4242424242424242')).status).toBe(410);
      expect(await cards()).toEqual([]);
    });

    it('need a currency and sell nothing', async () => {
      const params = { mode: 'setup', success_url: returnUrl } as const;
      expect(await refusal(world.stripe.checkout.sessions.create(params))).toMatchObject({ param: 'currency' });
      const selling = { ...basket(), mode: 'setup', currency: 'usd' } as const;
      expect(await refusal(world.stripe.checkout.sessions.create(selling))).toMatchObject({ param: 'line_items' });
      const empty = { mode: 'payment', success_url: returnUrl } as const;
      expect(await refusal(world.stripe.checkout.sessions.create(empty))).toMatchObject({ param: 'line_items' });
    });
  });
});
