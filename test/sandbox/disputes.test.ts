import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { basket, eventTypes, refusal, startWorld, until, type World } from './support.js';

describe('disputes', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  async function paid(card?: string, amount = 6000) {
    const params = basket(amount);
    params.payment_intent_data = { description: 'Algebra I' };
    const session = await world.stripe.checkout.sessions.create(params);
    const attempt = world.sandbox.stripe.pay(session.id, { card, email: 'ada@example.com', name: 'Ada' });
    const { charge, paymentIntent } = attempt;
    return { charge: charge!.id, intent: paymentIntent!.id, attempt };
  }
  const disputeOf = async (charge: string) => {
    const { data } = await world.stripe.disputes.list({ charge });
    expect(data).toHaveLength(1);
    return data[0]!;
  };
  const newEvents = async (work: () => unknown) => {
    const before = eventTypes(world.sandbox).length;
    await work();
    return eventTypes(world.sandbox).slice(before);
  };
  const evidence = (id: string, uncategorized_text: string) =>
    world.stripe.disputes.update(id, { evidence: { uncategorized_text } });

  it('by the card 0259 come before the payment’s success, with the money withdrawn and a fee', async () => {
    const { charge, intent, attempt } = await paid('4000 0000 0000 0259');
    expect(attempt).toMatchObject({ outcome: 'paid', charge: { disputed: true, status: 'succeeded' } });
    expect(eventTypes(world.sandbox)).toEqual([
      'payment_intent.created',
      'charge.succeeded',
      'charge.dispute.created',
      'charge.dispute.funds_withdrawn',
      'payment_intent.succeeded',
      'checkout.session.completed',
    ]);
    const dispute = await disputeOf(charge);
    expect(dispute).toMatchObject({
      object: 'dispute',
      amount: 6000,
      charge,
      currency: 'usd',
      evidence: { customer_email_address: 'ada@example.com', customer_name: 'Ada', product_description: 'Algebra I' },
      evidence_details: {
        due_by: Date.parse('2026-11-28T23:59:59Z') / 1000,
        has_evidence: false,
        past_due: false,
        submission_count: 0,
      },
      is_charge_refundable: false,
      metadata: {},
      payment_intent: intent,
      payment_method_details: { card: { brand: 'visa', case_type: 'chargeback', network_reason_code: '10.4' } },
      reason: 'fraudulent',
      status: 'needs_response',
    });
    expect(dispute.id).toMatch(/^du_1\w{23}$/);
    expect(dispute.balance_transactions).toMatchObject([
      {
        amount: -6000,
        description: `Chargeback withdrawal for ${charge}`,
        fee: 1500,
        fee_details: [{ amount: 1500, description: 'Dispute fee', type: 'stripe_fee' }],
        net: -7500,
        reporting_category: 'dispute',
        source: dispute.id,
        status: 'available',
        type: 'adjustment',
      },
    ]);
    const created = world.sandbox.stripe.events().find(({ type }) => type === 'charge.dispute.created');
    expect(created?.data.object).toMatchObject({ balance_transactions: [], evidence: { customer_name: null } });
    expect((await world.stripe.disputes.list({ payment_intent: intent })).data).toHaveLength(1);
    expect((await world.stripe.disputes.list({ payment_intent: 'pi_other' })).data).toEqual([]);
    const { data } = await world.stripe.balanceTransactions.list({ source: dispute.id, expand: ['data.source'] });
    expect(data).toMatchObject([{ amount: -6000, source: { id: dispute.id, object: 'dispute' } }]);
  });

  it('are won by winning evidence, a moment after it was submitted; the fee stays', async () => {
    const { charge } = await paid('4000000000000259');
    world.sandbox.stripe.settleNow();
    const { id } = await disputeOf(charge);
    const types = await newEvents(async () => {
      const submitted = await evidence(id, 'winning_evidence');
      expect(submitted).toMatchObject({
        evidence: { customer_name: 'Ada', uncategorized_text: 'winning_evidence' },
        evidence_details: { has_evidence: true, submission_count: 1, submission_method: 'manual' },
        is_charge_refundable: false,
        status: 'under_review',
      });
      await until(() => eventTypes(world.sandbox).includes('charge.dispute.closed'));
    });
    expect(types).toEqual([
      'charge.dispute.updated',
      'charge.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ]);
    const won = await world.stripe.disputes.retrieve(id);
    expect(won).toMatchObject({ is_charge_refundable: true, status: 'won' });
    expect(won.balance_transactions).toMatchObject([
      { amount: -6000, fee: 1500 },
      {
        amount: 6000,
        description: `Chargeback reversal for ${charge}`,
        fee: 0,
        fee_details: [],
        net: 6000,
        reporting_category: 'dispute_reversal',
        status: 'pending',
        type: 'adjustment',
      },
    ]);
    expect(await refusal(evidence(id, 'more'))).toMatchObject({
      message: 'This dispute is already closed',
      statusCode: 400,
    });
  });

  it('keep the charge from being refunded until they are won', async () => {
    const { charge } = await paid('4000000000002685');
    const { id, reason, payment_method_details: method } = await disputeOf(charge);
    expect([reason, method?.card?.network_reason_code]).toEqual(['product_not_received', '13.1']);
    const refund = () => world.stripe.refunds.create({ charge, amount: 100 });
    expect(await refusal(refund())).toMatchObject({
      code: 'charge_disputed',
      message: `Charge ${charge} has been charged back; cannot issue a refund.`,
      statusCode: 400,
    });
    expect(await world.stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 0, disputed: true });
    const types = await newEvents(() => world.sandbox.stripe.winDispute(id));
    expect(types).toEqual([
      'charge.dispute.updated',
      'charge.updated',
      'charge.dispute.funds_reinstated',
      'charge.dispute.closed',
    ]);
    expect((await refund()).status).toBe('succeeded');
    expect(await world.stripe.charges.retrieve(charge)).toMatchObject({ amount_refunded: 100, disputed: true });
  });

  it('are lost by losing evidence, by silence, or by giving in', async () => {
    const first = await disputeOf((await paid('4000000000000259')).charge);
    world.sandbox.stripe.settleNow();
    const byEvidence = await newEvents(async () => {
      await evidence(first.id, 'losing_evidence');
      world.sandbox.stripe.sweep();
    });
    expect(byEvidence).toEqual(['charge.dispute.updated', 'charge.updated', 'charge.dispute.closed']);

    const second = await disputeOf((await paid('4000000000000259')).charge);
    world.sandbox.stripe.settleNow();
    expect(await newEvents(() => world.sandbox.stripe.loseDispute(second.id))).toEqual(['charge.dispute.closed']);

    const { charge } = await paid('4000000000000259');
    const third = await disputeOf(charge);
    world.sandbox.stripe.settleNow();
    const byClosing = await newEvents(async () => {
      expect((await world.stripe.disputes.close(third.id)).status).toBe('lost');
    });
    expect(byClosing).toEqual(['charge.dispute.closed', 'charge.updated']);
    for (const { id } of [first, second, third]) {
      const lost = await world.stripe.disputes.retrieve(id);
      expect(lost).toMatchObject({ is_charge_refundable: false, status: 'lost' });
      expect(lost.balance_transactions).toHaveLength(1);
      expect((await refusal(world.stripe.disputes.close(id))).message).toBe('This dispute is already closed');
    }
    expect((await refusal(world.stripe.refunds.create({ charge }))).code).toBe('charge_disputed');
    expect(() => world.sandbox.stripe.winDispute(third.id)).toThrow(/is lost: there is no way to win/);
  });

  it('stage evidence until it is submitted, and wait for the bank', async () => {
    const { id } = await disputeOf((await paid('4000000000000259')).charge);
    const staged = await world.stripe.disputes.update(id, {
      evidence: { uncategorized_text: 'winning_evidence' },
      submit: false,
    });
    expect(staged).toMatchObject({
      evidence_details: { has_evidence: true, submission_count: 0 },
      status: 'needs_response',
    });
    world.sandbox.stripe.sweep();
    expect((await world.stripe.disputes.retrieve(id)).status).toBe('needs_response');
    const plain = await evidence(id, 'she was there');
    world.sandbox.stripe.sweep();
    expect(plain.status).toBe('under_review');
    expect((await world.stripe.disputes.retrieve(id)).status).toBe('under_review');
    const marked = await world.stripe.disputes.update(id, { metadata: { case: '7' } });
    expect(marked).toMatchObject({ evidence_details: { submission_count: 1 }, metadata: { case: '7' } });
    const file = await refusal(world.stripe.disputes.update(id, { evidence: { receipt: 'file_1' } }));
    expect(file.message).toMatch(/does not implement this yet: evidence\[receipt\]/);
    expect(await refusal(world.stripe.disputes.retrieve('du_none'))).toMatchObject({
      message: "No such dispute: 'du_none'",
      param: 'dispute',
      statusCode: 404,
    });
  });

  it('begin as an inquiry with the card 1976: nothing is withdrawn, refunds are possible, and it can grow', async () => {
    const { charge, attempt } = await paid('4000000000001976');
    expect(attempt.charge?.disputed).toBe(true);
    expect(eventTypes(world.sandbox)).not.toContain('charge.dispute.funds_withdrawn');
    const inquiry = await disputeOf(charge);
    expect(inquiry).toMatchObject({
      balance_transactions: [],
      is_charge_refundable: true,
      payment_method_details: { card: { case_type: 'inquiry', network_reason_code: '10' } },
      status: 'warning_needs_response',
    });
    expect((await world.stripe.refunds.create({ charge, amount: 100 })).status).toBe('succeeded');
    world.sandbox.stripe.settleNow();
    world.clock.advance(86_400);
    const types = await newEvents(async () => {
      expect((await evidence(inquiry.id, 'escalate_inquiry_evidence')).status).toBe('warning_under_review');
      world.sandbox.stripe.sweep();
    });
    expect(types).toEqual([
      'charge.dispute.updated',
      'charge.updated',
      'charge.dispute.updated',
      'charge.dispute.funds_withdrawn',
    ]);
    const escalated = await disputeOf(charge);
    expect(escalated).toMatchObject({
      id: inquiry.id,
      balance_transactions: [{ amount: -6000, fee: 1500 }],
      evidence_details: { due_by: Date.parse('2026-11-29T23:59:59Z') / 1000 },
      is_charge_refundable: false,
      payment_method_details: { card: { case_type: 'chargeback' } },
      status: 'needs_response',
    });
    expect((await refusal(world.stripe.refunds.create({ charge }))).code).toBe('charge_disputed');
    expect(world.sandbox.stripe.loseDispute(inquiry.id).status).toBe('lost');
  });

  it('are opened, escalated and closed by hand, once per charge', async () => {
    const { stripe: control } = world.sandbox;
    const { charge, intent } = await paid();
    const inquiry = control.dispute(intent, { inquiry: true, amount: 2500, reason: 'duplicate' });
    expect(inquiry).toMatchObject({ amount: 2500, reason: 'duplicate', status: 'warning_needs_response' });
    expect(() => control.dispute(intent)).toThrow(/is disputed already/);
    expect(() => control.winDispute(inquiry.id)).toThrow(/no way to win/);
    const types = await newEvents(() => control.closeInquiry(inquiry.id));
    expect(types).toEqual(['charge.dispute.closed']);
    expect(await world.stripe.disputes.retrieve(inquiry.id)).toMatchObject({
      balance_transactions: [],
      status: 'warning_closed',
    });

    control.refund({ paymentIntent: intent, amount: 1000 });
    expect(() => control.dispute(intent, { amount: 5001 })).toThrow(/1 to 5000 usd/);
    const second = control.dispute(intent);
    expect(second).toMatchObject({ amount: 5000, status: 'needs_response' });
    expect(() => control.escalateInquiry(second.id)).toThrow(/no way to escalate/);
    expect((await world.stripe.disputes.list({ charge })).data.map(({ id }) => id)).toEqual([second.id, inquiry.id]);
    expect(() => control.dispute('pi_none')).toThrow(/was not paid/);
  });

  it('are opened and decided on the page', async () => {
    const { charge, intent } = await paid();
    const send = (path: string, fields: Record<string, string> = {}) =>
      fetch(`${world.sandbox.url}${path}`, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
    const opened = await send(`/stripe/payments/${intent}/dispute`, { reason: 'product_not_received', inquiry: 'yes' });
    expect([opened.status, opened.headers.get('location')]).toEqual([303, `/#${intent}`]);
    const { id, status } = await disputeOf(charge);
    expect(status).toBe('warning_needs_response');
    const page = await (await fetch(world.sandbox.url)).text();
    for (const step of ['escalate', 'close']) expect(page).toContain(`action="/stripe/disputes/${id}/${step}"`);
    await send(`/stripe/disputes/${id}/escalate`);
    expect((await disputeOf(charge)).status).toBe('needs_response');
    const wrong = await send(`/stripe/disputes/${id}/close`);
    expect([wrong.status, (await wrong.text()).includes('no way to closeInquiry')]).toEqual([422, true]);
    await send(`/stripe/disputes/${id}/win`);
    expect((await disputeOf(charge)).status).toBe('won');
    expect((await send(`/stripe/disputes/${id}/burn`)).status).toBe(404);
    expect((await send('/stripe/disputes/du_none/win')).status).toBe(404);
  });
});
