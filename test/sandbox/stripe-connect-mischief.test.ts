import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { cutConnection, emptyServerError, serverError, tooManyRequests } from '../../src/sandbox/index.js';
import { basket, refusal, startWorld, type World } from './support.js';

describe('mischief with payouts', () => {
  let world: World;
  let destination: string;
  beforeEach(async () => {
    world = await startWorld();
    destination = (await world.stripe.accounts.create({ type: 'express' })).id;
    world.sandbox.stripe.connect.onboard(destination);
    const session = await world.stripe.checkout.sessions.create(basket(10_000));
    world.sandbox.stripe.pay(session.id);
    world.sandbox.stripe.balance.makeAvailable();
  });
  afterEach(() => world.close());

  const send = (idempotencyKey: string) =>
    world.stripe.transfers.create({ amount: 1000, currency: 'usd', destination }, { idempotencyKey });
  const sent = async () => (await world.stripe.transfers.list()).data.length;
  const atTransfers = { method: 'POST', path: '/v1/transfers' };

  it('on the wire: the transfer was made though nobody heard of it, and its key finds it again', async () => {
    // Twice: the SDK repeats a call once after a reset connection, even when told not to retry.
    world.sandbox.stripe.intercept({ ...atTransfers, times: 2 }, cutConnection('after'));
    expect((await refusal(send('one'))).type).toBe('StripeConnectionError');
    expect(await sent()).toBe(1);
    await send('one');
    expect(await sent()).toBe(1);
    world.sandbox.stripe.intercept(atTransfers, tooManyRequests());
    expect((await refusal(send('two'))).type).toBe('StripeRateLimitError');
    world.sandbox.stripe.intercept(atTransfers, emptyServerError('after'));
    expect((await send('three')).id).toBeUndefined();
    expect(await sent()).toBe(2);
  });

  it('inside Stripe: an error is kept for the key, whatever was done', async () => {
    world.sandbox.stripe.intercept({ ...atTransfers, layer: 'endpoint' }, serverError('after'));
    expect((await refusal(send('one'))).statusCode).toBe(500);
    expect((await refusal(send('one'))).statusCode).toBe(500);
    expect(await sent()).toBe(1);
    const payout = { amount: 1000, currency: 'usd' };
    world.sandbox.stripe.intercept({ path: '/v1/payouts', layer: 'endpoint' }, serverError());
    const options = { idempotencyKey: 'payout' };
    expect((await refusal(world.stripe.payouts.create(payout, options))).statusCode).toBe(500);
    expect((await refusal(world.stripe.payouts.create(payout, options))).statusCode).toBe(500);
    expect((await world.stripe.payouts.list()).data).toEqual([]);
  });

  it('hits reversals, payouts and events alike', async () => {
    const { id } = await send('one');
    world.sandbox.stripe.intercept({ path: /\/reversals$/ }, serverError());
    expect((await refusal(world.stripe.transfers.createReversal(id))).statusCode).toBe(500);
    expect((await world.stripe.transfers.retrieve(id)).amount_reversed).toBe(0);
    await world.sandbox.stripe.webhooksIdle();
    world.sandbox.stripe.disturbWebhooks({ duplicate: 2 });
    world.sandbox.stripe.balance.arrivePayout(world.sandbox.stripe.balance.payOut()[0]!.id);
    await world.sandbox.stripe.webhooksIdle();
    const types = world.receiver.received.map(({ body }) => (JSON.parse(body.toString()) as { type: string }).type);
    expect(types.filter((type) => type.startsWith('payout.')).sort()).toEqual(
      ['created', 'paid', 'reconciliation_completed', 'updated'].flatMap((name) => [
        `payout.${name}`,
        `payout.${name}`,
      ]),
    );
  });
});
