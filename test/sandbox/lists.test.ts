import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, refusal, startWorld, type World } from './support.js';

describe('lists', () => {
  let world: World;
  let stripe: Stripe;
  let ids: string[];
  beforeAll(async () => {
    world = await startWorld();
    stripe = world.stripe;
    ids = [];
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      ids.unshift((await stripe.customers.create({ name, email: `${name}@example.com` })).id);
      world.clock.advance(10);
    }
  });
  afterAll(() => world.close());

  const idsOf = (list: { data: { id: string }[] }) => list.data.map(({ id }) => id);

  it('are newest first and come in pages', async () => {
    const all = await stripe.customers.list();
    expect(idsOf(all)).toEqual(ids);
    expect(all).toMatchObject({ object: 'list', has_more: false, url: '/v1/customers' });
    const first = await stripe.customers.list({ limit: 2 });
    expect([idsOf(first), first.has_more]).toEqual([ids.slice(0, 2), true]);
    const last = await stripe.customers.list({ limit: 2, starting_after: ids[3] });
    expect([idsOf(last), last.has_more]).toEqual([ids.slice(4), false]);
    const back = await stripe.customers.list({ limit: 2, ending_before: ids[3] });
    expect([idsOf(back), back.has_more]).toEqual([ids.slice(1, 3), true]);
    const paged: string[] = [];
    for await (const customer of stripe.customers.list({ limit: 2 })) paged.push(customer.id);
    expect(paged).toEqual(ids);
  });

  it('refuse two cursors and limits out of range', async () => {
    const both = await refusal(stripe.customers.list({ starting_after: ids[0], ending_before: ids[1] }));
    expect(both.message).toMatch(/^Received both starting_after and ending_before/);
    const word = await refusal(stripe.customers.list({ limit: 'abc' as unknown as number }));
    expect(word).toMatchObject({ message: 'Invalid integer: abc', code: 'parameter_invalid_integer', param: 'limit' });
    expect((await refusal(stripe.customers.list({ limit: 101 }))).message).toMatch(/less than or equal to 100/);
    expect((await refusal(stripe.customers.list({ limit: 0 }))).message).toMatch(/greater than or equal to 1/);
  });

  it('filter by created and by their own fields', async () => {
    const since = world.clock.seconds - 20;
    expect(idsOf(await stripe.customers.list({ created: { gte: since } }))).toEqual(ids.slice(0, 2));
    expect(idsOf(await stripe.customers.list({ created: { lt: since } }))).toEqual(ids.slice(2));
    expect(idsOf(await stripe.customers.list({ created: since }))).toEqual([ids[1]]);
    expect(idsOf(await stripe.customers.list({ email: 'c@example.com' }))).toEqual([ids[2]]);
  });

  it('of sessions, intents, charges, transactions and events', async () => {
    const customer = String(ids[0]);
    const session = await stripe.checkout.sessions.create({ ...basket(), customer });
    const open = await stripe.checkout.sessions.create(basket());
    const { paymentIntent, charge } = world.sandbox.stripe.pay(session.id);
    const intent = String(paymentIntent?.id);
    world.sandbox.stripe.sweep();

    expect(idsOf(await stripe.checkout.sessions.list({ customer }))).toEqual([session.id]);
    expect(idsOf(await stripe.checkout.sessions.list({ payment_intent: intent }))).toEqual([session.id]);
    expect(idsOf(await stripe.checkout.sessions.list({ status: 'open' }))).toEqual([open.id]);
    expect(idsOf(await stripe.paymentIntents.list({ customer }))).toEqual([intent]);
    expect(idsOf(await stripe.charges.list({ payment_intent: intent }))).toEqual([charge?.id]);
    expect(idsOf(await stripe.charges.list({ customer: 'cus_other' }))).toEqual([]);
    const transactions = await stripe.balanceTransactions.list({ source: charge?.id, expand: ['data.source'] });
    expect(transactions.data[0]?.source).toMatchObject({ id: charge?.id, object: 'charge' });
    expect(idsOf(await stripe.balanceTransactions.list({ type: 'payout' }))).toEqual([]);

    const types = async (params: Stripe.EventListParams) => (await stripe.events.list(params)).data.map((e) => e.type);
    expect(await types({ type: 'charge.*' })).toEqual(['charge.updated', 'charge.succeeded']);
    expect(await types({ types: ['charge.updated', 'payment_intent.created'] })).toEqual([
      'charge.updated',
      'payment_intent.created',
    ]);
    expect(await types({ created: { lt: world.clock.seconds }, limit: 1 })).toEqual(['customer.created']);
  });
});

describe('customers', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.close());

  it('are changed, unset and deleted, and say so in events', async () => {
    const { stripe } = world;
    const { id } = await stripe.customers.create({
      email: 'ada@example.com',
      name: 'Ada',
      metadata: { a: '1', b: '2' },
      address: { city: 'London' },
    });
    const updated = await stripe.customers.update(id, { name: '', metadata: { a: '', c: '3' } });
    expect(updated).toMatchObject({ name: null, email: 'ada@example.com', metadata: { b: '2', c: '3' } });
    expect(updated.address).toEqual({
      city: 'London',
      country: null,
      line1: null,
      line2: null,
      postal_code: null,
      state: null,
    });
    await stripe.customers.update(id, { name: '' });
    expect(await stripe.customers.del(id)).toMatchObject({ id, object: 'customer', deleted: true });
    expect(await stripe.customers.retrieve(id)).toMatchObject({ deleted: true });
    expect(await refusal(stripe.customers.update(id, {}))).toMatchObject({ statusCode: 404, param: 'id' });
    expect((await stripe.customers.list()).data).toEqual([]);

    const events = world.sandbox.stripe.events();
    expect(events.map(({ type }) => type)).toEqual(['customer.created', 'customer.updated', 'customer.deleted']);
    expect(events[1]?.data.previous_attributes).toEqual({ name: 'Ada', metadata: { a: '1', b: '2' } });
    expect((await refusal(stripe.customers.create({ email: 'nonsense' }))).code).toBe('email_invalid');
  });
});
