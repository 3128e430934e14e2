import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, until, type World } from './support.js';

describe('checkout sessions', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const create = (params: Partial<Stripe.Checkout.SessionCreateParams> = {}) =>
    world.stripe.checkout.sessions.create({ ...basket(), ...params });

  it('starts open, unpaid and without a PaymentIntent, on a page of the sandbox', async () => {
    const session = await create({
      client_reference_id: 'order-1',
      customer_email: 'ada@example.com',
      metadata: { order: '1' },
    });
    expect(session).toMatchObject({
      amount_subtotal: 4900,
      amount_total: 4900,
      client_reference_id: 'order-1',
      created: world.clock.seconds,
      currency: 'usd',
      customer: null,
      customer_details: { email: 'ada@example.com' },
      customer_email: 'ada@example.com',
      expires_at: world.clock.seconds + 24 * 3600,
      livemode: false,
      metadata: { order: '1' },
      mode: 'payment',
      payment_intent: null,
      payment_status: 'unpaid',
      status: 'open',
      ui_mode: 'hosted_page',
      url: `${world.sandbox.url}/stripe/checkout/${session.id}`,
    });
    expect(session.id).toMatch(/^cs_test_a1[0-9A-Za-z]{57}$/);
    expect(eventTypes(world.sandbox)).toEqual([]);
  });

  it('adds up line items and shows them only when asked', async () => {
    const item = (name: string, unit_amount: number, quantity: number) => ({
      quantity,
      price_data: { currency: 'USD', unit_amount, product_data: { name } },
    });
    const session = await create({ line_items: [item('Algebra', 1000, 3), item('Geometry', 250, 2)] });
    expect(session.amount_total).toBe(3500);
    expect(session.line_items).toBeUndefined();
    const listed = await world.stripe.checkout.sessions.listLineItems(session.id);
    expect(listed.data.map((each) => [each.description, each.quantity, each.amount_total])).toEqual([
      ['Algebra', 3, 3000],
      ['Geometry', 2, 500],
    ]);
    const page = await world.stripe.checkout.sessions.listLineItems(session.id, { limit: 1 });
    expect([page.data[0]?.description, page.has_more]).toEqual(['Algebra', true]);
    const expand = ['line_items.data.price.product'];
    const { line_items: items } = await world.stripe.checkout.sessions.retrieve(session.id, { expand });
    expect(items?.data[0]?.price).toMatchObject({ unit_amount: 1000, product: { object: 'product', name: 'Algebra' } });
    expect(items?.data[0]?.price?.unit_amount_decimal?.toString()).toBe('1000');
  });

  it('belongs to a customer, who can be expanded', async () => {
    const customer = await world.stripe.customers.create({ email: 'ada@example.com', name: 'Ada' });
    const session = await create({ customer: customer.id, expand: ['customer'] });
    expect(session.customer).toMatchObject({ id: customer.id, name: 'Ada' });
    expect(session.customer_details).toMatchObject({ email: 'ada@example.com', name: 'Ada' });
    const both = await refusal(create({ customer: customer.id, customer_email: 'ada@example.com' }));
    expect(both.message).toBe('You may only specify one of these parameters: customer, customer_email.');
    await world.stripe.customers.del(customer.id);
    expect(await refusal(create({ customer: customer.id }))).toMatchObject({ code: 'resource_missing' });
  });

  it('refuses payment_method_types, other modes and embedded pages', async () => {
    const types = { payment_method_types: ['card'] } as Partial<Stripe.Checkout.SessionCreateParams>;
    expect(await refusal(create(types))).toMatchObject({ code: 'parameter_unknown', param: 'payment_method_types' });
    expect(await refusal(create({ mode: 'subscription' }))).toMatchObject({
      statusCode: 400,
      param: 'line_items[0][price_data]',
    });
    expect(await refusal(create({ ui_mode: 'elements' }))).toMatchObject({ statusCode: 400, param: 'ui_mode' });
    const hosted = await refusal(create({ ui_mode: 'hosted' }));
    expect(hosted.message).toMatch(/^Invalid ui_mode: must be one of/);
  });

  it.each([
    ['usd', 49, "The Checkout Session's total amount due must add up to at least $0.50 usd", 'amount_too_small'],
    ['usd', 0, "The Checkout Session's total amount due must add up to at least $0.50 usd", 'amount_too_small'],
    ['jpy', 49, "The Checkout Session's total amount due must add up to at least ¥50 jpy", 'amount_too_small'],
    ['huf', 17499, "The Checkout Session's total amount due must add up to at least Ft 175.00 huf", 'amount_too_small'],
    [
      'eur',
      100_000_000,
      "The Checkout Session's total amount due must be no more than €999,999.99 eur",
      'amount_too_large',
    ],
    ['kwd', 12_345, 'Invalid amount: in kwd, amounts must be divisible by 10', undefined],
    ['ugx', 250_050, 'Invalid amount: in ugx, amounts must be divisible by 100', undefined],
  ])('keeps the limits: %s %i', async (currency, amount, message, code) => {
    const error = await refusal(world.stripe.checkout.sessions.create(basket(amount, currency)));
    expect(error.message.replace(/\u00a0/g, ' ')).toBe(message);
    expect(error.code).toBe(code);
  });

  it.each([
    ['jpy', 50],
    ['kwd', 12_340],
    ['ugx', 250_000],
    ['kes', 1],
    ['usd', 99_999_999],
  ])('accepts %s %i', async (currency, amount) => {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    expect(session).toMatchObject({ amount_total: amount, currency });
  });

  it('refuses unknown and mixed currencies', async () => {
    const unknown = await refusal(world.stripe.checkout.sessions.create(basket(100, 'xyz')));
    expect(unknown.message).toMatch(/^Invalid currency: xyz\. Stripe currently supports these currencies: usd, /);
    const mixed = [...(basket().line_items ?? []), ...(basket(100, 'eur').line_items ?? [])];
    expect(await refusal(create({ line_items: mixed }))).toMatchObject({ param: 'line_items[currency]' });
  });

  it('lives between 30 minutes and 24 hours', async () => {
    const now = world.clock.seconds;
    const early = await refusal(create({ expires_at: now + 1799 }));
    expect(early).toMatchObject({
      param: 'expires_at',
      message: 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.',
    });
    const late = await refusal(create({ expires_at: now + 86_401 }));
    expect(late.message).toBe('The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.');
    expect((await create({ expires_at: now + 1800 })).expires_at).toBe(now + 1800);
  });

  it('expires when asked, once', async () => {
    const session = await create();
    const expired = await world.stripe.checkout.sessions.expire(session.id, {}, { idempotencyKey: 'exp-1' });
    expect(expired).toMatchObject({ status: 'expired', url: null, payment_status: 'unpaid' });
    const [event] = world.sandbox.stripe.events();
    expect(event).toMatchObject({
      type: 'checkout.session.expired',
      data: { object: { id: session.id, status: 'expired' } },
      request: { id: expired.lastResponse.requestId, idempotency_key: 'exp-1' },
    });
    const again = await refusal(world.stripe.checkout.sessions.expire(session.id));
    expect(again.message).toBe(
      'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session has a status of `expired`.',
    );
    expect(() => world.sandbox.stripe.pay(session.id)).toThrow(/is expired/);
  });

  it('expires by itself at its time: by the next request and by a timer', async () => {
    const first = await create({ expires_at: world.clock.seconds + 1800 });
    const second = await create({ expires_at: world.clock.seconds + 3600 });
    world.clock.advance(1799);
    expect((await world.stripe.checkout.sessions.retrieve(first.id)).status).toBe('open');
    world.clock.advance(1);
    expect((await world.stripe.checkout.sessions.retrieve(first.id)).status).toBe('expired');
    world.clock.advance(1800);
    await until(() => world.sandbox.stripe.session(second.id).status === 'expired');
    expect(eventTypes(world.sandbox)).toEqual(['checkout.session.expired', 'checkout.session.expired']);
  });
});
