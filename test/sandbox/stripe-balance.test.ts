import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, startWorld, type World } from './support.js';

describe('the balance', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  async function paid(amount: number, card?: string, currency = 'usd') {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.settleNow();
    return { charge: charge!.id, intent: paymentIntent!.id };
  }
  const amounts = ({ available, pending }: Stripe.Balance) => ({
    available: Object.fromEntries(available.map(({ currency, amount }) => [currency, amount])),
    pending: Object.fromEntries(pending.map(({ currency, amount }) => [currency, amount])),
  });
  const balance = async () => amounts(await world.stripe.balance.retrieve());

  it('is empty at first', async () => {
    expect(await world.stripe.balance.retrieve()).toMatchObject({
      object: 'balance',
      available: [{ amount: 0, currency: 'usd', source_types: { card: 0 } }],
      livemode: false,
      pending: [{ amount: 0, currency: 'usd', source_types: { card: 0 } }],
    });
  });

  it('has a charge pending without its fee, and available two days later; with the card 0077 at once', async () => {
    await paid(10_000);
    await paid(5000, '4000000000000077');
    // 2.9 % and 0.30 of each.
    expect(await balance()).toEqual({ available: { usd: 4825 }, pending: { usd: 9680 } });
    world.clock.advance(2 * 86_400 - 1);
    expect(await balance()).toEqual({ available: { usd: 4825 }, pending: { usd: 9680 } });
    world.clock.advance(1);
    expect(await balance()).toEqual({ available: { usd: 14_505 }, pending: { usd: 0 } });
  });

  it('becomes available sooner or later as it is told', async () => {
    await paid(10_000);
    world.sandbox.stripe.balance.makeAvailable();
    expect(await balance()).toEqual({ available: { usd: 9680 }, pending: { usd: 0 } });
    world.sandbox.stripe.balance.availableAfter(60);
    await paid(10_000);
    world.clock.advance(60);
    expect(await balance()).toEqual({ available: { usd: 19_360 }, pending: { usd: 0 } });
    // Also what was paid a moment ago and is not booked yet.
    const session = await world.stripe.checkout.sessions.create(basket(10_000));
    world.sandbox.stripe.pay(session.id);
    world.sandbox.stripe.balance.makeAvailable();
    expect(await balance()).toEqual({ available: { usd: 29_040 }, pending: { usd: 0 } });
  });

  it('loses a refund where the charge’s own money is', async () => {
    const { charge } = await paid(10_000);
    await world.stripe.refunds.create({ charge, amount: 3000 });
    expect(await balance()).toEqual({ available: { usd: 0 }, pending: { usd: 6680 } });
    world.sandbox.stripe.balance.makeAvailable();
    await world.stripe.refunds.create({ charge, amount: 1000 });
    expect(await balance()).toEqual({ available: { usd: 5680 }, pending: { usd: 0 } });
  });

  it('loses a dispute and its fee at once, below nothing if need be', async () => {
    const { intent } = await paid(10_000);
    world.sandbox.stripe.dispute(intent);
    expect(await balance()).toEqual({ available: { usd: -11_500 }, pending: { usd: 9680 } });
  });

  it('counts each currency for itself, in what it settles in', async () => {
    world.sandbox.stripe.settleIn('eur', { gbp: '1.2' });
    await paid(1000, undefined, 'gbp');
    await paid(1000, '4000000000000077', 'usd');
    expect(await balance()).toEqual({ available: { eur: 0, usd: 941 }, pending: { eur: 1135, usd: 0 } });
  });
});
