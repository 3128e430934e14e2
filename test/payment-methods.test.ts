import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { SavedMethodDto } from '../src/payments/methods/methods.dto.js';
import { serverError } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
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

const remove = (id: string, who = ada) => school.request<{ code: string }>('DELETE', `${METHODS}/${id}`, who);
const makeDefault = (id: string, who = ada) => school.post<SavedMethodDto>(`${METHODS}/${id}/default`, {}, who.token);

describe('a saved card', () => {
  it("is nobody else's", async () => {
    const eve = await person(school);
    const { id } = await cards.save();
    await cards.save(mastercard, eve);
    for (const answer of [await remove(id, eve), await makeDefault(id, eve), await remove('pmt_none')]) {
      expect([answer.status, (answer.body as { code?: string }).code]).toEqual([404, 'NOT_FOUND']);
    }
    expect(shown(await cards.list())).toEqual([[id, true]]);
    expect(await cards.list(eve)).toMatchObject([{ brand: 'mastercard', isDefault: true }]);
  });

  it('is removed at the provider too, and the newest of the others becomes the default', async () => {
    const [first, second, third] = [
      await cards.save(),
      await cards.save(mastercard),
      await cards.save('378282246310005'),
    ];
    expect(shown(await cards.list())).toEqual([
      [first.id, true],
      [third.id, false],
      [second.id, false],
    ]);
    expect((await remove(first.id)).status).toBe(204);
    expect(await stripe.paymentMethods.retrieve(first.externalId)).toMatchObject({ customer: null });
    await school.quiet();
    expect(shown(await cards.list())).toEqual([
      [third.id, true],
      [second.id, false],
    ]);
    expect((await remove(first.id)).status).toBe(404);
    expect((await makeDefault(first.id)).status).toBe(404);
    for (const { id } of [second, third]) expect((await remove(id)).status).toBe(204);
    expect(await cards.list()).toEqual([]);
  });

  it('stays when the provider is down', async () => {
    const { id, externalId } = await cards.save();
    const down = { path: `/v1/payment_methods/${externalId}/detach`, times: Infinity };
    const up = school.sandbox.stripe.intercept(down, serverError());
    const answer = await remove(id);
    expect([answer.status, answer.body.code]).toEqual([502, 'PAYMENT_GATEWAY_ERROR']);
    expect(shown(await cards.list())).toEqual([[id, true]]);
    up();
    school.clock.advance(120);
    expect((await remove(id)).status).toBe(204);
    expect(await cards.list()).toEqual([]);
  });

  it('is removed although the provider has forgotten it already', async () => {
    school.sandbox.stripe.pauseWebhooks();
    const { setupId } = await cards.add();
    const { setupIntent } = school.sandbox.stripe.completeSetup(await cards.checkoutOf(setupId));
    const [method] = await cards.list();
    await stripe.paymentMethods.detach(setupIntent.payment_method as string);
    expect((await remove(method!.id)).status).toBe(204);
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(await cards.list()).toEqual([]);
  });

  it("goes when it is taken away in the provider's dashboard, even if its coming is heard of later", async () => {
    const [first, second] = [await cards.save(), await cards.save(mastercard)];
    await stripe.paymentMethods.detach(first.externalId);
    await school.quiet();
    expect(shown(await cards.list())).toEqual([[second.id, true]]);

    school.sandbox.stripe.pauseWebhooks();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: await cards.customerOf() });
    await stripe.paymentMethods.detach(id);
    await school.sandbox.stripe.deliverNow('payment_method.detached');
    await school.settle();
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect(shown(await cards.list())).toEqual([[second.id, true]]);
    expect(
      await school.sql('SELECT removed_at IS NOT NULL AS removed FROM payment_methods WHERE external_id = $1', [id]),
    ).toEqual([{ removed: true }]);
  });

  it('follows its renewal, whichever of two is heard of last', async () => {
    const { id, externalId } = await cards.save();
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
    expect(await cards.list()).toMatchObject([{ id, last4: '2222', expMonth: 5, expYear: 2038 }]);
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
    const saved = [await cards.save(), await cards.save(mastercard), await cards.save('378282246310005')];
    const answers = await Promise.all([...saved, ...saved, ...saved].map(({ id }) => makeDefault(id)));
    expect(answers.map(({ status }) => status)).toEqual(Array(9).fill(200));
    const listed = await cards.list();
    expect(listed.map(({ isDefault }) => isDefault)).toEqual([true, false, false]);
  });

  it('is chosen, and stays chosen when it is chosen again', async () => {
    const [first, second] = [await cards.save(), await cards.save(mastercard)];
    for (let time = 0; time < 2; time += 1) {
      expect(expectStatus(200, await makeDefault(second.id))).toMatchObject({ id: second.id, isDefault: true });
    }
    expect(shown(await cards.list())).toEqual([
      [second.id, true],
      [first.id, false],
    ]);
  });

  it('is one of two first cards that are saved at once', async () => {
    const setups = [await cards.add(), await cards.add(), await cards.add()];
    for (const { setupId } of setups) school.sandbox.stripe.completeSetup(await cards.checkoutOf(setupId));
    await school.quiet();
    expect((await cards.list()).map(({ isDefault }) => isDefault)).toEqual([true, false, false]);
  });

  it('passes on when it is removed while another is chosen', async () => {
    const [first, second] = [await cards.save(), await cards.save(mastercard)];
    const [removed, chosen] = await Promise.all([remove(first.id), makeDefault(second.id)]);
    expect([removed.status, chosen.status]).toEqual([204, 200]);
    expect(shown(await cards.list())).toEqual([[second.id, true]]);
  });
});
