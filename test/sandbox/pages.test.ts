import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, startWorld, type World } from './support.js';

const card = { email: 'ada@example.com', cardNumber: '4242 4242 4242 4242', cardExpiry: '12 / 34', cardCvc: '123' };

describe('the hosted page', () => {
  let world: World;
  let session: Stripe.Checkout.Session;
  beforeEach(async () => {
    world = await startWorld();
    session = await world.stripe.checkout.sessions.create(basket());
  });
  afterEach(() => world.close());

  const submit = (fields: Record<string, string>) =>
    fetch(String(session.url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });

  it('shows what is bought, the form and a way back', async () => {
    const answer = await fetch(String(session.url));
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/^text\/html/);
    for (const part of [
      'Algebra I',
      '$49.00',
      'id="email"',
      'id="cardNumber"',
      'id="cardExpiry"',
      'id="cardCvc"',
      'id="pay"',
      '4000 0000 0000 9995',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toMatch(/<a id="cancel" href="https:\/\/shop\.example\/basket"/);
    expect(text).not.toMatch(/<script|src=|url\(/);
  });

  it.each([
    ['jpy', 5000, '¥5,000'],
    ['kwd', 12_340, 'KWD&#160;12.340'],
    ['ugx', 250_000, 'UGX&#160;2,500'],
    ['kes', 150_050, 'KES&#160;1,500.50'],
  ])('shows amounts as the currency has them: %s', async (currency, amount, shown) => {
    const { url } = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const text = (await (await fetch(String(url))).text()).replaceAll('\u00a0', '&#160;');
    expect(text).toContain(shown);
  });

  it('escapes what comes from the shop and from the buyer', async () => {
    const params = basket();
    const evil = '"><script>alert(1)</script>';
    params.line_items = [
      { quantity: 2, price_data: { currency: 'usd', unit_amount: 100, product_data: { name: evil } } },
    ];
    session = await world.stripe.checkout.sessions.create(params);
    const text = await (await submit({ ...card, email: evil, cardNumber: evil })).text();
    expect(text).not.toContain('<script>');
    expect(text).toContain('&#60;script&#62;');
  });

  it('takes the money and sends the buyer to the success URL with the session’s id', async () => {
    const answer = await submit(card);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`https://shop.example/thanks?session=${session.id}`);
    const paid = await world.stripe.checkout.sessions.retrieve(session.id);
    expect(paid).toMatchObject({ payment_status: 'paid', customer_details: { email: 'ada@example.com' } });
    expect(paid.success_url).toContain('{CHECKOUT_SESSION_ID}');
    const again = await submit(card);
    expect([again.status, again.headers.get('location')]).toEqual([303, answer.headers.get('location')]);
    expect((await world.stripe.charges.list()).data).toHaveLength(1);
    expect(await (await fetch(`${world.sandbox.url}/stripe/checkout/${session.id}`)).text()).toContain(
      'Payment complete',
    );
  });

  it('shows the decline, keeps what was typed and allows another try', async () => {
    const declined = await submit({ ...card, cardNumber: '4000000000009995' });
    expect(declined.status).toBe(402);
    const text = await declined.text();
    expect(text).toMatch(/role="alert"[^>]*>Your card has insufficient funds\./);
    expect(text).toContain('value="ada@example.com"');
    expect((await submit(card)).status).toBe(303);
  });

  it('checks the form before anything is charged', async () => {
    const answer = await submit({ email: 'x', cardNumber: '42', cardExpiry: '01 / 20', cardCvc: '1' });
    expect(answer.status).toBe(422);
    const text = await answer.text();
    for (const name of ['email', 'cardNumber', 'cardExpiry', 'cardCvc']) expect(text).toContain(`id="${name}-error"`);
    expect(text).toContain('in the past');
    expect(world.sandbox.stripe.events()).toEqual([]);
  });

  it('fills in a test card without charging it', async () => {
    const text = await (await submit({ email: 'ada@example.com', fill: '4000000000000002' })).text();
    expect(text).toContain('value="4000000000000002"');
    expect(text).toContain('value="ada@example.com"');
    expect(world.sandbox.stripe.events()).toEqual([]);
  });

  it('says when the session has expired or never was', async () => {
    const { url } = session;
    world.clock.advance(24 * 3600);
    expect(await (await fetch(String(url))).text()).toContain('This checkout has expired');
    expect((await submit(card)).status).toBe(410);
    expect((await fetch(`${world.sandbox.url}/stripe/checkout/cs_test_none`)).status).toBe(404);
  });
});

it.each(['success?session_id=ps_1', 'cancel', 'methods'])(
  'the shop without a frontend has a page for who comes back to /payment/%s',
  async (page) => {
    const world = await startWorld();
    const answer = await fetch(`${world.sandbox.url}/shop/payment/${page}`);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Back in the shop')]);
    await world.close();
  },
);

describe('the dashboard', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const page = async () => (await fetch(world.sandbox.url)).text();

  it('shows API calls, events and every attempt, and sends an event again', async () => {
    expect(await page()).toContain('Nothing has happened yet.');
    world.receiver.answers.push(500);
    await world.stripe.customers.create({ name: '<b>Ada</b>' }, { idempotencyKey: 'key-1' });
    await world.sandbox.stripe.webhooksIdle();
    const [event] = world.sandbox.stripe.events();
    const text = await page();
    expect(text).toContain('customer.created');
    expect(text).toContain(String(event?.id));
    expect(text).toContain('/v1/customers');
    expect(text).toContain('key key-1');
    expect(text).toContain('<span class="badge bad">500</span>');
    expect(text).toContain('&#60;b&#62;Ada');
    expect(text).not.toContain('<b>Ada');
    expect(text).not.toContain('sk_test_');

    const url = `${world.sandbox.url}/stripe/events/${event?.id}/redeliver`;
    const again = await fetch(url, { method: 'POST', redirect: 'manual' });
    expect([again.status, again.headers.get('location')]).toEqual([303, `/#${event?.id}`]);
    expect(await page()).toContain('Sent again');
    expect((await fetch(`${world.sandbox.url}/stripe/events/evt_none/redeliver`, { method: 'POST' })).status).toBe(404);
  });
});
