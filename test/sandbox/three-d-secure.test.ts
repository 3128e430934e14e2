import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { basket, eventTypes, refusal, startWorld, type World } from './support.js';

const always = '4000002760003184';
const returnUrl = 'https://shop.example/back?order=1';

describe('3-D Secure', () => {
  let world: World;
  let customer: Stripe.Customer;
  beforeEach(async () => {
    world = await startWorld();
    // Or what the sweeper tells of settled charges comes in between.
    world.sandbox.stripe.settleLate(true);
    customer = await world.stripe.customers.create({ email: 'ada@example.com' });
  });
  afterEach(() => world.close());

  const save = async (token: string) => {
    const intent = await world.stripe.setupIntents.create({
      customer: customer.id,
      confirm: true,
      payment_method: token,
      return_url: returnUrl,
    });
    if (intent.status === 'requires_action') world.sandbox.stripe.authenticate(intent.id, 'complete');
    return intent.payment_method as string;
  };
  const pay = (payment_method: string, params: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
    world.stripe.paymentIntents.create({
      amount: 4900,
      currency: 'usd',
      customer: customer.id,
      payment_method,
      confirm: true,
      ...(!params.off_session && { return_url: returnUrl }),
      ...params,
    });
  const newEvents = (from: number) => eventTypes(world.sandbox).slice(from);
  const answer = (url: string, result: string) =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ result }), redirect: 'manual' });

  it("sends the buyer to the bank's page, and on to the shop when they complete it", async () => {
    const method = await save('pm_card_authenticationRequired');
    const before = eventTypes(world.sandbox).length;
    const waiting = await pay(method);
    expect(waiting).toMatchObject({
      latest_charge: null,
      next_action: { redirect_to_url: { return_url: returnUrl }, type: 'redirect_to_url' },
      payment_method: method,
      status: 'requires_action',
    });
    expect((await world.stripe.charges.list()).data).toEqual([]);
    const url = String(waiting.next_action?.redirect_to_url?.url);
    const text = await (await fetch(url)).text();
    for (const part of ['$49.00', 'id="complete"', 'id="fail"']) expect(text).toContain(part);

    const done = await answer(url, 'complete');
    const location = new URL(String(done.headers.get('location')));
    expect([done.status, location.origin + location.pathname]).toEqual([303, 'https://shop.example/back']);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      order: '1',
      payment_intent: waiting.id,
      payment_intent_client_secret: waiting.client_secret,
      redirect_status: 'succeeded',
    });
    expect(await world.stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      amount_received: 4900,
      next_action: null,
      status: 'succeeded',
    });
    expect(newEvents(before)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
      'charge.succeeded',
      'payment_intent.succeeded',
    ]);
    expect((await answer(url, 'complete')).status).toBe(409);
    expect((await world.stripe.charges.list()).data).toHaveLength(1);
    expect(await (await fetch(url)).text()).toContain('Nothing to confirm');
    expect((await fetch(`${world.sandbox.url}/stripe/3d-secure/pi_none`)).status).toBe(404);
  });

  it('fails the payment when the buyer fails, without a charge', async () => {
    const waiting = await pay(await save('pm_card_authenticationRequired'));
    const url = String(waiting.next_action?.redirect_to_url?.url);
    expect((await answer(url, 'perhaps')).status).toBe(422);
    const failed = await answer(url, 'fail');
    expect(new URL(String(failed.headers.get('location'))).searchParams.get('redirect_status')).toBe('failed');
    expect(await world.stripe.paymentIntents.retrieve(waiting.id)).toMatchObject({
      last_payment_error: { code: 'payment_intent_authentication_failure', type: 'invalid_request_error' },
      next_action: null,
      payment_method: null,
      status: 'requires_payment_method',
    });
    expect(eventTypes(world.sandbox).at(-1)).toBe('payment_intent.payment_failed');
    expect((await world.stripe.charges.list()).data).toEqual([]);
    expect(() => world.sandbox.stripe.authenticate(waiting.id, 'complete')).toThrow(/does not wait/);
  });

  it('is a decline in the absence of the buyer', async () => {
    const error = await refusal(pay(await save('pm_card_authenticationRequired'), { off_session: true }));
    expect(error).toMatchObject({
      charge: undefined,
      code: 'authentication_required',
      decline_code: 'authentication_required',
      message: 'Your card was declined. This transaction requires authentication.',
      payment_intent: { latest_charge: null, status: 'requires_payment_method' },
      statusCode: 402,
    });
    const strict = await refusal(pay(await save('pm_card_authenticationRequired'), { error_on_requires_action: true }));
    expect(strict.code).toBe('authentication_required');
  });

  it('is asked for by some cards only while they are not saved', async () => {
    const once = await save('pm_card_authenticationRequiredOnSetup');
    expect((await pay(once, { off_session: true })).status).toBe('succeeded');
    expect((await pay(once)).status).toBe('requires_action');
    const attached = await world.stripe.paymentMethods.attach('pm_card_authenticationRequiredOnSetup', {
      customer: customer.id,
    });
    expect((await refusal(pay(attached.id, { off_session: true }))).code).toBe('authentication_required');
    const before = await save('pm_card_authenticationRequiredSetupForOffSession');
    expect((await pay(before, { off_session: true })).status).toBe('succeeded');
  });

  it('can be completed and the card declined all the same', async () => {
    const card = await save('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    const waiting = await pay(card);
    const after = world.sandbox.stripe.authenticate(waiting.id, 'complete');
    expect(after).toMatchObject({
      last_payment_error: { decline_code: 'insufficient_funds' },
      status: 'requires_payment_method',
    });
  });

  it('can be left: the payment is cancelled, or made with another card', async () => {
    const card = await save('pm_card_authenticationRequired');
    const left = await pay(card);
    expect((await world.stripe.paymentIntents.cancel(left.id)).status).toBe('canceled');
    const other = await pay(card);
    const visa = await save('pm_card_visa');
    const paid = await world.stripe.paymentIntents.confirm(other.id, { payment_method: visa, return_url: returnUrl });
    expect(paid).toMatchObject({ next_action: null, status: 'succeeded' });
  });

  it('stands between a hosted page and its payment', async () => {
    const session = await world.stripe.checkout.sessions.create(basket());
    const fields = { email: 'ada@example.com', cardNumber: always, cardExpiry: '12 / 34', cardCvc: '123' };
    const submit = () =>
      fetch(String(session.url), { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    const first = String((await submit()).headers.get('location'));
    expect(first).toContain('/stripe/3d-secure/pi_');
    const back = String((await answer(first, 'fail')).headers.get('location'));
    expect(await (await fetch(back)).text()).toContain('has failed authentication');
    expect(world.sandbox.stripe.session(session.id)).toMatchObject({ payment_status: 'unpaid', status: 'open' });
    const second = String((await submit()).headers.get('location'));
    const home = await fetch(String((await answer(second, 'complete')).headers.get('location')), {
      redirect: 'manual',
    });
    expect(home.headers.get('location')).toBe(`https://shop.example/thanks?session=${session.id}`);
    expect(world.sandbox.stripe.session(session.id)).toMatchObject({ payment_status: 'paid', status: 'complete' });
    expect(eventTypes(world.sandbox).slice(-3)).toEqual([
      'charge.succeeded',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
  });

  it('stands between a hosted page and a saved card', async () => {
    const session = await world.stripe.checkout.sessions.create({
      mode: 'setup',
      currency: 'usd',
      customer: customer.id,
      success_url: returnUrl,
    });
    const { outcome, setupIntent } = world.sandbox.stripe.completeSetup(session.id, { card: always });
    expect(outcome).toBe('requires_action');
    expect(world.sandbox.stripe.authenticate(setupIntent.id, 'fail')).toMatchObject({
      last_setup_error: { code: 'setup_intent_authentication_failure' },
      status: 'requires_payment_method',
    });
    world.sandbox.stripe.completeSetup(session.id, { card: always });
    expect(world.sandbox.stripe.authenticate(setupIntent.id, 'complete').status).toBe('succeeded');
    expect(world.sandbox.stripe.session(session.id).status).toBe('complete');
    expect((await world.stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1);
  });
});
