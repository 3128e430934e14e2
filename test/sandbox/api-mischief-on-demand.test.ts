import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { emptyServerError, serverError, silence, tooManyRequests } from '../../src/sandbox/index.js';
import { refusal, sdk, secretKey, startWorld, until, type World } from './support.js';

describe('trouble with the API', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const create = (idempotencyKey?: string, client = world.stripe) =>
    client.customers.create({ name: 'Ada' }, { idempotencyKey });
  const count = async () => (await world.stripe.customers.list()).data.length;
  const once = { method: 'POST', path: '/v1/customers' };

  it('is a 500 with an error body, before or after the work', async () => {
    world.sandbox.stripe.intercept(once, serverError());
    const error = await refusal(create('k1'));
    expect(error).toBeInstanceOf(Stripe.errors.StripeAPIError);
    expect(error).toMatchObject({ rawType: 'api_error', statusCode: 500 });
    expect(await count()).toBe(0);
    world.sandbox.stripe.intercept(once, serverError('after'));
    expect((await refusal(create('k1'))).statusCode).toBe(500);
    expect(await count()).toBe(1);
    expect((await create('k1')).lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(await count()).toBe(1);
  });

  it('inside Stripe is kept for the key, so that the same call fails for a day', async () => {
    world.sandbox.stripe.intercept({ ...once, layer: 'endpoint' }, serverError('after'));
    expect((await refusal(create('k1'))).statusCode).toBe(500);
    expect((await refusal(create('k1'))).headers?.['idempotent-replayed']).toBe('true');
    expect(await count()).toBe(1);
  });

  it('is a 500 that the SDK takes for success', async () => {
    world.sandbox.stripe.intercept(once, emptyServerError('after'));
    const customer = await create();
    expect(customer.id).toBeUndefined();
    expect(customer.lastResponse.statusCode).toBe(500);
    expect(await count()).toBe(1);
  });

  it('is too many requests, which the SDK does not repeat by itself', async () => {
    world.sandbox.stripe.intercept(once, tooManyRequests());
    const error = await refusal(create('k1', sdk(world.sandbox, { maxNetworkRetries: 2 })));
    expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
    expect(error).toMatchObject({ code: 'rate_limit', rawType: 'invalid_request_error', statusCode: 429 });
    expect(await count()).toBe(0);
    await create('k1');
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ] as const)('is silence, %s the work', async (when, customers) => {
    const { stripe: control } = world.sandbox;
    control.intercept(once, silence(when));
    const { port } = world.sandbox;
    const impatient = new Stripe(secretKey, {
      host: '127.0.0.1',
      port,
      protocol: 'http',
      maxNetworkRetries: 0,
      timeout: 80,
    });
    const error = await refusal(create('k1', impatient));
    expect(error).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    expect(error.message).toMatch(/timeout|timed out/i);
    expect(await count()).toBe(customers);
    await create('k1');
    expect(await count()).toBe(1);
  });

  it('inside Stripe keeps the key in use while it is silent', async () => {
    world.sandbox.stripe.intercept({ ...once, layer: 'endpoint' }, silence());
    const hanging = raceable(create('k1'));
    await until(() => world.sandbox.stripe.requests().length === 1);
    expect(await refusal(create('k1'))).toMatchObject({ code: 'idempotency_key_in_use', statusCode: 409 });
    await world.close();
    expect(await hanging).toBeInstanceOf(Stripe.errors.StripeConnectionError);
    world = await startWorld();
  });

  it('hits a share of the calls, the same for the same seed', async () => {
    const run = async (seed: number) => {
      const remove = world.sandbox.stripe.intercept(
        { path: '/v1/customers', times: Infinity, share: 0.4, seed },
        serverError(),
      );
      const results: boolean[] = [];
      for (let call = 0; call < 20; call += 1) {
        results.push(
          await create().then(
            () => true,
            () => false,
          ),
        );
      }
      remove();
      return results;
    };
    const first = await run(7);
    expect(first.filter((ok) => !ok).length).toBeGreaterThan(2);
    expect(first.filter((ok) => ok).length).toBeGreaterThan(5);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });
});

/** Its error as a value, so that nothing is unhandled while it is under way. */
function raceable(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: unknown) => error);
}
