import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { answerWith, cutConnection, delayBy, hold } from '../../src/sandbox/index.js';
import { refusal, sdk, startWorld, type World } from './support.js';

describe('mischief', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const create = (idempotencyKey?: string) => world.stripe.customers.create({ name: 'Ada' }, { idempotencyKey });
  const count = async () => (await world.stripe.customers.list()).data.length;

  it('answers something else once, and leaves no trace for the key', async () => {
    const error = { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many requests.' };
    world.sandbox.stripe.intercept({ method: 'post', path: '/v1/customers' }, answerWith(429, { error }));
    expect(await refusal(create('key-1'))).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(await count()).toBe(0);
    await create('key-1');
    expect(await count()).toBe(1);
  });

  it('lasts until it is removed', async () => {
    const error = { type: 'api_error', message: 'down' };
    const remove = world.sandbox.stripe.intercept({ path: /^\/v1\//, times: Infinity }, answerWith(503, { error }));
    expect((await refusal(create())).statusCode).toBe(503);
    expect((await refusal(world.stripe.events.list())).statusCode).toBe(503);
    remove();
    await create();
  });

  it('cuts the connection before or after the effect', async () => {
    const { stripe: control } = world.sandbox;
    // Twice: the SDK repeats a call once after a reset connection, even when told not to retry.
    control.intercept({ path: '/v1/customers', times: 2 }, cutConnection('before'));
    expect(await refusal(create('key-1'))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await count()).toBe(0);
    control.intercept({ method: 'POST', path: '/v1/customers', times: 2 }, cutConnection('after'));
    expect(await refusal(create('key-2'))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(await count()).toBe(1);
    expect(control.requests().some(({ status, idempotencyKey }) => status === null && idempotencyKey === 'key-2')).toBe(
      true,
    );
    const again = await create('key-2');
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await count()).toBe(1);
  });

  it('is survived by the SDK’s own retry, with one effect', async () => {
    world.sandbox.stripe.intercept({ path: '/v1/customers' }, cutConnection('after'));
    await sdk(world.sandbox, { maxNetworkRetries: 2 }).customers.create({ name: 'Ada' });
    expect(await count()).toBe(1);
  });

  it('delays', async () => {
    world.sandbox.stripe.intercept({ path: '/v1/customers' }, delayBy(60));
    const started = performance.now();
    await create();
    expect(performance.now() - started).toBeGreaterThan(55);
  });

  it('holds a call before its effect, or after it and before the caller hears', async () => {
    const { stripe: control } = world.sandbox;
    const before = hold('before');
    control.intercept({ method: 'POST', path: '/v1/customers' }, before.handler);
    const first = create();
    await before.arrived;
    expect(await count()).toBe(0);
    before.release();
    await first;

    const after = hold('after');
    control.intercept({ method: 'POST', path: '/v1/customers' }, after.handler);
    const second = create();
    await after.arrived;
    expect(await count()).toBe(2);
    after.release();
    await second;
  });
});
