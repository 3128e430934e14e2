import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { CarryOutRefunds } from '../src/payments/refunds/carry-out-refunds.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { answerWith, cutConnection, serverError } from '../src/sandbox/index.js';
import { brief } from './support/patience.js';
import { Desk, feeOf, SLOW_REFUNDS, takenBack } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { bought, partly, refunded as gone } from './support/standings.js';

/* What the provider makes of refunds: late, failed, refused, unheard, doubled, out of order, or made by a person in its dashboard. */

const REFUNDS = { method: 'POST', path: '/v1/refunds' };

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, brief]]);
  desk = new Desk(school);
});
afterAll(() => school.close());
beforeEach(() => expect(school.app.get(Circuits).of('STRIPE').closed).toBe(true));
endQuietly(() => school);

const asked = {
  'liability:refunds-pending USD': 10_000,
  'liability:earnings-pending:instructor USD': -7000,
  'revenue:courses USD': -3000,
};
const done = { 'asset:provider:stripe USD': -10_000, 'liability:refunds-pending USD': -10_000 };
const undone = Object.fromEntries(Object.entries(takenBack).map(([code, amount]) => [code, -amount]));

it('is done by the request that asks for it, though the sweep looks all the while', async () => {
  const sale = await desk.buy({});
  const sweep = school.app.get(CarryOutRefunds);
  let over = false;
  const sweeping = (async () => {
    while (!over) await sweep.run();
  })();
  const statuses = [];
  for (let turn = 0; turn < 20; turn += 1) statuses.push((await desk.refund(sale, { amount: 100 })).body.status);
  over = true;
  await sweeping;
  expect(statuses).toEqual(Array(20).fill('SUCCEEDED'));
});

describe('a refund that the provider does later', () => {
  it('is pending until then: booked, not given, and nothing of it is left to refund', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS });
    let providerRefundId = '';
    const first = await desk.moved(async () => {
      const { status, body } = await desk.refund(sale);
      expect([status, body.status, body.settledAt]).toEqual([200, 'PENDING', null]);
      providerRefundId = body.providerRefundId!;
    });
    expect(first).toEqual(asked);
    // Access goes when the money has.
    expect(await desk.standing(sale)).toEqual({ ...bought, refunded: 10_000 });
    expect((await desk.refund(sale, { amount: 1 })).body.code).toBe('NOT_REFUNDABLE');
    expect(await desk.moved(() => desk.later())).toEqual({});
    expect(desk.refundsAtStripe(sale)).toEqual([['pending', 10_000]]);

    const second = await desk.moved(() => school.sandbox.stripe.finishRefund(providerRefundId));
    expect(second).toEqual(done);
    expect(await desk.standing(sale)).toEqual(gone);
    // The reference by which the buyer's bank can find it comes later still and changes nothing.
    expect(await desk.moved(() => school.sandbox.stripe.finishRefund(providerRefundId))).toEqual({});
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
  });

  it('is found done though no webhook comes', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS });
    const { body } = await desk.refund(sale);
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.finishRefund(body.providerRefundId!);
    await desk.later();
    expect(await desk.standing(sale)).toEqual(gone);
    school.sandbox.stripe.resumeWebhooks();
    expect(await desk.moved(() => undefined)).toEqual({});
  });

  it('or not at all: everything is as before, and it can be asked for again', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS });
    const { body } = await desk.refund(sale);
    const back = await desk.moved(() => school.sandbox.stripe.failRefund(body.providerRefundId!, 'declined'));
    expect(back).toEqual(Object.fromEntries(Object.entries(asked).map(([code, amount]) => [code, -amount])));
    expect(await desk.standing(sale)).toEqual(bought);
    const { body: payment } = await school.get(`/payments/${sale.paymentId}`, school.admin.token);
    expect(payment).toMatchObject({ refundedAmount: 0, refunds: [{ status: 'FAILED', failureReason: 'declined' }] });
    expect(await desk.refund(sale, { refundId: body.id })).toMatchObject({
      status: 409,
      body: {
        code: 'NOT_REFUNDABLE',
        detail: 'This refund is not of money that fitted nothing; leave refundId out to refund what was sold',
      },
    });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunded(sale, { destination: 'WALLET' })).toMatchObject({ amount: 10_000 });
    expect(await desk.wallet(sale.buyer)).toBe(10_000);
  });

  it('in several parts, of which one fails, keeps the parts exact', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS, country: 'DE', price: 9999, shareBasisPoints: 3333 });
    const ids: string[] = [];
    for (const amount of [101, 3333, 2]) ids.push((await desk.refund(sale, { amount })).body.providerRefundId!);
    school.sandbox.stripe.finishRefund(ids[0]!);
    school.sandbox.stripe.failRefund(ids[1]!);
    school.sandbox.stripe.finishRefund(ids[2]!);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 103 });
    const { body } = await desk.refund(sale);
    expect(body).toMatchObject({ status: 'PENDING', amount: 11_796 });
    school.sandbox.stripe.finishRefund(body.providerRefundId!);
    await desk.quiet();
    const left = await school.sql(
      `SELECT a.code, sum(l.amount)::int AS amount FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id
       JOIN ledger_entries e ON e.id = l.entry_id WHERE e.object_id = $1 GROUP BY a.code HAVING sum(l.amount) <> 0 ORDER BY 1`,
      [sale.paymentId],
    );
    const fee = feeOf(11_899);
    expect(left).toEqual([
      { code: 'asset:provider:stripe', amount: -fee },
      { code: 'expense:provider-fees', amount: fee },
    ]);
  });
});

describe('refunds of which none is done yet', () => {
  it('leave nothing of the parts when they are, to the unit', async () => {
    const sale = await desk.buy({ card: SLOW_REFUNDS, country: 'DE', price: 100 });
    const ids: string[] = [];
    for (const amount of [40, 40, 39]) ids.push((await desk.refund(sale, { amount })).body.providerRefundId!);
    for (const id of ids) school.sandbox.stripe.finishRefund(id);
    await desk.quiet();
    const tax = await school.sql(
      `SELECT -l.amount::int AS amount FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id AND a.code = 'liability:tax:de'
       JOIN ledger_entries e ON e.id = l.entry_id WHERE e.object_id = $1 ORDER BY e.id`,
      [sale.paymentId],
    );
    expect(tax).toEqual([{ amount: 19 }, { amount: -6 }, { amount: -7 }, { amount: -6 }]);
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 119 });
  });
});

describe('a refund that fails after it was done', () => {
  it('is taken back: access, amount and books, once, however often it is told', async () => {
    const sale = await desk.buy();
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(gone);
    const back = await desk.moved(async () => {
      school.sandbox.stripe.failRefund(providerRefundId!);
      await desk.quiet();
      const events = school.sandbox.stripe.events().filter(({ type }) => type.includes('refund'));
      for (const { id } of events.slice(-5)) await school.sandbox.stripe.redeliver(id);
    });
    expect(back).toEqual(undone);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    expect(await desk.entries(sale)).toEqual([
      ...['course.sold', 'provider.settled', 'refund.asked', 'refund.done', 'refund.failed', 'refund.failed'],
    ]);
  });

  it('whatever is heard first: no older word brings it back', async () => {
    const types = ['refund.created', 'charge.refunded', 'refund.updated', 'refund.failed'];
    const orders = [...permutations(types)].filter((_, index) => index % 3 === 0);
    for (const order of orders) {
      const sale = await desk.buy();
      school.sandbox.stripe.pauseWebhooks();
      const refund = school.sandbox.stripe.refund({ paymentIntent: sale.intent });
      school.sandbox.stripe.failRefund(refund.id);
      for (const type of order) {
        await school.sandbox.stripe.deliverNow(type);
        await school.app.get(ProcessInbox).run();
      }
      school.sandbox.stripe.resumeWebhooks();
      await desk.quiet();
      expect([order, await desk.standing(sale), await desk.refunds(sale)]).toEqual([
        order,
        bought,
        [['FAILED', 10_000]],
      ]);
    }
  });
});

describe('a provider that cannot or will not', () => {
  it('refuses: 409 in words, nothing is changed, and the refusal is kept for its key', async () => {
    const sale = await desk.buy();
    const error = { type: 'invalid_request_error', code: 'charge_disputed', message: 'Charge has been charged back.' };
    school.sandbox.stripe.intercept(REFUNDS, answerWith(400, { error }));
    const moved = await desk.moved(async () => {
      for (let turn = 0; turn < 2; turn += 1) {
        const answer = await desk.refund(sale, {}, { key: 'refused' });
        expect(answer).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
        expect(answer.body.detail).toContain('charge_disputed');
      }
    });
    expect(moved).toEqual({});
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    await desk.refunded(sale);
  });

  it('is down: the refund stands and is done when it answers again, once', async () => {
    const sale = await desk.buy();
    const calm = school.sandbox.stripe.intercept({ path: /refunds/, times: Infinity }, cutConnection('before'));
    const first = await desk.moved(async () => {
      const { status, body } = await desk.refund(sale);
      expect([status, body.status, body.providerRefundId]).toEqual([200, 'PENDING', null]);
    });
    expect(first).toEqual(asked);
    for (let turn = 0; turn < 3; turn += 1) expect(await desk.moved(() => desk.later())).toEqual({});
    calm();
    expect(await desk.moved(() => desk.later())).toEqual(done);
    expect(await desk.standing(sale)).toEqual(gone);
    expect(desk.refundsAtStripe(sale)).toEqual([['succeeded', 10_000]]);
  });

  it.each([
    ['the connection cut', cutConnection('after')],
    ['a 500', serverError('after')],
    ['an answer that is none', answerWith(200, {})],
  ])('does it and is not heard, for %s: it is found, not made again', async (_, mischief) => {
    const sale = await desk.buy();
    school.sandbox.stripe.pauseWebhooks();
    const calm = school.sandbox.stripe.intercept({ ...REFUNDS, times: Infinity }, mischief);
    expect((await desk.refund(sale)).body.status).toBe('PENDING');
    calm();
    expect(await desk.moved(() => desk.later())).toEqual(done);
    expect(desk.refundsAtStripe(sale)).toEqual([['succeeded', 10_000]]);
    school.sandbox.stripe.resumeWebhooks();
    expect(await desk.moved(() => undefined)).toEqual({});
    expect(await desk.standing(sale)).toEqual(gone);
  });

  it('keeps a failure of its own for the key: in the end it is asked anew', async () => {
    const sale = await desk.buy();
    school.sandbox.stripe.intercept({ ...REFUNDS, layer: 'endpoint' }, serverError('before'));
    expect((await desk.refund(sale)).body.status).toBe('PENDING');
    for (let turn = 0; turn < 5; turn += 1) await desk.later();
    expect(desk.refundsAtStripe(sale)).toEqual([['succeeded', 10_000]]);
    expect(await desk.standing(sale)).toEqual(gone);
  });

  it('does it, fails it, and is heard only then: it has failed', async () => {
    const sale = await desk.buy();
    school.sandbox.stripe.pauseWebhooks();
    const calm = school.sandbox.stripe.intercept({ ...REFUNDS, times: Infinity }, cutConnection('after'));
    await desk.refund(sale);
    calm();
    const [made] = school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent);
    school.sandbox.stripe.failRefund(made!.id);
    await desk.later();
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    expect(await desk.standing(sale)).toEqual(bought);
  });
});
