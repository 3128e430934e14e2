import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { eventTypes, refusal, startWorld, type World } from './support.js';

describe('payment methods', () => {
  let world: World;
  let customer: Stripe.Customer;
  beforeEach(async () => {
    world = await startWorld();
    customer = await world.stripe.customers.create({ email: 'ada@example.com' });
  });
  afterEach(() => world.close());

  const attach = (token: string, to = customer.id) => world.stripe.paymentMethods.attach(token, { customer: to });

  it('are attached by a token, each time a new one, and listed with their customer, newest first', async () => {
    const visa = await attach('pm_card_visa');
    const mastercard = await attach('pm_card_mastercard');
    expect(visa).toMatchObject({
      billing_details: { email: null },
      card: { brand: 'visa', checks: { cvc_check: 'pass' }, exp_month: 11, exp_year: 2027, last4: '4242' },
      customer: customer.id,
      object: 'payment_method',
      type: 'card',
    });
    expect(visa.id).toMatch(/^pm_1[0-9A-Za-z]{23}$/);
    expect((await attach('pm_card_visa')).id).not.toBe(visa.id);
    const ids = [expect.anything(), mastercard.id, visa.id];
    const listed = await world.stripe.paymentMethods.list({ customer: customer.id, type: 'card' });
    expect(listed.data.map(({ id }) => id)).toEqual(ids);
    const ofCustomer = await world.stripe.customers.listPaymentMethods(customer.id, { limit: 2 });
    expect([ofCustomer.data.map(({ id }) => id), ofCustomer.has_more]).toEqual([ids.slice(0, 2), true]);
    expect((await world.stripe.paymentMethods.list()).data).toEqual([]);
    expect((await world.stripe.paymentMethods.list({ customer: customer.id, type: 'sepa_debit' })).data).toEqual([]);
    expect(eventTypes(world.sandbox).slice(1)).toEqual(Array(3).fill('payment_method.attached'));
    const expand = ['customer'];
    expect((await world.stripe.paymentMethods.retrieve(visa.id, { expand })).customer).toMatchObject({
      email: 'ada@example.com',
    });
  });

  it('stay with their customer when attached again, and with no other', async () => {
    const { id } = await attach('pm_card_visa');
    expect((await attach(id)).customer).toBe(customer.id);
    expect(eventTypes(world.sandbox)).toEqual(['customer.created', 'payment_method.attached']);
    const other = await world.stripe.customers.create();
    expect((await refusal(attach(id, other.id))).message).toMatch(/already been attached/);
    expect(await refusal(attach(id, 'cus_none'))).toMatchObject({ statusCode: 400, code: 'resource_missing' });
    expect(await refusal(world.stripe.paymentMethods.attach(id))).toMatchObject({
      code: 'parameter_missing',
      message: 'Must provide customer or customer_account.',
    });
    expect(await refusal(world.stripe.paymentMethods.retrieve('pm_none'))).toMatchObject({
      statusCode: 404,
      message: "No such PaymentMethod: 'pm_none'",
      param: 'payment_method',
    });
  });

  it.each([
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'expired_card'],
  ])('%s cannot be attached: %s/%s', async (token, code, declineCode) => {
    const error = await refusal(attach(token));
    expect(error).toMatchObject({ statusCode: 402, rawType: 'card_error', code, decline_code: declineCode });
    expect((await world.stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([]);
  });

  it('are detached for good, also as the default', async () => {
    const { id } = await attach('pm_card_chargeCustomerFail');
    const settings = { invoice_settings: { default_payment_method: id } };
    expect(await world.stripe.customers.update(customer.id, settings)).toMatchObject(settings);
    const detached = await world.stripe.paymentMethods.detach(id);
    expect(detached).toMatchObject({ id, customer: null });
    const event = world.sandbox.stripe.events().find(({ type }) => type === 'payment_method.detached');
    expect(event?.data).toMatchObject({ object: { customer: null }, previous_attributes: { customer: customer.id } });
    expect(await world.stripe.customers.retrieve(customer.id)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
    const again = await refusal(world.stripe.paymentMethods.detach(id));
    expect(again).toMatchObject({ statusCode: 400, code: undefined });
    expect(again.message).toMatch(/is not attached to a customer so detachment is impossible/);
    expect((await refusal(attach(id))).message).toMatch(/may not be used again/);
  });

  it('become the default of their own customer only', async () => {
    const other = await world.stripe.customers.create();
    const { id } = await attach('pm_card_visa', other.id);
    const params = { invoice_settings: { default_payment_method: id } };
    expect(await refusal(world.stripe.customers.update(customer.id, params))).toMatchObject({
      code: 'resource_missing',
      message: expect.stringContaining(`does not have a payment method with the ID ${id}`),
    });
    expect(await refusal(world.stripe.customers.create(params))).toMatchObject({ code: 'resource_missing' });
  });

  it('change by hand and by the card network', async () => {
    const { id } = await attach('pm_card_visa');
    const changed = await world.stripe.paymentMethods.update(id, {
      billing_details: { name: 'Ada' },
      card: { exp_year: 2031 },
      metadata: { note: 'hers' },
    });
    expect(changed).toMatchObject({
      billing_details: { email: null, name: 'Ada' },
      card: { exp_month: 11, exp_year: 2031 },
      metadata: { note: 'hers' },
    });
    world.sandbox.stripe.renewCard(id, { expMonth: 2, expYear: 2033, last4: '1881' });
    expect((await world.stripe.paymentMethods.retrieve(id)).card).toMatchObject({ exp_year: 2033, last4: '1881' });
    expect(world.sandbox.stripe.events().at(-1)).toMatchObject({
      type: 'payment_method.automatically_updated',
      data: { object: { id }, previous_attributes: { card: { exp_month: 11, exp_year: 2031, last4: '4242' } } },
    });
    expect(eventTypes(world.sandbox)).toContain('payment_method.updated');
  });
});
