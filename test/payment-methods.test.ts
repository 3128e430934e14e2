import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { AddedMethodDto, SavedMethodDto } from '../src/payments/methods/methods.dto.js';
import { answerWith, cutConnection, serverError } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { permutations } from './support/permutations.js';
import { expectStatus, openSchool, type School } from './support/school.js';

const METHODS = '/payments/methods';
const mastercard = '5555555555554444';

let school: School;
let ada: Person;
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
});
endQuietly(() => school);

const add = async (body: object = {}, who = ada, headers?: Record<string, string>) =>
  expectStatus(201, await school.post<AddedMethodDto>(METHODS, body, who.token, headers));
const list = async (who = ada) =>
  expectStatus(200, await school.get<{ data: SavedMethodDto[] }>(METHODS, who.token)).data;
const checkoutOf = async (setupId: string | null) => {
  const [row] = await school.sql<{ reference: string }>('SELECT reference FROM payment_method_setups WHERE id = $1', [
    setupId,
  ]);
  return row!.reference;
};
/** A card saved by way of the hosted page, and heard of by webhook. */
const save = async (card?: string, who = ada) => {
  const { setupId } = await add({}, who);
  const { setupIntent } = school.sandbox.stripe.completeSetup(await checkoutOf(setupId), { card });
  await school.quiet();
  const externalId = setupIntent.payment_method as string;
  const [row] = await school.sql<{ id: string }>('SELECT id FROM payment_methods WHERE external_id = $1', [externalId]);
  return { id: row!.id, externalId };
};
const customerOf = async (who = ada) => {
  const [row] = await school.sql<{ external_id: string }>(
    'SELECT external_id FROM provider_customers WHERE user_id = $1',
    [who.id],
  );
  return row!.external_id;
};
const remove = (id: string, who = ada) => school.request<{ code: string }>('DELETE', `${METHODS}/${id}`, who);
const makeDefault = (id: string, who = ada) => school.post<SavedMethodDto>(`${METHODS}/${id}/default`, {}, who.token);
const shown = (methods: SavedMethodDto[]) => methods.map(({ id, isDefault }) => [id, isDefault]);

describe("a card is saved on the provider's page", () => {
  it('by a person who is sent there and back; the first is the default', async () => {
    const returnUrl = 'http://localhost:3000/cards?done={CHECKOUT_SESSION_ID}';
    const { setupId, redirectUrl, method } = await add({ returnUrl });
    expect([setupId, method]).toEqual([expect.stringMatching(/^pms_/), null]);
    expect(await list()).toEqual([]);
    const fields = { email: ada.email, cardNumber: mastercard, cardExpiry: '02 / 31', cardCvc: '987' };
    const page = await fetch(String(redirectUrl), {
      method: 'POST',
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect([page.status, page.headers.get('location')]).toEqual([
      303,
      `http://localhost:3000/cards?done=${await checkoutOf(setupId)}`,
    ]);
    await school.quiet();
    const [saved, ...others] = await list();
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
    const { setupId } = await add();
    const checkout = await checkoutOf(setupId);
    expect(await list()).toEqual([]);
    school.sandbox.stripe.completeSetup(checkout);
    expect(await list()).toMatchObject([{ last4: '4242', isDefault: true }]);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await list()).toHaveLength(1);
  });

  it('and is listed still when the provider cannot be asked', async () => {
    const { id } = await save();
    await add();
    school.sandbox.stripe.intercept({ path: /^\/v1\/checkout\/sessions\/cs_/, times: Infinity }, serverError());
    expect(shown(await list())).toEqual([[id, true]]);
  });

  const told = ['checkout.session.completed', 'setup_intent.succeeded', 'payment_method.attached'];
  it.each([...permutations(told)])('once, however often the events come: %s, %s, %s', async (...order: string[]) => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await add();
    school.sandbox.stripe.completeSetup(await checkoutOf(setupId));
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
    expect(await list()).toMatchObject([{ last4: '4242', isDefault: true }]);
  });

  it('and found by a job when no webhook ever comes', async () => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await add();
    const [, lost] = [await add(), await add()];
    const checkout = await checkoutOf(setupId);
    school.sandbox.stripe.completeSetup(checkout);
    school.sandbox.stripe.expire(await checkoutOf(lost.setupId));
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
    const { setupId } = await add();
    const checkout = await checkoutOf(setupId);
    expect(school.sandbox.stripe.completeSetup(checkout, { card: '4000000000000002' }).outcome).toBe('declined');
    await school.quiet();
    expect(await list()).toEqual([]);
    school.sandbox.stripe.expire(checkout);
    await school.quiet();
    expect(await list()).toEqual([]);
    expect(
      await school.sql('SELECT concluded_at FROM payment_method_setups WHERE id = $1 AND concluded_at IS NULL', [
        setupId,
      ]),
    ).toEqual([]);
  });

  it('after the bank has asked', async () => {
    const { setupId } = await add();
    const checkout = await checkoutOf(setupId);
    const { setupIntent } = school.sandbox.stripe.completeSetup(checkout, { card: '4000002760003184' });
    expect(await list()).toEqual([]);
    school.sandbox.stripe.authenticate(setupIntent.id, 'complete');
    expect(await list()).toMatchObject([{ last4: '3184' }]);
  });

  it('and its number is nowhere', async () => {
    await save('378282246310005');
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
    const first = await add({}, ada, headers);
    expect(await add({}, ada, headers)).toEqual(first);
    const begun = await stripe.checkout.sessions.list({ customer: await customerOf() });
    expect(begun.data.map(({ url }) => url)).toEqual([first.redirectUrl]);
  });

  it('goes on under its key after the provider was down', async () => {
    const headers = { 'idempotency-key': 'card-2' };
    const up = school.sandbox.stripe.intercept({ path: '/v1/checkout/sessions', times: Infinity }, serverError());
    const down = await school.post<{ code: string }>(METHODS, {}, ada.token, headers);
    expect([down.status, down.body.code]).toEqual([502, 'PAYMENT_GATEWAY_ERROR']);
    up();
    school.clock.advance(120);
    const { redirectUrl } = await add({}, ada, headers);
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
    await add();
    const paymentMethodId = await setUp(await customerOf());
    const first = await add({ paymentMethodId });
    expect(first).toMatchObject({ setupId: null, redirectUrl: null, method: { last4: '4242', isDefault: true } });
    expect(await add({ paymentMethodId })).toEqual(first);
    await school.quiet();
    expect(shown(await list())).toEqual([[first.method!.id, true]]);
  });

  it('is kept for its person when it was set up without a customer', async () => {
    const paymentMethodId = await setUp();
    const { method } = await add({ paymentMethodId });
    expect(await stripe.paymentMethods.retrieve(paymentMethodId)).toMatchObject({ customer: await customerOf() });
    expect(shown(await list())).toEqual([[method!.id, true]]);
  });

  it("is refused when it is another's, unknown, or was never set up", async () => {
    const eve = await person(school);
    await add();
    const hers = await setUp(await customerOf());
    const { id: neverSetUp } = await stripe.paymentMethods.retrieve('pm_card_visa');
    for (const paymentMethodId of [hers, neverSetUp, 'pm_none', 'pm_card_visa']) {
      const { status, body } = await school.post<{ code: string }>(METHODS, { paymentMethodId }, eve.token);
      expect([paymentMethodId, status, body.code]).toEqual([paymentMethodId, 404, 'NOT_FOUND']);
    }
    await school.quiet();
    expect(await list(eve)).toEqual([]);
    // Heard of by webhook, and hers alone.
    expect(await list()).toMatchObject([{ last4: '4242' }]);
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
    expect([...(await list(ada)), ...(await list(eve))]).toHaveLength(1);
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
    expect(await list()).toEqual([]);
  });
});

describe('a saved card', () => {
  it("is nobody else's", async () => {
    const eve = await person(school);
    const { id } = await save();
    await save(mastercard, eve);
    for (const answer of [await remove(id, eve), await makeDefault(id, eve), await remove('pmt_none')]) {
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([404, 'NOT_FOUND']);
    }
    expect(shown(await list())).toEqual([[id, true]]);
    expect(await list(eve)).toMatchObject([{ brand: 'mastercard', isDefault: true }]);
  });

  it('is removed at the provider too, and the newest of the others becomes the default', async () => {
    const [first, second, third] = [await save(), await save(mastercard), await save('378282246310005')];
    expect(shown(await list())).toEqual([
      [first.id, true],
      [third.id, false],
      [second.id, false],
    ]);
    expect((await remove(first.id)).status).toBe(204);
    expect(await stripe.paymentMethods.retrieve(first.externalId)).toMatchObject({ customer: null });
    await school.quiet();
    expect(shown(await list())).toEqual([
      [third.id, true],
      [second.id, false],
    ]);
    expect((await remove(first.id)).status).toBe(404);
    expect((await makeDefault(first.id)).status).toBe(404);
    for (const { id } of [second, third]) expect((await remove(id)).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it('stays when the provider is down', async () => {
    const { id, externalId } = await save();
    const down = { path: `/v1/payment_methods/${externalId}/detach`, times: Infinity };
    const up = school.sandbox.stripe.intercept(down, serverError());
    const answer = await remove(id);
    expect([answer.status, answer.body.code]).toEqual([502, 'PAYMENT_GATEWAY_ERROR']);
    expect(shown(await list())).toEqual([[id, true]]);
    up();
    school.clock.advance(120);
    expect((await remove(id)).status).toBe(204);
    expect(await list()).toEqual([]);
  });

  it('is removed although the provider has forgotten it already', async () => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await add();
    const { setupIntent } = school.sandbox.stripe.completeSetup(await checkoutOf(setupId));
    const [method] = await list();
    await stripe.paymentMethods.detach(setupIntent.payment_method as string);
    expect((await remove(method!.id)).status).toBe(204);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await list()).toEqual([]);
  });

  it("goes when it is taken away in the provider's dashboard, even if its coming is heard of later", async () => {
    const [first, second] = [await save(), await save(mastercard)];
    await stripe.paymentMethods.detach(first.externalId);
    await school.quiet();
    expect(shown(await list())).toEqual([[second.id, true]]);

    school.sandbox.stripe.pauseWebhooks();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: await customerOf() });
    await stripe.paymentMethods.detach(id);
    await school.sandbox.stripe.deliverNow('payment_method.detached');
    await school.settle();
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(shown(await list())).toEqual([[second.id, true]]);
    expect(
      await school.sql('SELECT removed_at IS NOT NULL AS removed FROM payment_methods WHERE external_id = $1', [id]),
    ).toEqual([{ removed: true }]);
  });

  it('follows its renewal, whichever of two is heard of last', async () => {
    const { id, externalId } = await save();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.renewCard(externalId, { expMonth: 1, expYear: 2036, last4: '1111' });
    school.sandbox.stripe.renewCard(externalId, { expMonth: 5, expYear: 2038, last4: '2222' });
    const [older, newer] = school.sandbox.stripe
      .events()
      .filter(({ type }) => type === 'payment_method.automatically_updated')
      .slice(-2);
    for (const event of [newer, older]) {
      await school.sandbox.stripe.deliverNow(event!.id);
      await school.settle();
    }
    expect(await list()).toMatchObject([{ id, last4: '2222', expMonth: 5, expYear: 2038 }]);
  });

  it('is of no interest when it belongs to a customer of somebody else', async () => {
    const customer = await stripe.customers.create();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await stripe.paymentMethods.detach(id);
    await school.quiet();
    expect(await school.sql('SELECT 1 FROM payment_methods WHERE external_id = $1', [id])).toEqual([]);
    const statuses = await school.sql(
      "SELECT DISTINCT status FROM provider_events WHERE type LIKE 'payment_method.%' AND body LIKE '%' || $1 || '%'",
      [id],
    );
    expect(statuses).toEqual([{ status: 'UNMATCHED' }]);
  });
});

describe('the default', () => {
  it('is exactly one, however many are chosen at once', async () => {
    const saved = [await save(), await save(mastercard), await save('378282246310005')];
    const answers = await Promise.all([...saved, ...saved, ...saved].map(({ id }) => makeDefault(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
    const listed = await list();
    expect(listed.map(({ isDefault }) => isDefault)).toEqual([true, false, false]);
  });

  it('is chosen, and stays chosen when it is chosen again', async () => {
    const [first, second] = [await save(), await save(mastercard)];
    for (let time = 0; time < 2; time += 1) {
      expect(expectStatus(200, await makeDefault(second.id))).toMatchObject({ id: second.id, isDefault: true });
    }
    expect(shown(await list())).toEqual([
      [second.id, true],
      [first.id, false],
    ]);
  });

  it('is one of two first cards that are saved at once', async () => {
    const setups = [await add(), await add(), await add()];
    for (const { setupId } of setups) school.sandbox.stripe.completeSetup(await checkoutOf(setupId));
    await school.quiet();
    expect((await list()).map(({ isDefault }) => isDefault)).toEqual([true, false, false]);
  });

  it('passes on when it is removed while another is chosen', async () => {
    const [first, second] = [await save(), await save(mastercard)];
    const [removed, chosen] = await Promise.all([remove(first.id), makeDefault(second.id)]);
    expect([removed.status, chosen.status]).toEqual([204, 200]);
    expect(shown(await list())).toEqual([[second.id, true]]);
  });
});
