import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

describe('refunds', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  /** A payment of 50.00, the way a buyer makes one. */
  async function paid({
    card,
    amount = 5000,
    currency = 'usd',
  }: { card?: string; amount?: number; currency?: string } = {}) {
    const session = await world.stripe.checkout.sessions.create(basket(amount, currency));
    const { charge, paymentIntent } = world.sandbox.stripe.pay(session.id, { card });
    world.sandbox.stripe.sweep();
    return { charge: charge!.id, intent: paymentIntent!.id };
  }
  const newEvents = async (work: () => unknown) => {
    const before = eventTypes(world.sandbox).length;
    await work();
    return world.sandbox.stripe.events().slice(before);
  };
  const charge = (id: string) => world.stripe.charges.retrieve(id);

  it('are given in parts until nothing is left, each with its movement on the balance', async () => {
    const { charge: ch, intent } = await paid();
    const first = await world.stripe.refunds.create({
      payment_intent: intent,
      amount: 1500,
      reason: 'duplicate',
      metadata: { ours: 'rf_1' },
    });
    expect(first).toMatchObject({
      object: 'refund',
      amount: 1500,
      charge: ch,
      currency: 'usd',
      destination_details: { card: { reference_status: 'pending', type: 'refund' }, type: 'card' },
      metadata: { ours: 'rf_1' },
      payment_intent: intent,
      reason: 'duplicate',
      status: 'succeeded',
    });
    expect(first).not.toHaveProperty('livemode');
    expect(first.id).toMatch(/^re_3\w{23}$/);
    expect(await charge(ch)).toMatchObject({ amount_refunded: 1500, refunded: false });
    expect(await charge(ch)).not.toHaveProperty('refunds');

    const rest = await world.stripe.refunds.create({ charge: ch });
    expect(rest).toMatchObject({ amount: 3500, reason: null, metadata: {} });
    const { data } = await world.stripe.refunds.list({ payment_intent: intent, expand: ['data.balance_transaction'] });
    expect(data.map(({ id }) => id)).toEqual([rest.id, first.id]);
    expect(data.map(({ balance_transaction: booked }) => booked)).toMatchObject([
      { amount: -3500, fee: 0, net: -3500, reporting_category: 'refund', source: rest.id, type: 'refund' },
      { amount: -1500, fee: 0, net: -1500, reporting_category: 'refund', source: first.id, type: 'refund' },
    ]);
    const expanded = await world.stripe.charges.retrieve(ch, { expand: ['refunds'] });
    expect(expanded).toMatchObject({ amount_refunded: 5000, refunded: true });
    expect(expanded.refunds?.data.map(({ id }) => id)).toEqual([rest.id, first.id]);
    expect((await world.stripe.refunds.list({ charge: 'ch_other' })).data).toEqual([]);
  });

  it('are announced in the recorded order, with the call that caused them', async () => {
    const { charge: ch } = await paid();
    const events = await newEvents(() =>
      world.stripe.refunds.create({ charge: ch, amount: 400 }, { idempotencyKey: 'k1' }),
    );
    expect(events.map(({ type }) => type)).toEqual(['refund.created', 'charge.refunded']);
    expect(events[1]).toMatchObject({
      data: { object: { id: ch, amount_refunded: 400 }, previous_attributes: { amount_refunded: 0 } },
      request: { idempotency_key: 'k1' },
    });
    const full = await newEvents(() => world.stripe.refunds.create({ charge: ch }));
    expect(full[1]?.data).toMatchObject({ previous_attributes: { amount_refunded: 400, refunded: false } });
  });

  it('happen once for a key, and a refusal is repeated for it', async () => {
    const { charge: ch } = await paid();
    const once = () => world.stripe.refunds.create({ charge: ch, amount: 1000 }, { idempotencyKey: 'k1' });
    const [first, second] = [await once(), await once()];
    expect(second.id).toBe(first.id);
    expect(await charge(ch)).toMatchObject({ amount_refunded: 1000 });
  });

  it('are refused in Stripe’s words, and nothing changes', async () => {
    const { charge: ch, intent } = await paid();
    const { refunds } = world.stripe;
    await refunds.create({ charge: ch, amount: 2500 });
    const before = { charge: await charge(ch), events: eventTypes(world.sandbox) };
    const open = await world.stripe.checkout.sessions.create(basket());
    const declined = world.sandbox.stripe.pay(open.id, { card: '4000000000000002' });
    before.events = eventTypes(world.sandbox);

    const invalid = 'invalid_request_error';
    const refused: [Stripe.RefundCreateParams, object][] = [
      [
        { payment_intent: intent, amount: 3000 },
        {
          message: 'Refund amount ($30.00) is greater than unrefunded amount on charge ($25.00)',
          param: 'amount',
          rawType: invalid,
          statusCode: 400,
        },
      ],
      [
        { amount: 100 },
        { message: 'One of the following params should be provided for this request: payment_intent or charge.' },
      ],
      [
        { charge: 'ch_none' },
        { code: 'resource_missing', message: "No such charge: 'ch_none'", param: 'id', statusCode: 404 },
      ],
      [{ payment_intent: 'pi_none' }, { message: "No such payment_intent: 'pi_none'", statusCode: 404 }],
      [
        { charge: ch, amount: 0 },
        {
          code: 'parameter_invalid_integer',
          message: 'This value must be greater than or equal to 1.',
          param: 'amount',
        },
      ],
      [
        { charge: String(declined.charge?.id) },
        { message: `This PaymentIntent (${declined.paymentIntent?.id}) does not have a successful charge to refund.` },
      ],
      [
        { charge: ch, note: 'x' } as Stripe.RefundCreateParams,
        { code: 'parameter_unknown', message: 'Received unknown parameter: note', param: 'note' },
      ],
      [{ charge: ch, reason: 'boredom' }, { param: 'reason' }],
    ];
    for (const [params, expected] of refused) expect(await refusal(refunds.create(params))).toMatchObject(expected);
    const over = await refusal(refunds.create({ charge: ch, amount: 3000 }));
    expect(over.code).toBeUndefined();
    expect(await charge(ch)).toEqual(before.charge);
    expect(eventTypes(world.sandbox)).toEqual(before.events);

    await refunds.create({ charge: ch });
    expect(await refusal(refunds.create({ charge: ch, amount: 1 }))).toMatchObject({
      code: 'charge_already_refunded',
      message: `Charge ${ch} has already been refunded.`,
      statusCode: 400,
    });
  });

  it('cannot be cancelled, and take metadata', async () => {
    const { charge: ch } = await paid();
    const { id } = await world.stripe.refunds.create({ charge: ch, metadata: { a: '1' } });
    const cancelled = await refusal(world.stripe.refunds.cancel(id));
    expect(cancelled).toMatchObject({ message: 'Canceling this refund is unsupported.', statusCode: 400 });
    const events = await newEvents(() => world.stripe.refunds.update(id, { metadata: { b: '2' } }));
    expect(events.map(({ type }) => type)).toEqual(['charge.refund.updated', 'refund.updated']);
    expect(events[1]?.data).toMatchObject({ previous_attributes: { metadata: { a: '1' } } });
    expect((await world.stripe.refunds.retrieve(id)).metadata).toEqual({ a: '1', b: '2' });
    expect(await refusal(world.stripe.refunds.retrieve('re_none'))).toMatchObject({
      message: "No such refund: 're_none'",
      statusCode: 404,
    });
  });

  it('to the card 7726 are pending until the bank has taken them', async () => {
    const { charge: ch } = await paid({ card: '4000000000007726' });
    const pending = await world.stripe.refunds.create({ charge: ch, amount: 2000 });
    expect(pending).toMatchObject({ pending_reason: 'processing', status: 'pending' });
    expect(await charge(ch)).toMatchObject({ amount_refunded: 2000 });
    const events = await newEvents(() => world.sandbox.stripe.finishRefund(pending.id));
    expect(events.map(({ type }) => type)).toEqual(['charge.refund.updated', 'refund.updated']);
    expect(events[1]?.data).toMatchObject({
      object: { status: 'succeeded' },
      previous_attributes: { status: 'pending' },
    });
    const done = await world.stripe.refunds.retrieve(pending.id);
    expect(done).not.toHaveProperty('pending_reason');
    expect(done.destination_details?.card).toMatchObject({ reference: expect.stringMatching(/^\d{16}$/) });
  });

  it.each(['4000000000005126', '4000000000007726', '4242424242424242'])(
    'to %s can fail later: the money is back and the charge counts as not refunded',
    async (card) => {
      const { charge: ch } = await paid({ card });
      const refund = await world.stripe.refunds.create({ charge: ch });
      expect(refund.status).toBe(card.endsWith('7726') ? 'pending' : 'succeeded');
      const events = await newEvents(() => world.sandbox.stripe.failRefund(refund.id, 'lost_or_stolen_card'));
      expect(events.map(({ type }) => type)).toEqual(['charge.refund.updated', 'refund.updated', 'refund.failed']);
      const expand = ['failure_balance_transaction', 'balance_transaction'];
      const failed = await world.stripe.refunds.retrieve(refund.id, { expand });
      expect(failed).toMatchObject({
        balance_transaction: { amount: -5000, type: 'refund' },
        failure_balance_transaction: {
          amount: 5000,
          fee: 0,
          net: 5000,
          reporting_category: 'refund_failure',
          source: refund.id,
          type: 'refund_failure',
        },
        failure_reason: 'lost_or_stolen_card',
        status: 'failed',
      });
      expect(await charge(ch)).toMatchObject({ amount_refunded: 0, refunded: false });
      expect(() => world.sandbox.stripe.failRefund(refund.id)).toThrow(/has failed already/);
      expect(() => world.sandbox.stripe.finishRefund(refund.id)).toThrow(/is failed/);
      expect((await world.stripe.refunds.create({ charge: ch })).amount).toBe(5000);
    },
  );

  it('can be made on Stripe’s dashboard, without a word from the shop', async () => {
    const { intent, charge: ch } = await paid();
    const events = await newEvents(() => world.sandbox.stripe.refund({ paymentIntent: intent, amount: 1250 }));
    expect(events).toMatchObject([
      { type: 'refund.created', request: { id: null }, data: { object: { amount: 1250, metadata: {} } } },
      { type: 'charge.refunded', data: { object: { id: ch, amount_refunded: 1250 } } },
    ]);
    expect(() => world.sandbox.stripe.refund({ paymentIntent: intent, amount: 4000 })).toThrow(
      /greater than unrefunded/,
    );
    expect(() => world.sandbox.stripe.refund({ paymentIntent: 'pi_none' })).toThrow(/was not paid/);
  });

  it('keep to what the currency can pay', async () => {
    const { charge: ugx } = await paid({ amount: 500_000, currency: 'ugx' });
    expect((await refusal(world.stripe.refunds.create({ charge: ugx, amount: 150 }))).message).toMatch(
      /divisible by 100/,
    );
    const { charge: kwd } = await paid({ amount: 12_340, currency: 'kwd' });
    expect((await refusal(world.stripe.refunds.create({ charge: kwd, amount: 1_234 }))).message).toMatch(/by 10$/);
    const { charge: jpy } = await paid({ amount: 5_000, currency: 'jpy' });
    expect((await refusal(world.stripe.refunds.create({ charge: jpy, amount: 5_001 }))).message).toBe(
      'Refund amount (¥5,001) is greater than unrefunded amount on charge (¥5,000)',
    );
  });

  it('are made by hand on the page', async () => {
    const { intent, charge: ch } = await paid({ card: '4000000000007726' });
    const page = async () => (await fetch(world.sandbox.url)).text();
    const send = (path: string, fields: Record<string, string> = {}) =>
      fetch(`${world.sandbox.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    expect(await page()).toContain(`action="/stripe/payments/${intent}/refund"`);
    const made = await send(`/stripe/payments/${intent}/refund`, { amount: '12.50', reason: 'fraudulent' });
    expect([made.status, made.headers.get('location')]).toEqual([303, `/#${intent}`]);
    const [refund] = (await world.stripe.refunds.list({ charge: ch })).data;
    expect(refund).toMatchObject({ amount: 1250, reason: 'fraudulent', status: 'pending' });
    await send(`/stripe/refunds/${refund?.id}/finish`);
    expect((await world.stripe.refunds.retrieve(String(refund?.id))).status).toBe('succeeded');
    await send(`/stripe/refunds/${refund?.id}/fail`);
    expect((await world.stripe.refunds.retrieve(String(refund?.id))).status).toBe('failed');

    for (const amount of ['12.345', 'all', '-1', '99999']) {
      const refused = await send(`/stripe/payments/${intent}/refund`, { amount });
      expect(refused.status).toBe(422);
      expect(await refused.text()).toContain('role="alert"');
    }
    expect(await charge(ch)).toMatchObject({ amount_refunded: 0 });
    expect((await send('/stripe/payments/pi_none/refund')).status).toBe(404);
    await send(`/stripe/payments/${intent}/refund`, { amount: '' });
    expect(await charge(ch)).toMatchObject({ amount_refunded: 5000, refunded: true });
  });
});
