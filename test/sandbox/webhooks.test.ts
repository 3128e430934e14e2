import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { webhookBody } from '../../src/sandbox/stripe/webhook-body.js';
import { basket, startReceiver, startWorld, until, webhookSecret, type Received, type World } from './support.js';

function verified(world: World, { headers, body }: Received, secret = webhookSecret): Stripe.Event {
  const signature = String(headers['stripe-signature']);
  const receivedAt = Math.floor(world.clock.seconds * 1000);
  return world.stripe.webhooks.constructEvent(body, signature, secret, 300, undefined, receivedAt);
}

describe('webhook bodies', () => {
  it('are formatted like Stripe’s: no parsing and stringifying gives the same bytes', () => {
    const event = { id: 'evt_1', empty: {}, none: [], nested: { list: [1, { a: {} }], text: 'Größe “é”\n' } };
    expect(webhookBody(event)).toBe(
      [
        '{',
        '  "id": "evt_1",',
        '  "empty": {',
        '  },',
        '  "none": [',
        '',
        '  ],',
        '  "nested": {',
        '    "list": [',
        '      1,',
        '      {',
        '        "a": {',
        '        }',
        '      }',
        '    ],',
        '    "text": "Größe “é”\\n"',
        '  }',
        '}',
      ].join('\n'),
    );
  });
});

describe('webhooks', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ stripe: { webhookTimeout: 150 } });
  });
  afterEach(() => world.close());

  const customer = (name = 'Ada') => world.stripe.customers.create({ name });
  const typesReceived = () => world.receiver.received.map((each) => verified(world, each).type);

  it('arrive signed, over the raw bytes, with Stripe’s headers and envelope', async () => {
    const { id, lastResponse } = await world.stripe.customers.create({ name: 'Zoë' }, { idempotencyKey: 'key-1' });
    await world.sandbox.stripe.webhooksIdle();
    const [received] = world.receiver.received;
    if (!received) throw new Error('Nothing arrived.');
    const event = verified(world, received);
    expect(event).toMatchObject({
      object: 'event',
      api_version: Stripe.API_VERSION,
      created: world.clock.seconds,
      data: { object: { id, object: 'customer', name: 'Zoë' } },
      livemode: false,
      pending_webhooks: 1,
      request: { id: lastResponse.requestId, idempotency_key: 'key-1' },
      type: 'customer.created',
    });
    expect(received.headers).toMatchObject({
      accept: '*/*; q=0.5, application/xml',
      'cache-control': 'no-cache',
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
    });
    const text = received.body.toString('utf8');
    expect(text).toContain('"metadata": {\n      },');
    expect(text).toContain('"preferred_locales": [\n\n      ],');
    for (const again of [JSON.stringify(JSON.parse(text)), JSON.stringify(JSON.parse(text), null, 2)]) {
      expect(again).not.toBe(text);
      expect(() => verified(world, { ...received, body: Buffer.from(again) })).toThrow(/No signatures found matching/);
    }
    expect(() => verified(world, received, 'whsec_other')).toThrow(/No signatures found matching/);
    expect((await world.stripe.events.retrieve(event.id)).pending_webhooks).toBe(0);
  });

  it('are tried again after 3xx, 4xx, 5xx and silence, each time with a new signature', async () => {
    world.receiver.answers.push(302, 404, null);
    await customer();
    const moved = setInterval(() => world.clock.advance(1), 5);
    await until(() => world.sandbox.stripe.deliveries().length === 4);
    clearInterval(moved);
    const attempts = world.sandbox.stripe.deliveries();
    expect(attempts.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 302],
      [2, 404],
      [3, null],
      [4, 200],
    ]);
    expect(attempts[2]?.error).toBe('No answer within 150 ms');
    expect(new Set(attempts.map(({ eventId }) => eventId)).size).toBe(1);
    expect(new Set(attempts.map(({ headers }) => headers['stripe-signature'])).size).toBe(4);
    expect(typesReceived()).toEqual(Array(4).fill('customer.created'));
    expect(world.receiver.received.map(({ body }) => body)).toEqual(attempts.map(({ body }) => body));
  });

  it('are given up after the last delay', async () => {
    world.receiver.answers.push(500, 500, 500, 500, 500, 500);
    await customer();
    await until(() => world.sandbox.stripe.deliveries().length === 4);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(world.sandbox.stripe.deliveries()).toHaveLength(4);
    expect((await world.stripe.events.list()).data[0]?.pending_webhooks).toBe(1);
    expect((await world.stripe.events.list({ delivery_success: false })).data).toHaveLength(1);
  });

  it('do not block the API', async () => {
    world.receiver.answers.push(null);
    const started = Date.now();
    await customer();
    expect(Date.now() - started).toBeLessThan(140);
  });

  it('can be held, sent in any order, and sent twice', async () => {
    const control = world.sandbox.stripe;
    const session = await world.stripe.checkout.sessions.create(basket());
    control.pauseWebhooks();
    control.pay(session.id);
    await control.deliverNow('checkout.session.completed');
    const [attempt] = await control.deliverNow('payment_intent.created');
    await control.redeliver(String(attempt?.eventId));
    expect(typesReceived()).toEqual(['checkout.session.completed', 'payment_intent.created', 'payment_intent.created']);
    const ids = world.receiver.received.map((each) => verified(world, each).id);
    expect(ids[1]).toBe(ids[2]);
    expect(await control.deliverNow('checkout.session.completed')).toEqual([]);
    control.resumeWebhooks();
    await control.webhooksIdle();
    expect(typesReceived().slice(3).sort()).toEqual(['charge.succeeded', 'payment_intent.succeeded']);
  });

  it('carry whatever event a test makes up, and connected accounts’ to Connect endpoints only', async () => {
    const connect = await startReceiver();
    await world.close();
    world = await startWorld({
      stripe: {
        webhooks: [
          { url: world.receiver.url.replace(/:\d+/, ':1'), secret: 'whsec_nobody' },
          { url: connect.url, secret: 'whsec_connect', connect: true },
        ],
      },
    });
    const refund = { id: 're_1', object: 'refund', amount: 100 };
    const event = world.sandbox.stripe.emit('refund.created', refund, {
      id: 'evt_mine',
      account: 'acct_1',
      created: 5,
    });
    expect(event).toMatchObject({ id: 'evt_mine', created: 5, data: { object: refund } });
    world.sandbox.stripe.emit('refund.updated', refund);
    await world.sandbox.stripe.webhooksIdle();
    expect(connect.received.map((each) => verified(world, each, 'whsec_connect'))).toMatchObject([
      { id: 'evt_mine', type: 'refund.created', account: 'acct_1' },
    ]);
    const unreached = world.sandbox.stripe.deliveries().find(({ status }) => status === null);
    expect(unreached?.error).toMatch(/ECONNREFUSED/);
    await connect.close();
  });

  it('carry one signature per secret while a secret is rolled', async () => {
    await world.close();
    const receiver = await startReceiver();
    world = await startWorld({ stripe: { webhooks: [{ url: receiver.url, secret: ['whsec_old', 'whsec_new'] }] } });
    await customer();
    await world.sandbox.stripe.webhooksIdle();
    const [received] = receiver.received;
    expect(String(received?.headers['stripe-signature'])).toMatch(/^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
    for (const secret of ['whsec_old', 'whsec_new']) {
      expect(received && verified(world, received, secret).type).toBe('customer.created');
    }
    await receiver.close();
  });
});

describe('webhook endpoints', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ stripe: { webhooks: [] } });
  });
  afterEach(() => world.close());

  it('tell their secret once, and get the events that they asked for at their own version', async () => {
    const { stripe, receiver, sandbox } = world;
    const created = await stripe.webhookEndpoints.create({
      url: receiver.url,
      enabled_events: ['customer.updated'],
      api_version: '2025-03-31.basil',
    });
    expect(created).toMatchObject({
      object: 'webhook_endpoint',
      status: 'enabled',
      enabled_events: ['customer.updated'],
    });
    expect(created.secret).toMatch(/^whsec_/);
    expect((await stripe.webhookEndpoints.retrieve(created.id)).secret).toBeUndefined();
    expect((await stripe.webhookEndpoints.list()).data.map(({ id }) => id)).toEqual([created.id]);

    const { id } = await stripe.customers.create({ name: 'Before' });
    await stripe.customers.update(id, { name: 'After' });
    await sandbox.stripe.webhooksIdle();
    const events = receiver.received.map((each) => verified(world, each, created.secret));
    expect(events).toMatchObject([
      { type: 'customer.updated', api_version: '2025-03-31.basil', data: { previous_attributes: { name: 'Before' } } },
    ]);

    await stripe.webhookEndpoints.update(created.id, { disabled: true });
    await stripe.customers.update(id, { name: 'Later' });
    expect(await stripe.webhookEndpoints.del(created.id)).toMatchObject({ id: created.id, deleted: true });
    await stripe.customers.update(id, { name: 'Last' });
    await sandbox.stripe.webhooksIdle();
    expect(receiver.received).toHaveLength(1);
  });

  it('that are deleted get no retries', async () => {
    const { stripe, receiver, sandbox } = world;
    receiver.answers.push(500);
    const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] });
    await stripe.customers.create({});
    await sandbox.stripe.webhooksIdle();
    await stripe.webhookEndpoints.del(endpoint.id);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(receiver.received).toHaveLength(1);
  });
});
