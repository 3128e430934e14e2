import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { billing, call, integration, intend, order, startPaymob, type World } from './paymob-support.js';

describe('Paymob intentions', () => {
  let world: World;
  beforeEach(async () => {
    world = await startPaymob();
  });
  afterEach(() => world.close());

  const create = (changes: Record<string, unknown>) => call(world, 'POST', '/v1/intention/', order(world, changes));
  const nothingMade = () => expect(world.paymob.intentions()).toEqual([]);

  it('are made as asked for', async () => {
    const { status, body } = await call(world, 'POST', '/v1/intention/', order(world));
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: expect.stringMatching(/^pi_test_[0-9a-f]{32}$/),
      client_secret: expect.stringMatching(/^egy_csk_test_[0-9a-f]{32}$/),
      intention_order_id: expect.any(Number),
      payment_keys: [{ integration, order_id: body.intention_order_id }],
      intention_detail: {
        amount: 150_050,
        currency: 'EGP',
        items: [{ name: 'Algebra I', amount: 150_050, quantity: 1 }],
        billing_data: { ...billing, city: 'NA' },
      },
      special_reference: 'payment-1',
      extras: { creation_extras: { payment: 'payment-1' } },
      confirmed: false,
      status: 'intended',
      created: '2026-11-20T10:00:00.000Z',
    });
    expect(world.paymob.intentions()).toEqual([body]);
    expect(world.paymob.transactions()).toEqual([]);
  });

  it('are made twice when they are asked for twice, under the same reference', async () => {
    const [one, other] = [await intend(world), await intend(world)];
    expect(other.id).not.toBe(one.id);
    expect(other.intention_order_id).toBeGreaterThan(one.intention_order_id);
    expect(other.special_reference).toBe(one.special_reference);
    expect(world.paymob.intentions()).toHaveLength(2);
  });

  it('need no items, reference, extras or addresses', async () => {
    const bare = { amount: 1, currency: 'EGP', payment_methods: [integration], billing_data: billing };
    const { status, body } = await call(world, 'POST', '/v1/intention/', bare);
    expect([status, body.special_reference]).toEqual([201, null]);
    const { transaction, redirect } = world.paymob.pay(Number(body.intention_order_id));
    await world.paymob.callbacks.idle();
    expect([transaction.success, redirect, world.school.callbacks]).toEqual([true, null, []]);
  });

  it.each<[string, Record<string, unknown>, object]>([
    ['no amount', { amount: undefined }, { amount: ['This field is required.'] }],
    ['an amount in words', { amount: '150050' }, { amount: ['A valid integer is required.'] }],
    ['a broken amount', { amount: 1500.5 }, { amount: ['A valid integer is required.'] }],
    ['nothing to pay', { amount: 0 }, { amount: ['Ensure this value is greater than or equal to 1.'] }],
    ['no currency', { currency: undefined }, { currency: ['This field is required.'] }],
    ['another currency', { currency: 'USD' }, { currency: ['The integration takes EGP, not USD.'] }],
    ['the currency in small letters', { currency: 'egp' }, { currency: ['The integration takes EGP, not egp.'] }],
    ['no methods', { payment_methods: undefined }, { payment_methods: ['This field is required.'] }],
    ['an empty list of methods', { payment_methods: [] }, { payment_methods: ['This list may not be empty.'] }],
    [
      'items that sum to something else',
      { items: [{ name: 'Algebra I', amount: 150_000 }] },
      { items: ['The sum of all item amounts must equal the total transaction amount.'] },
    ],
    ['an item without a name', { items: [{ amount: 150_050 }] }, { items: { name: ['This field is required.'] } }],
    ['an item without an amount', { items: [{ name: 'x' }] }, { items: { amount: ['This field is required.'] } }],
    ['no buyer', { billing_data: undefined }, { billing_data: ['This field is required.'] }],
    [
      'a buyer without a phone and with a blank name',
      { billing_data: { ...billing, phone_number: undefined, first_name: ' ' } },
      { billing_data: { first_name: ['This field may not be blank.'], phone_number: ['This field is required.'] } },
    ],
    [
      'a buyer whose address is none',
      { billing_data: { ...billing, email: 'amina' } },
      { billing_data: { email: ['Enter a valid email address.'] } },
    ],
    ['no time', { expiration: 0 }, { expiration: ['Ensure this value is greater than or equal to 1.'] }],
    [
      'addresses that are none, both at once',
      { notification_url: 'school', redirection_url: 'ftp://school.example' },
      { notification_url: ['Enter a valid URL.'], redirection_url: ['Enter a valid URL.'] },
    ],
  ])('are refused with %s', async (_, changes, errors) => {
    expect(await create(changes)).toEqual({ status: 400, body: errors });
    nothingMade();
  });

  it.each([[[integration, 1]], [['card']], [[String(integration)]]])(
    'are refused with integrations that are not known: %j',
    async (methods) => {
      const { status, body } = await create({ payment_methods: methods });
      expect(status).toBe(404);
      expect(body.detail).toMatch(/^Integration ID\/Name does not exist in our system/);
      nothingMade();
    },
  );

  it('count an item once, whatever its quantity', async () => {
    const items = [
      { name: 'Algebra I', amount: 100_000, quantity: 3 },
      { name: 'Algebra II', amount: 50_050, quantity: 1 },
    ];
    expect((await create({ items })).status).toBe(201);
  });

  it.each([
    ['', 'Authentication credentials were not provided.'],
    ['Bearer egy_sk_test_x', 'Authentication credentials were not provided.'],
    ['Token egy_sk_test_x', 'Invalid token.'],
  ])('are refused to who sends %j', async (authorization, detail) => {
    const answer = await call(world, 'POST', '/v1/intention/', order(world), authorization);
    expect(answer).toEqual({ status: 401, body: { detail } });
    nothingMade();
  });

  it('are asked for in JSON, at their address, by POST', async () => {
    expect((await call(world, 'POST', '/v1/intention/', '{ amount')).status).toBe(400);
    expect((await call(world, 'POST', '/v1/intention/', '[]')).status).toBe(400);
    expect(await call(world, 'GET', '/v1/intention/')).toEqual({
      status: 405,
      body: { detail: 'Method "GET" not allowed.' },
    });
    expect(await call(world, 'POST', '/v1/nothing', {})).toEqual({ status: 404, body: { detail: 'Not found.' } });
    nothingMade();
  });

  it('are shown among the calls, without the key', async () => {
    await intend(world);
    const [request] = world.paymob.requests();
    expect(request).toMatchObject({ method: 'POST', path: '/paymob/v1/intention/', status: 201, body: order(world) });
    expect(request?.headers.authorization).toBe('(not shown)');
  });
});
