import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { StripeStrategy } from '../src/payments/stripe/stripe.strategy.js';
import { Money } from '../src/platform/money/index.js';
import { answerWith } from '../src/sandbox/index.js';
import { Desk, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { bytesOf, deliver } from './support/stripe-webhook.js';
import { folder, sample, SESSION, INTENT, usd, at, refund, events } from './support/stripe-samples.js';

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const strategy = () => school.app.get(StripeStrategy);

describe('what an event says', () => {
  it('is tested for every sample', () => {
    const files = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    expect(files.filter((name) => !name.startsWith('answer.')).toSorted()).toEqual(Object.keys(events).toSorted());
  });

  it.each(Object.entries(events))('%s', (name, report) => {
    expect(strategy().interpret({ body: bytesOf(sample(name)) })).toEqual(report);
  });

  it.each(Object.keys(events))('%s: not even without all that may be missing or null', (name) => {
    const event = sample<{ data: { object: Record<string, unknown> } }>(name);
    const { object } = event.data;
    for (const key of Object.keys(object)) {
      const rest: Record<string, unknown> = { ...object };
      delete rest[key];
      for (const poorer of [rest, { ...object, [key]: null }]) {
        if (required.has(key)) continue;
        const body = bytesOf({ ...event, data: { object: poorer } });
        expect(() => strategy().interpret({ body })).not.toThrow();
      }
    }
  });
});

/** Without these an object is none of its kind. */
const required = new Set(['amount', 'amount_total', 'amount_received']);

/** A sample about a real sale: its bytes, with the ids of the sale in place of the made-up ones. */
function about(sale: Sale, name: string, changes: Record<string, string> = {}): string {
  const ids: Record<string, string> = {
    [SESSION]: sale.stripeId,
    [INTENT]: sale.intent,
    pay_of_the_sample: sale.paymentId,
    ps_of_the_sample: sale.sessionId,
    ...changes,
  };
  const { id, ...event } = sample<{ id: string }>(name);
  const bytes = bytesOf({ id: `${id}_${sale.paymentId}`, ...event });
  return Object.entries(ids).reduce((text, [from, to]) => text.replaceAll(from, to), bytes);
}

describe('what comes of the samples, delivered byte for byte', () => {
  const bought = {
    payment: 'COMPLETED',
    refunded: 0,
    disputed: 0,
    place: 'ACTIVE',
    paid: 'PAID',
    open: true,
    count: 1,
  };
  const hear = async (sale: Sale, ...names: string[]) => {
    for (const name of names) expect([name, await deliver(school, about(sale, name))]).toEqual([name, 200]);
    await school.settle();
  };
  /** A sale that was paid, and of which Stripe's own word has not come. */
  const unheard = async () => {
    const sale = await desk.begin();
    stripe().pauseWebhooks();
    desk.pay(sale);
    return sale;
  };

  it.each([
    ['checkout.session.completed'],
    ['checkout.session.completed.2020-03-02'],
    ['payment_intent.succeeded'],
    ['payment_intent.succeeded.2020-03-02'],
  ])('%s sells the course', async (name) => {
    const sale = await unheard();
    await hear(sale, 'charge.succeeded.2020-03-02', name, name);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
    const [row] = await school.sql('SELECT transaction_id, buyer_country FROM payments WHERE id = $1', [
      sale.paymentId,
    ]);
    const country = name === 'checkout.session.completed' ? 'KE' : null;
    expect(row).toEqual({ transaction_id: sale.intent, buyer_country: country });
  });

  it('an order that is unpaid, then fails, is not sold', async () => {
    const sale = { ...(await desk.begin()), intent: 'pi_of_a_debit' };
    await hear(sale, 'payment_intent.payment_failed', 'charge.failed', 'checkout.session.completed.unpaid');
    expect(await desk.standing(sale)).toMatchObject({ payment: 'PENDING', place: null });
    await hear(sale, 'checkout.session.async_payment_failed');
    expect(await desk.standing(sale)).toMatchObject({ payment: 'FAILED', place: null });
    expect(await desk.entries(sale)).toEqual([]);
    const late = { ...(await desk.begin()), intent: 'pi_of_nobody' };
    await hear(late, 'checkout.session.expired');
    expect(await desk.standing(late)).toMatchObject({ payment: 'CANCELLED', place: null });
  });

  it('a refund of a part, in both versions and under every name, is booked once; and taken back when it fails', async () => {
    const sale = await desk.buy();
    stripe().pauseWebhooks();
    const moved = await desk.moved(() =>
      hear(
        sale,
        ...[
          'refund.created',
          'charge.refunded',
          'refund.updated',
          'charge.refund.updated',
          'charge.refunded.2020-03-02',
        ],
        ...['refund.created.2020-03-02', 'refund.created.pending'],
      ),
    );
    expect(moved).toEqual({
      'asset:provider:stripe USD': -3000,
      'liability:earnings-pending:instructor USD': -2100,
      'revenue:courses USD': -900,
    });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'PARTIALLY_REFUNDED', refunded: 3000 });
    await hear(sale, 'refund.failed', 'refund.updated');
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([['FAILED', 3000]]);
  });

  it('a dispute in Canadian dollars that is won: taken, under review, given back', async () => {
    const sale = await desk.buy();
    stripe().pauseWebhooks();
    const disputed = { ...bought, payment: 'DISPUTED', disputed: 10_000, place: 'SUSPENDED', open: false };
    await hear(sale, 'charge.dispute.created', 'charge.dispute.funds_withdrawn', 'charge.updated');
    expect(await desk.standing(sale)).toEqual(disputed);
    await hear(sale, 'charge.dispute.updated');
    expect(await desk.standing(sale)).toEqual(disputed);
    await hear(sale, 'charge.dispute.funds_reinstated', 'charge.dispute.closed', 'charge.dispute.updated');
    expect(await desk.standing(sale)).toEqual(bought);
    expect((await desk.entries(sale)).filter((kind) => kind.startsWith('dispute.'))).toEqual([
      'dispute.withdrawn',
      'dispute.reinstated',
    ]);
  });

  it('a dispute as it was told in 2020: first an inquiry, then the money is gone', async () => {
    const sale = await desk.buy();
    stripe().pauseWebhooks();
    await hear(sale, 'charge.dispute.created.2020-03-02');
    expect(await desk.standing(sale)).toEqual(bought);
    await hear(sale, 'charge.dispute.funds_withdrawn.2020-03-02', 'radar.early_fraud_warning.created.2020-03-02');
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', disputed: 10_000, open: false });
  });

  it('what says nothing to us is answered and left', async () => {
    const sale = await desk.buy();
    const silent = Object.entries(events).flatMap(([name, report]) => (report ? [] : [name]));
    await hear(sale, ...silent);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.entries(sale)).toEqual(['course.sold', 'provider.settled']);
  });
});

describe('what an answer says', () => {
  const answer = (path: string | RegExp, name: string) =>
    stripe().intercept({ method: 'GET', path }, answerWith(200, sample(name)));

  it('a list of refunds, with a count that nobody documents', async () => {
    answer('/v1/refunds', 'answer.refunds.list');
    const others = { refundId: undefined, transactionId: INTENT, kind: 'refund' };
    expect(await strategy().account.refundsOf(INTENT)).toEqual([
      {
        ...{ ...others, providerRefundId: 're_3SampleRefund0000000003', status: 'FAILED', amount: usd(700) },
        reason: 'expired_or_canceled_card',
      },
      { ...others, providerRefundId: 're_3SampleRefund0000000002', status: 'SUCCEEDED', amount: usd(500) },
      refund,
    ]);
  });

  it('the account of a payment, line by line, settled in Canadian dollars', async () => {
    answer(/payment_intents/, 'answer.payment_intent.expanded');
    answer('/v1/refunds', 'answer.refunds.list');
    answer('/v1/disputes', 'answer.disputes.list');
    const cad = (minor: number) => Money.of(minor, 'CAD');
    const names = {
      CHARGE: /^pi_/,
      REFUND: /^re_/,
      REFUND_FAILURE: /^re_/,
      DISPUTE: /^d[up]_/,
      DISPUTE_REVERSAL: /^d[up]_/,
    };
    const line = (kind: keyof typeof names, amount: number, fee: number, original: number, occurred: number) => ({
      ...{ kind, amount: cad(amount), fee: cad(fee), original: usd(original), occurredAt: at(occurred) },
      externalId: expect.stringMatching(/^txn_/),
      reference: expect.stringMatching(names[kind]),
    });
    expect(await strategy().account.movementsOf(INTENT)).toEqual([
      line('CHARGE', 13_985, 436, 10_000, 5),
      line('REFUND', -979, 0, -700, 5),
      line('REFUND_FAILURE', 979, 0, 700, 5),
      line('REFUND', -699, 0, -500, 5),
      line('REFUND', -4196, 0, -3000, 5),
      line('DISPUTE', -13_985, 1500, -10_000, 11),
      line('DISPUTE_REVERSAL', 13_985, 0, 10_000, 20),
    ]);
  });

  it.each([
    ['charge_already_refunded', 'charge_already_refunded'],
    // Stripe gives no code with these.
    ['refund_too_much', 'invalid_request_error'],
    ['not_captured', 'invalid_request_error'],
    ['no_such_charge', 'resource_missing'],
    ['parameter_unknown', 'parameter_unknown'],
  ])('a refusal, %s, is final: the refund has failed and nothing has moved', async (name, code) => {
    const sale = await desk.buy();
    const errors = sample<Record<string, { status: number; body: object }>>('answer.errors');
    const { status, body } = errors[name]!;
    stripe().intercept({ method: 'POST', path: '/v1/refunds' }, answerWith(status, body));
    const moved = await desk.moved(async () => {
      expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
    });
    expect(moved).toEqual({});
    const rows = await school.sql('SELECT status, failure_reason AS reason FROM refunds WHERE payment_id = $1', [
      sale.paymentId,
    ]);
    expect(rows).toEqual([{ status: 'FAILED', reason: code }]);
  });
});
