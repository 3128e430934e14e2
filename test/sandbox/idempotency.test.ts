import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { answerWith, hold } from '../../src/sandbox/index.js';
import { basket, raw, refusal, sdk, startWorld, type World } from './support.js';

describe('idempotency keys', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const create = (idempotencyKey: string, email = 'a@b.example') =>
    world.stripe.customers.create({ email }, { idempotencyKey });

  it('gives the first answer again, without a second effect', async () => {
    const first = await create('key-1');
    const second = await create('key-1');
    expect(second.id).toBe(first.id);
    expect((await world.stripe.customers.list()).data).toHaveLength(1);
    expect(second.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect(second.lastResponse.headers['original-request']).toBe(first.lastResponse.requestId);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    const calls = world.sandbox.stripe.requests().filter(({ method }) => method === 'POST');
    expect(calls.map(({ replayed, idempotencyKey }) => [replayed, idempotencyKey])).toEqual([
      [false, 'key-1'],
      [true, 'key-1'],
    ]);
  });

  it('does not mind the order of the parameters', async () => {
    const post = (body: string) =>
      raw(world.sandbox, '/v1/customers', { method: 'POST', body, headers: { 'idempotency-key': 'order' } });
    const first = (await (await post('name=A&metadata[x]=1&metadata[y]=2')).json()) as { id: string };
    const second = await post('metadata[y]=2&metadata[x]=1&name=A');
    expect(second.headers.get('idempotent-replayed')).toBe('true');
    expect(((await second.json()) as { id: string }).id).toBe(first.id);
  });

  it('refuses the key for other parameters, with a type and no code', async () => {
    await create('key-1');
    const error = await refusal(create('key-1', 'other@b.example'));
    expect(error).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
    expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
    expect(error.code).toBeUndefined();
    expect(error.message).toMatch(/^Keys for idempotent requests can only be used with the same parameters/);
  });

  it('answers 409 while the first call runs, which the SDK retries until it has the answer', async () => {
    const gate = hold('after');
    world.sandbox.stripe.intercept({ path: '/v1/customers', layer: 'endpoint' }, gate.handler);
    const first = create('key-1');
    await gate.arrived;
    expect(await refusal(create('key-1'))).toMatchObject({ statusCode: 409, code: 'idempotency_key_in_use' });
    const patient = sdk(world.sandbox, { maxNetworkRetries: 5 }).customers.create(
      { email: 'a@b.example' },
      { idempotencyKey: 'key-1' },
    );
    gate.release();
    expect((await patient).id).toBe((await first).id);
  });

  it('keeps a 500 and gives it again', async () => {
    const broken = answerWith(500, { error: { type: 'api_error', message: 'An unknown error occurred' } });
    world.sandbox.stripe.intercept({ path: '/v1/customers', layer: 'endpoint' }, broken);
    expect((await refusal(create('key-1'))).statusCode).toBe(500);
    const again = await refusal(create('key-1'));
    expect(again).toMatchObject({ statusCode: 500, message: 'An unknown error occurred' });
    expect((await create('key-2')).object).toBe('customer');
  });

  it('keeps nothing of a call whose parameters were refused', async () => {
    const wrong = { ...basket(), nope: 1 } as Stripe.Checkout.SessionCreateParams;
    const sessions = world.stripe.checkout.sessions;
    expect((await refusal(sessions.create(wrong, { idempotencyKey: 'key-1' }))).code).toBe('parameter_unknown');
    expect((await sessions.create(basket(), { idempotencyKey: 'key-1' })).status).toBe('open');
  });

  it('forgets a key after 24 hours', async () => {
    const first = await create('key-1');
    world.clock.advance(24 * 3600 - 1);
    expect((await create('key-1')).id).toBe(first.id);
    world.clock.advance(2);
    expect((await create('key-1')).id).not.toBe(first.id);
  });

  it('refuses keys longer than 255 characters', async () => {
    expect(await refusal(create('k'.repeat(256)))).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
  });
});
