import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

describe('payment intents', () => {
  let world: World;
  let customer: Stripe.Customer;
  beforeEach(async () => {
    world = await startWorld();
    customer = await world.stripe.customers.create({ email: 'ada@example.com' });
  });
  afterEach(() => world.close());

  const saved = async (token: string) => {
    const { id } = await world.stripe.paymentMethods.attach(token, { customer: customer.id });
    return id;
  };
  const create = (params: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    world.stripe.paymentIntents.create({ amount: 4900, currency: 'usd', customer: customer.id, ...params });
  const pay = (payment_method: string, params: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    create({ payment_method, confirm: true, return_url: 'https://shop.example/back', ...params });
  const newEvents = () => eventTypes(world.sandbox).filter((type) => !/^(customer|payment_method)\./.test(type));

  it('wait for a payment method', async () => {
    const intent = await create({ description: 'Algebra I', metadata: { order: '1' } });
    expect(intent).toMatchObject({
      amount: 4900,
      amount_received: 0,
      automatic_payment_methods: { allow_redirects: 'always', enabled: true },
      capture_method: 'automatic_async',
      currency: 'usd',
      customer: customer.id,
      description: 'Algebra I',
      latest_charge: null,
      metadata: { order: '1' },
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    });
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_[0-9A-Za-z]{25}$`));
    expect(newEvents()).toEqual(['payment_intent.created']);
    const missing = await refusal(world.stripe.paymentIntents.confirm(intent.id));
    expect(missing).toMatchObject({
      code: 'payment_intent_unexpected_state',
      payment_intent: { id: intent.id },
      statusCode: 400,
    });
  });

  it('succeed at once with a saved card, in the recorded order', async () => {
    const method = await saved('pm_card_visa');
    const intent = await pay(method, { metadata: { order: '1' } });
    expect(intent).toMatchObject({
      amount_received: 4900,
      last_payment_error: null,
      payment_method: method,
      status: 'succeeded',
    });
    expect(newEvents()).toEqual(['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']);
    const charge = await world.stripe.charges.retrieve(intent.latest_charge as string);
    expect(charge).toMatchObject({
      amount: 4900,
      customer: customer.id,
      metadata: { order: '1' },
      paid: true,
      payment_intent: intent.id,
      payment_method: method,
    });
    const again = await refusal(world.stripe.paymentIntents.confirm(intent.id));
    expect(again.message).toMatch(/already succeeded after being previously confirmed/);
    expect((await refusal(world.stripe.paymentIntents.cancel(intent.id))).message).toMatch(/a status of succeeded/);
    const refund = await world.stripe.refunds.create({ payment_intent: intent.id });
    expect(refund).toMatchObject({ amount: 4900, status: 'succeeded' });
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline', '01'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds', '51'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card', '05'],
  ])('%s is declined with everything about it', async (token, code, declineCode, network) => {
    const error = await refusal(pay(token, { customer: undefined }));
    expect(error).toMatchObject({
      charge: expect.stringMatching(/^ch_3/),
      code,
      decline_code: declineCode,
      network_decline_code: network,
      payment_intent: {
        last_payment_error: { code, decline_code: declineCode, payment_method_type: 'card' },
        payment_method: null,
        status: 'requires_payment_method',
      },
      payment_method: { object: 'payment_method' },
      rawType: 'card_error',
      statusCode: 402,
      type: 'StripeCardError',
    });
    expect(newEvents()).toEqual(['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed']);
    const intent = await world.stripe.paymentIntents.retrieve(String(error.payment_intent?.id));
    expect(intent).toMatchObject({ latest_charge: error.charge, status: 'requires_payment_method' });
  });

  it('take another card after a decline, and the same answer to the same key', async () => {
    const failing = await saved('pm_card_chargeCustomerFail');
    const params = { amount: 700, currency: 'usd', customer: customer.id, payment_method: failing, confirm: true };
    const order = { ...params, return_url: 'https://shop.example/back' };
    const first = await refusal(world.stripe.paymentIntents.create(order, { idempotencyKey: 'key-1' }));
    const second = await refusal(world.stripe.paymentIntents.create(order, { idempotencyKey: 'key-1' }));
    expect(second.payment_intent?.id).toBe(first.payment_intent?.id);
    expect(newEvents()).toHaveLength(3);
    const visa = await saved('pm_card_visa');
    const paid = await world.stripe.paymentIntents.confirm(String(first.payment_intent?.id), {
      payment_method: visa,
      off_session: true,
    });
    expect(paid).toMatchObject({ amount_received: 700, last_payment_error: null, status: 'succeeded' });
  });

  it("are paid by the customer's default when none is named", async () => {
    const method = await saved('pm_card_mastercard');
    await world.stripe.customers.update(customer.id, { invoice_settings: { default_payment_method: method } });
    const { id } = await create();
    const paid = await world.stripe.paymentIntents.confirm(id, { off_session: true });
    expect(paid).toMatchObject({ payment_method: method, status: 'succeeded' });
  });

  it("are not paid by another customer's card, nor by one that is spent", async () => {
    const method = await saved('pm_card_visa');
    const other = await world.stripe.customers.create();
    expect(await refusal(pay(method, { customer: other.id }))).toMatchObject({
      statusCode: 400,
      param: 'payment_method',
      message: expect.stringContaining(`does not belong to the Customer you supplied ${other.id}`),
    });
    expect(await refusal(pay(method, { customer: undefined }))).toMatchObject({ code: 'parameter_missing' });
    const once = await pay('pm_card_visa', { customer: undefined });
    expect(once.status).toBe('succeeded');
    const spent = await refusal(pay(once.payment_method as string, { customer: undefined }));
    expect(spent.message).toMatch(/may not be used again/);
    await world.stripe.paymentMethods.detach(method);
    expect((await refusal(pay(method))).message).toMatch(/may not be used again/);
    expect((await world.stripe.charges.list()).data).toHaveLength(1);
  });

  it('keep the card when told to', async () => {
    const paid = await pay('pm_card_visa', { setup_future_usage: 'off_session' });
    const { data } = await world.stripe.paymentMethods.list({ customer: customer.id });
    expect(data.map(({ id }) => id)).toEqual([paid.payment_method]);
  });

  it('are changed and cancelled while they are open', async () => {
    const { id } = await create({ metadata: { a: '1' } });
    const changed = await world.stripe.paymentIntents.update(id, { amount: 600, metadata: { b: '2' } });
    expect(changed).toMatchObject({ amount: 600, metadata: { a: '1', b: '2' } });
    const canceled = await world.stripe.paymentIntents.cancel(id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      canceled_at: world.clock.seconds,
      cancellation_reason: 'abandoned',
      status: 'canceled',
    });
    expect(newEvents()).toEqual(['payment_intent.created', 'payment_intent.canceled']);
    const method = await saved('pm_card_visa');
    for (const call of [
      world.stripe.paymentIntents.update(id, { amount: 700 }),
      world.stripe.paymentIntents.confirm(id, { payment_method: method }),
      world.stripe.paymentIntents.cancel(id),
    ]) {
      expect(await refusal(call)).toMatchObject({ code: 'payment_intent_unexpected_state' });
    }
    const listed = await world.stripe.paymentIntents.list({ customer: customer.id });
    expect(listed.data.map((intent) => [intent.id, intent.amount])).toEqual([[id, 600]]);
  });

  it('refuse what Stripe refuses', async () => {
    const types = { payment_method_types: ['card'] } as Partial<Stripe.PaymentIntentCreateParams>;
    expect(await refusal(create(types))).toMatchObject({ code: 'payment_method_types_no_longer_supported' });
    expect(await refusal(create({ amount: 0 }))).toMatchObject({ code: 'parameter_invalid_integer', param: 'amount' });
    expect(await refusal(create({ amount: 49 }))).toMatchObject({
      code: 'amount_too_small',
      message: 'Amount must be at least $0.50 usd',
    });
    expect(await refusal(create({ customer: 'cus_none' }))).toMatchObject({ code: 'resource_missing' });
    expect(await refusal(create({ payment_method: 'pm_none' }))).toMatchObject({ param: 'payment_method' });
    const noReturn = await refusal(pay('pm_card_visa', { return_url: undefined }));
    expect(noReturn.message).toMatch(/you must provide a `return_url`/);
    const never = { return_url: undefined, automatic_payment_methods: { enabled: true, allow_redirects: 'never' } };
    expect((await pay('pm_card_visa', never)).status).toBe('succeeded');
    expect(await refusal(create({ capture_method: 'manual' }))).toMatchObject({ param: 'capture_method' });
  });

  it('of a Checkout Session end with it alone', async () => {
    const session = await world.stripe.checkout.sessions.create(basket());
    const { paymentIntent } = world.sandbox.stripe.pay(session.id, { card: '4000000000000002' });
    const id = String(paymentIntent?.id);
    expect((await refusal(world.stripe.paymentIntents.cancel(id))).message).toMatch(/expire the session instead/);
    const confirmed = world.stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect((await refusal(confirmed)).message).toMatch(/created by a Checkout Session/);
  });
});
