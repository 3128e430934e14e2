import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { idOf } from '../../src/sandbox/stripe/ids.js';
import { at, shown, startBilling, type BillingWorld, type Buyer } from './billing-support.js';
import { refusal } from './support.js';

describe('renewals that are not paid', () => {
  let world: BillingWorld;
  let pro: Stripe.Price;
  beforeAll(async () => {
    world = await startBilling();
    pro = await world.price('Pro', 2000);
  });
  afterAll(() => world.close());

  /** The card has failed at the first renewal. */
  async function failing(code = 'insufficient_funds') {
    const buyer = await world.customerAt('2027-04-01T00:00:00Z');
    const { id } = await world.subscribe(buyer, pro);
    world.sandbox.stripe.failCard(buyer.method, code);
    await buyer.advance('2027-05-01T01:00:00Z');
    return { buyer, id };
  }
  const read = (id: string) => world.stripe.subscriptions.retrieve(id);
  const unpaid = async (buyer: Buyer) =>
    (await world.stripe.invoices.list({ customer: buyer.id, expand: ['data.payments'] })).data[0]!;
  const typesOf = (id: string) =>
    world.sandbox.stripe
      .events()
      .filter(({ data }) => (data.object as { id?: string }).id === id)
      .map(({ type }) => type as string);

  it('are tried again after 3, 5 and 7 days, and then end the subscription', async () => {
    const { buyer, id } = await failing();
    expect((await read(id)).status).toBe('past_due');
    const tries: unknown[] = [];
    for (const moment of ['2027-05-01T01:00:00Z', '2027-05-04T01:00:00Z', '2027-05-09T01:00:00Z']) {
      await buyer.advance(moment);
      const { attempt_count: count, next_payment_attempt: next, status } = await unpaid(buyer);
      tries.push([count, shown(next), status]);
    }
    expect(tries).toEqual([
      [1, '2027-05-04T01:00:00Z', 'open'],
      [2, '2027-05-09T01:00:00Z', 'open'],
      [3, '2027-05-16T01:00:00Z', 'open'],
    ]);
    await buyer.advance('2027-05-16T01:00:00Z');
    const last = await unpaid(buyer);
    expect(last).toMatchObject({ attempt_count: 4, next_payment_attempt: null, status: 'open', auto_advance: false });
    expect(typesOf(last.id).filter((type) => type === 'invoice.payment_failed')).toHaveLength(4);
    expect(await read(id)).toMatchObject({
      status: 'canceled',
      ended_at: at('2027-05-16T01:00:00Z'),
      cancellation_details: { reason: 'payment_failed' },
    });
    expect(typesOf(id).at(-1)).toBe('customer.subscription.deleted');
  });

  it('are paid by the next try when the card can be charged again, or another one is there', async () => {
    const { buyer, id } = await failing();
    world.sandbox.stripe.failCard(buyer.method, null);
    await buyer.advance('2027-05-04T01:00:00Z');
    expect((await read(id)).status).toBe('active');
    const { payments, status, attempt_count: count } = await unpaid(buyer);
    expect([status, count, payments?.data.map((each) => [each.status, each.amount_paid])]).toEqual([
      'paid',
      2,
      [['paid', 2000]],
    ]);
    const other = await failing();
    const method = await world.stripe.paymentMethods.attach('pm_card_mastercard', { customer: other.buyer.id });
    await world.stripe.subscriptions.update(other.id, { default_payment_method: method.id });
    await other.buyer.advance('2027-05-04T01:00:00Z');
    expect((await read(other.id)).status).toBe('active');
    const [charge] = (await world.stripe.charges.list({ customer: other.buyer.id })).data;
    expect(charge).toMatchObject({ payment_method: method.id, created: at('2027-05-04T01:00:00Z') });
  });

  it('can be paid by hand, which leaves the schedule alone when it fails', async () => {
    const { buyer, id } = await failing();
    const invoice = await unpaid(buyer);
    const declined = await refusal(world.stripe.invoices.pay(invoice.id));
    expect(declined).toMatchObject({ statusCode: 402, decline_code: 'insufficient_funds' });
    expect(await unpaid(buyer)).toMatchObject({ attempt_count: 1, next_payment_attempt: at('2027-05-04T01:00:00Z') });
    const method = await world.stripe.paymentMethods.attach('pm_card_mastercard', { customer: buyer.id });
    const paid = await world.stripe.invoices.pay(invoice.id, { payment_method: method.id });
    expect(paid).toMatchObject({ status: 'paid', amount_remaining: 0 });
    expect((await read(id)).status).toBe('active');
    expect((await refusal(world.stripe.invoices.pay(invoice.id))).message).toBe('Invoice is already paid');
  });

  it('are paid on their own page, by way of the bank where it asks', async () => {
    const { buyer, id } = await failing('authentication_required');
    const invoice = await unpaid(buyer);
    expect(typesOf(invoice.id)).toContain('invoice.payment_action_required');
    const url = String(invoice.hosted_invoice_url);
    expect(await (await fetch(url)).text()).toContain('$20.00');
    const typed = (card: string) =>
      fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `email=a%40example.com&cardNumber=${card}&cardExpiry=12%2F60&cardCvc=123`,
      });
    expect((await typed('4000000000000002')).status).toBe(402);
    const asked = await typed('4000002760003184');
    expect(asked.status).toBe(303);
    const bank = String(asked.headers.get('location'));
    const back = await fetch(bank, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'result=complete',
    });
    expect(back.headers.get('location')).toContain(`/stripe/invoices/${invoice.id}`);
    expect(await (await fetch(url)).text()).toContain('Payment complete');
    expect((await read(id)).status).toBe('active');
    expect(await unpaid(buyer)).toMatchObject({ status: 'paid', amount_paid: 2000, attempt_count: 1 });
  });

  it('end as the account is told to, by its own schedule', async () => {
    const { billing } = world.sandbox.stripe;
    try {
      billing.collectBy({ retryAfterDays: [1], whenExhausted: 'unpaid' });
      const { buyer, id } = await failing();
      await buyer.advance('2027-05-02T01:00:00Z');
      expect((await read(id)).status).toBe('unpaid');
      const { id: invoice } = await unpaid(buyer);
      // What nobody pays is not collected by itself any more.
      await buyer.advance('2027-06-02T01:00:00Z');
      expect(await unpaid(buyer)).toMatchObject({ status: 'draft', auto_advance: false });
      expect(invoice).not.toBe((await unpaid(buyer)).id);
      billing.collectBy({ retryAfterDays: [], whenExhausted: 'past_due' });
      const other = await failing();
      expect((await read(other.id)).status).toBe('past_due');
      expect((await unpaid(other.buyer)).next_payment_attempt).toBeNull();
    } finally {
      billing.collectBy({ retryAfterDays: [3, 5, 7], whenExhausted: 'cancel' });
    }
  });

  it('are found by what paid them, and void only while they are open', async () => {
    const { buyer } = await failing();
    const { id } = await unpaid(buyer);
    const [open] = (await world.stripe.invoicePayments.list({ invoice: id })).data;
    expect(open).toMatchObject({ status: 'open', amount_requested: 2000, amount_paid: null });
    const intent = idOf(open?.payment.payment_intent ?? null);
    const found = await world.stripe.invoicePayments.list({
      payment: { type: 'payment_intent', payment_intent: intent },
    });
    expect(found.data.map((each) => each.invoice)).toEqual([id]);
    const lines = await world.stripe.invoices.listLineItems(id);
    expect(lines.data.map(({ amount }) => amount)).toEqual([2000]);
    expect((await world.stripe.invoices.voidInvoice(id)).status).toBe('void');
    await refusal(world.stripe.invoices.voidInvoice(id));
  });
});
