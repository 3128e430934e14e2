import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { answerWith, cutConnection, serverError } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { SavedMethods, METHODS, mastercard, shown } from './support/saved-methods.js';

let school: School;
let ada: Person;
let cards: SavedMethods;
/** Stripe as a frontend or a dashboard uses it. */
let stripe: Stripe;

beforeAll(async () => {
  school = await openSchool();
  const { port } = school.sandbox;
  stripe = new Stripe('sk_test_of_the_tests', { host: '127.0.0.1', port, protocol: 'http', maxNetworkRetries: 0 });
});
afterAll(() => school.close());
beforeEach(async () => {
  ada = await person(school);
  cards = new SavedMethods(school, ada);
});
endQuietly(() => school);

describe("a card is saved on the provider's page", () => {
  it('by a person who is sent there and back; the first is the default', async () => {
    const returnUrl = 'http://localhost:3000/cards?done={CHECKOUT_SESSION_ID}';
    const { setupId, redirectUrl, method } = await cards.add({ returnUrl });
    expect([setupId, method]).toEqual([expect.stringMatching(/^pms_/), null]);
    expect(await cards.list()).toEqual([]);
    const fields = { email: ada.email, cardNumber: mastercard, cardExpiry: '02 / 31', cardCvc: '987' };
    const page = await fetch(String(redirectUrl), {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      `http://localhost:3000/cards?done=${await cards.checkoutOf(setupId)}`,
    ]);
    await school.quiet();
    const [saved, ...others] = await cards.list();
    expect(saved).toEqual({
      id: expect.stringMatching(/^pmt_/),
      provider: 'STRIPE',
      type: 'card',
      brand: 'mastercard',
      last4: '4444',
      expMonth: 2,
      expYear: 2031,
      isDefault: true,
      createdAt: expect.any(String),
    });
    expect(others).toEqual([]);
    expect(
      await school.sql(
        'SELECT concluded_at IS NOT NULL AS concluded, next_check_at FROM payment_method_setups WHERE id = $1',
        [setupId],
      ),
    ).toEqual([{ concluded: true, next_check_at: null }]);
  });

  it('and is there for the page that they return to, before any webhook', async () => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await cards.add();
    const checkout = await cards.checkoutOf(setupId);
    expect(await cards.list()).toEqual([]);
    school.sandbox.stripe.completeSetup(checkout);
    expect(await cards.list()).toMatchObject([{ last4: '4242', isDefault: true }]);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await cards.list()).toHaveLength(1);
  });

  it('and is listed still when the provider cannot be asked', async () => {
    const { id } = await cards.save();
    await cards.add();
    school.sandbox.stripe.intercept({ path: /^\/v1\/checkout\/sessions\/cs_/, times: Infinity }, serverError());
    expect(shown(await cards.list())).toEqual([[id, true]]);
  });

  const told = ['checkout.session.completed', 'setup_intent.succeeded', 'payment_method.attached'];
  it.each([...permutations(told)])('once, however often the events come: %s, %s, %s', async (...order: string[]) => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await cards.add();
    school.sandbox.stripe.completeSetup(await cards.checkoutOf(setupId));
    for (const type of order) {
      await school.sandbox.stripe.deliverNow(type);
      await school.settle();
      const rows = await school.sql('SELECT is_default FROM payment_methods WHERE user_id = $1', [ada.id]);
      expect([type, rows]).toEqual([type, [{ is_default: true }]]);
    }
    school.sandbox.stripe.resumeWebhooks();
    const events = school.sandbox.stripe.events().slice(-3);
    for (const event of events) {
      await school.sandbox.stripe.redeliver(event.id);
      // The same change told by another event.
      school.sandbox.stripe.emit(event.type, event.data.object);
    }
    await school.quiet();
    expect(await cards.list()).toMatchObject([{ last4: '4242', isDefault: true }]);
  });

  it('and found by a job when no webhook ever comes', async () => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await cards.add();
    const [, lost] = [await cards.add(), await cards.add()];
    const checkout = await cards.checkoutOf(setupId);
    school.sandbox.stripe.completeSetup(checkout);
    school.sandbox.stripe.expire(await cards.checkoutOf(lost.setupId));
    school.clock.advance(601);
    await school.settle();
    const rows = await school.sql('SELECT last4 FROM payment_methods WHERE user_id = $1', [ada.id]);
    expect(rows).toEqual([{ last4: '4242' }]);
    const open = await school.sql('SELECT id FROM payment_method_setups WHERE user_id = $1 AND concluded_at IS NULL', [
      ada.id,
    ]);
    expect(open).toHaveLength(1);
  });

  it('or is not, when the bank says no or the person leaves', async () => {
    const { setupId } = await cards.add();
    const checkout = await cards.checkoutOf(setupId);
    expect(school.sandbox.stripe.completeSetup(checkout, { card: '4000000000000002' }).outcome).toBe('declined');
    await school.quiet();
    expect(await cards.list()).toEqual([]);
    school.sandbox.stripe.expire(checkout);
    await school.quiet();
    expect(await cards.list()).toEqual([]);
    expect(
      await school.sql('SELECT concluded_at FROM payment_method_setups WHERE id = $1 AND concluded_at IS NULL', [
        setupId,
      ]),
    ).toEqual([]);
  });

  it('after the bank has asked', async () => {
    const { setupId } = await cards.add();
    const checkout = await cards.checkoutOf(setupId);
    const { setupIntent } = school.sandbox.stripe.completeSetup(checkout, { card: '4000002760003184' });
    expect(await cards.list()).toEqual([]);
    school.sandbox.stripe.authenticate(setupIntent.id, 'complete');
    expect(await cards.list()).toMatchObject([{ last4: '3184' }]);
  });

  it('and its number is nowhere', async () => {
    await cards.save('378282246310005');
    const tables = await school.sql<{ name: string }>(
      "SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public'",
    );
    expect(tables.length).toBeGreaterThan(20);
    for (const { name } of tables) {
      const found = await school.sql(`SELECT 1 FROM ${name} AS r WHERE r::text ~ '378282246310005|8282.{0,3}2463'`);
      expect([name, found]).toEqual([name, []]);
    }
  });
});

describe('a setup', () => {
  it('is begun once under one Idempotency-Key, also when the answer is lost on its way', async () => {
    const headers = { 'idempotency-key': 'card-1' };
    school.sandbox.stripe.intercept({ path: '/v1/checkout/sessions' }, cutConnection('after'));
    const first = await cards.add({}, ada, headers);
    expect(await cards.add({}, ada, headers)).toEqual(first);
    const begun = await stripe.checkout.sessions.list({ customer: await cards.customerOf() });
    expect(begun.data.map(({ url }) => url)).toEqual([first.redirectUrl]);
  });

  it('goes on under its key after the provider was down', async () => {
    const headers = { 'idempotency-key': 'card-2' };
    const up = school.sandbox.stripe.intercept({ path: '/v1/checkout/sessions', times: Infinity }, serverError());
    const down = await school.post<{ code: string }>(METHODS, {}, ada.token, headers);
    expect([down.status, down.body.code]).toEqual([502, 'PAYMENT_GATEWAY_ERROR']);
    up();
    school.clock.advance(120);
    const { redirectUrl } = await cards.add({}, ada, headers);
    expect(redirectUrl).toContain('/stripe/checkout/');
    expect(await school.sql('SELECT 1 FROM payment_method_setups WHERE user_id = $1', [ada.id])).toHaveLength(1);
  });

  it('sends nobody to a stranger', async () => {
    const answer = await school.post<{ code: string }>(METHODS, { returnUrl: 'https://evil.example/' }, ada.token);
    expect([answer.status, answer.body.code]).toEqual([400, 'RETURN_URL_NOT_ALLOWED']);
    for (const body of [{ card: '4242424242424242' }, { paymentMethodId: 'card_1' }, { paymentMethodId: 'pm_/../x' }]) {
      const { status } = await school.post(METHODS, body, ada.token);
      expect([body, status]).toEqual([body, 400]);
    }
    expect(await school.sql('SELECT 1 FROM payment_method_setups WHERE user_id = $1', [ada.id])).toEqual([]);
  });
});

describe('a card that a frontend has set up by itself', () => {
  const setUp = async (customer?: string) => {
    const intent = await stripe.setupIntents.create({
      ...(customer && { customer }),
      confirm: true,
      payment_method: 'pm_card_visa',
      return_url: 'https://shop.example/back',
    });
    return intent.payment_method as string;
  };

  it('is saved by its id, once', async () => {
    await cards.add();
    const paymentMethodId = await setUp(await cards.customerOf());
    const first = await cards.add({ paymentMethodId });
    expect(first).toMatchObject({ setupId: null, redirectUrl: null, method: { last4: '4242', isDefault: true } });
    expect(await cards.add({ paymentMethodId })).toEqual(first);
    await school.quiet();
    expect(shown(await cards.list())).toEqual([[first.method!.id, true]]);
  });

  it('is kept for its person when it was set up without a customer', async () => {
    const paymentMethodId = await setUp();
    const { method } = await cards.add({ paymentMethodId });
    expect(await stripe.paymentMethods.retrieve(paymentMethodId)).toMatchObject({ customer: await cards.customerOf() });
    expect(shown(await cards.list())).toEqual([[method!.id, true]]);
  });

  it("is refused when it is another's, unknown, or was never set up", async () => {
    const eve = await person(school);
    await cards.add();
    const hers = await setUp(await cards.customerOf());
    const { id: neverSetUp } = await stripe.paymentMethods.retrieve('pm_card_visa');
    for (const paymentMethodId of [hers, neverSetUp, 'pm_none', 'pm_card_visa']) {
      const { status, body } = await school.post<{ code: string }>(METHODS, { paymentMethodId }, eve.token);
      expect([paymentMethodId, status, body.code]).toEqual([paymentMethodId, 404, 'NOT_FOUND']);
    }
    await school.quiet();
    expect(await cards.list(eve)).toEqual([]);
    // Heard of by webhook, and hers alone.
    expect(await cards.list()).toMatchObject([{ last4: '4242' }]);
  });

  it('goes to one of two who claim it at once', async () => {
    const eve = await person(school);
    const paymentMethodId = await setUp();
    const answers = await Promise.all(
      [ada, eve].map((who) => school.post<{ code: string }>(METHODS, { paymentMethodId }, who.token)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.toSorted()[0]).toBe(201);
    expect(statuses.filter((status) => status === 201)).toHaveLength(1);
    expect([...(await cards.list(ada)), ...(await cards.list(eve))]).toHaveLength(1);
  });

  it('is refused in words when the bank says no, and with 502 when Stripe does not answer', async () => {
    const paymentMethodId = await setUp();
    const error = { type: 'card_error', code: 'card_declined', decline_code: 'insufficient_funds', message: 'No.' };
    school.sandbox.stripe.intercept({ path: /attach$/ }, answerWith(402, { error }));
    const refused = await school.post<{ code: string; detail: string }>(METHODS, { paymentMethodId }, ada.token);
    expect([refused.status, refused.body.code]).toEqual([402, 'PAYMENT_METHOD_REFUSED']);
    expect(refused.body.detail).toBe('The card has insufficient funds');
    school.sandbox.stripe.intercept({ path: /attach$/, times: Infinity }, serverError());
    expect((await school.post(METHODS, { paymentMethodId }, ada.token)).status).toBe(502);
    expect(await cards.list()).toEqual([]);
  });
});
