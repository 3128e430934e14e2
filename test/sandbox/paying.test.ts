import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, startWorld, until, type World } from './support.js';

describe('paying', () => {
  let world: World;
  let session: Stripe.Checkout.Session;
  beforeEach(async () => {
    world = await startWorld();
    session = await world.stripe.checkout.sessions.create({
      ...basket(4900),
      metadata: { on: 'session' },
      payment_intent_data: { metadata: { on: 'intent' }, description: 'Algebra I' },
    });
  });
  afterEach(() => world.close());

  it('succeeds: events in the recorded order, then the session', async () => {
    const { outcome, paymentIntent, charge } = world.sandbox.stripe.pay(session.id, { email: 'ada@example.com' });
    expect(outcome).toBe('paid');
    expect(eventTypes(world.sandbox)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    expect(await world.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      customer_details: { email: 'ada@example.com' },
      metadata: { on: 'session' },
      payment_intent: paymentIntent?.id,
      payment_status: 'paid',
      status: 'complete',
      url: null,
    });
    expect(await world.stripe.paymentIntents.retrieve(String(paymentIntent?.id))).toMatchObject({
      amount: 4900,
      amount_received: 4900,
      capture_method: 'automatic_async',
      description: 'Algebra I',
      latest_charge: charge?.id,
      metadata: { on: 'intent' },
      status: 'succeeded',
    });
    expect(await world.stripe.charges.retrieve(String(charge?.id))).toMatchObject({
      amount_captured: 4900,
      captured: true,
      metadata: { on: 'intent' },
      outcome: { type: 'authorized' },
      paid: true,
      payment_method_details: { card: { last4: '4242' }, type: 'card' },
      refunded: false,
      status: 'succeeded',
    });
    expect(() => world.sandbox.stripe.pay(session.id)).toThrow(/is complete/);
  });

  it('has no balance transaction at first, and a moment later one with fee and net', async () => {
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id);
    expect(charge?.balance_transaction).toBeNull();
    await until(() => eventTypes(world.sandbox).includes('charge.updated'));
    const updated = world.sandbox.stripe.events().at(-1);
    expect(updated?.data).toMatchObject({ previous_attributes: { balance_transaction: null } });
    const expand = ['latest_charge.balance_transaction'];
    const intent = await world.stripe.paymentIntents.retrieve(String(paymentIntent?.id), { expand });
    const settled = intent.latest_charge as Stripe.Charge;
    // 2.9 % of 49.00 is 1.421, and 0.30.
    expect(settled.balance_transaction).toMatchObject({
      amount: 4900,
      currency: 'usd',
      fee: 172,
      fee_details: [{ amount: 172, type: 'stripe_fee' }],
      net: 4728,
      reporting_category: 'charge',
      source: charge?.id,
      status: 'pending',
      type: 'charge',
    });
    world.clock.advance(2 * 86_400);
    const { id } = settled.balance_transaction as Stripe.BalanceTransaction;
    expect((await world.stripe.balanceTransactions.retrieve(id)).status).toBe('available');
  });

  it('is declined, and then succeeds on the same session and PaymentIntent', async () => {
    const declined = world.sandbox.stripe.pay(session.id, { card: '4000 0000 0000 9995' });
    expect(declined).toMatchObject({ outcome: 'declined', message: 'Your card has insufficient funds.' });
    expect(eventTypes(world.sandbox)).toEqual([
      'payment_intent.created',
      'charge.failed',
      'payment_intent.payment_failed',
    ]);
    expect(await world.stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      payment_intent: declined.paymentIntent?.id,
      payment_status: 'unpaid',
      status: 'open',
    });
    expect(await world.stripe.paymentIntents.retrieve(String(declined.paymentIntent?.id))).toMatchObject({
      amount_received: 0,
      last_payment_error: {
        charge: declined.charge?.id,
        code: 'card_declined',
        decline_code: 'insufficient_funds',
        network_decline_code: '51',
        payment_method: { object: 'payment_method', card: { last4: '9995' } },
        type: 'card_error',
      },
      latest_charge: declined.charge?.id,
      payment_method: null,
      status: 'requires_payment_method',
    });
    expect(declined.charge).toMatchObject({
      amount_captured: 0,
      captured: false,
      failure_code: 'card_declined',
      outcome: { reason: 'insufficient_funds', type: 'issuer_declined' },
      paid: false,
      status: 'failed',
    });

    const paid = world.sandbox.stripe.pay(session.id);
    expect(paid.paymentIntent).toMatchObject({
      id: declined.paymentIntent?.id,
      last_payment_error: null,
      status: 'succeeded',
    });
    expect(eventTypes(world.sandbox).slice(3)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const charges = await world.stripe.charges.list({ payment_intent: String(paid.paymentIntent?.id) });
    expect(charges.data.map(({ status }) => status)).toEqual(['succeeded', 'failed']);
  });

  it.each([
    ['4000000000000002', 'card_declined', 'generic_decline'],
    ['4000000000009987', 'card_declined', 'lost_card'],
    ['4000000000009979', 'card_declined', 'stolen_card'],
    ['4000000000000069', 'expired_card', 'expired_card'],
    ['4000000000000127', 'incorrect_cvc', 'incorrect_cvc'],
    ['4000000000000119', 'processing_error', 'processing_error'],
    ['4000000000006975', 'card_declined', 'card_velocity_exceeded'],
    ['4000000000000341', 'card_declined', 'generic_decline'],
    ['4100000000000019', 'card_declined', 'fraudulent'],
  ])('%s is declined as %s/%s', (card, code, declineCode) => {
    const { paymentIntent, session: after } = world.sandbox.stripe.pay(session.id, { card });
    expect(paymentIntent?.last_payment_error).toMatchObject({ code, decline_code: declineCode });
    expect(after.status).toBe('open');
  });

  it('refuses a number that is none, or may be a real card, and records nothing', () => {
    const incorrect = world.sandbox.stripe.pay(session.id, { card: '4242424242424241' });
    expect(incorrect).toMatchObject({ outcome: 'refused', message: 'Your card number is incorrect.', charge: null });
    const real = world.sandbox.stripe.pay(session.id, { card: '4539578763621486' });
    expect(real.message).toMatch(/used a non test card/);
    expect(eventTypes(world.sandbox)).toEqual([]);
  });

  it('by a delayed method completes the session unpaid, and pays or fails it later', async () => {
    const started = world.sandbox.stripe.payLater(session.id);
    expect(started).toMatchObject({
      outcome: 'processing',
      paymentIntent: { status: 'processing' },
      session: { payment_status: 'unpaid', status: 'complete' },
    });
    expect(eventTypes(world.sandbox)).toEqual([
      'payment_intent.created',
      'charge.pending',
      'payment_intent.processing',
      'checkout.session.completed',
    ]);
    const arrived = world.sandbox.stripe.finishPayLater(session.id, 'succeeded');
    expect(arrived.session).toMatchObject({ payment_status: 'paid', status: 'complete' });
    expect(eventTypes(world.sandbox).slice(4)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.async_payment_succeeded',
    ]);

    const other = await world.stripe.checkout.sessions.create(basket());
    world.sandbox.stripe.payLater(other.id);
    const failed = world.sandbox.stripe.finishPayLater(other.id, 'failed');
    expect(failed.paymentIntent?.status).toBe('requires_payment_method');
    expect(eventTypes(world.sandbox).slice(-3)).toEqual([
      'charge.failed',
      'payment_intent.payment_failed',
      'checkout.session.async_payment_failed',
    ]);
    expect(() => world.sandbox.stripe.finishPayLater(other.id, 'succeeded')).toThrow(/does not wait for money/);
  });

  it('can be left: the buyer goes back and the session stays open', () => {
    expect(world.sandbox.stripe.cancel(session.id)).toBe('https://shop.example/basket');
    expect(world.sandbox.stripe.session(session.id).status).toBe('open');
    world.sandbox.stripe.expire(session.id);
    expect(eventTypes(world.sandbox)).toEqual(['checkout.session.expired']);
  });
});
