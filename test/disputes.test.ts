import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisputeDto } from '../src/payments/disputes/disputes.dto.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { cutConnection } from '../src/sandbox/index.js';
import { Desk, DISPUTED, feeOf, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { permutations } from './support/permutations.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Buyers' banks ask, take the money, give it back or keep it; what they say may come twice and in any order. */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const DISPUTE_FEE = 1500;
const bought = { payment: 'COMPLETED', refunded: 0, disputed: 0, place: 'ACTIVE', paid: 'PAID', open: true, count: 1 };
const disputed = { ...bought, payment: 'DISPUTED', disputed: 10_000, place: 'SUSPENDED', open: false };
const lost = {
  ...{ payment: 'REFUNDED', refunded: 0, disputed: 10_000 },
  ...{ place: 'CANCELLED', paid: 'REFUNDED', open: false, count: 0 },
};
const withdrawn = {
  'asset:disputed USD': 10_000,
  'asset:provider:stripe USD': -10_000 - DISPUTE_FEE,
  'expense:dispute-fees USD': DISPUTE_FEE,
};
const reversed = {
  'asset:disputed USD': -10_000,
  'liability:earnings-pending:instructor USD': -7000,
  'revenue:courses USD': -3000,
};
const stripe = () => school.sandbox.stripe;
const statusOf = async (sale: Sale) => {
  const rows = await school.sql<{ status: string; lost: number }>(
    'SELECT status, lost_amount::int AS lost FROM disputes WHERE payment_id = $1 ORDER BY id',
    [sale.paymentId],
  );
  return rows.map(({ status, lost }) => [status, lost]);
};
const list = async (query = '') =>
  expectStatus(200, await school.get<{ data: DisputeDto[] }>(`/admin/disputes?limit=100${query}`, school.admin.token))
    .data;

describe('an inquiry', () => {
  it('moves nothing and takes nothing; it is listed with its deadline, and closed without a trace', async () => {
    const sale = await desk.buy();
    let id = '';
    const opened = await desk.moved(() => {
      id = stripe().dispute(sale.intent, { inquiry: true, reason: 'product_not_received' }).id;
    });
    expect(opened).toEqual({});
    expect(await desk.standing(sale)).toEqual(bought);
    expect((await list('&open=true')).filter(({ paymentId }) => paymentId === sale.paymentId)).toMatchObject([
      {
        userId: sale.buyer.id,
        provider: 'STRIPE',
        externalId: id,
        status: 'INQUIRY',
        reason: 'product_not_received',
        amount: 10_000,
        currency: 'USD',
        dueBy: expect.any(String),
        withdrawnAt: null,
        closedAt: null,
      },
    ]);
    expect(await desk.moved(() => stripe().closeInquiry(id))).toEqual({});
    expect(await statusOf(sale)).toEqual([['CLOSED', 0]]);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('can be answered by a refund', async () => {
    const sale = await desk.buy();
    stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    expect(await desk.refunded(sale)).toMatchObject({ amount: 10_000 });
    expect(await desk.standing(sale)).toMatchObject({ payment: 'REFUNDED', refunded: 10_000, open: false });
  });

  it('that becomes a dispute takes the money then', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    expect(await desk.moved(() => stripe().escalateInquiry(id))).toEqual(withdrawn);
    expect(await desk.standing(sale)).toEqual(disputed);
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual(reversed);
    expect(await desk.standing(sale)).toEqual(lost);
  });

  it('after which all was refunded, and which is disputed and lost all the same: the second loss is ours', async () => {
    const sale = await desk.buy({ country: 'DE' });
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    await desk.refunded(sale, { amount: 4000 });
    await desk.quiet();
    const opened = await desk.moved(() => stripe().escalateInquiry(id));
    expect(opened).toEqual({
      'asset:disputed USD': 11_900,
      'asset:provider:stripe USD': -11_900 - DISPUTE_FEE,
      'expense:dispute-fees USD': DISPUTE_FEE,
    });
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual({
      'asset:disputed USD': -11_900,
      'liability:tax:de USD': -1900 + 639,
      'liability:earnings-pending:instructor USD': -7000 + 2353,
      'revenue:courses USD': -3000 + 1008,
      'expense:dispute-losses USD': 4000,
    });
    expect(await statusOf(sale)).toEqual([['LOST', 7900]]);
    expect(await desk.standing(sale)).toEqual({ ...lost, refunded: 4000, disputed: 11_900 });
    expect(await desk.refund(sale, { destination: 'WALLET' })).toMatchObject({ status: 409 });
  });

  it('about a place that is kept though refunded closes it meanwhile only', async () => {
    const sale = await desk.buy();
    await school.sql('UPDATE courses SET keep_access_on_refund = true WHERE id = $1', [sale.courseId]);
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    await desk.refunded(sale);
    await desk.quiet();
    const kept = { ...bought, payment: 'REFUNDED', refunded: 10_000, paid: 'REFUNDED' };
    expect(await desk.standing(sale)).toEqual(kept);
    stripe().escalateInquiry(id);
    await desk.quiet();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', place: 'SUSPENDED', open: false });
    stripe().winDispute(id);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(kept);
  });
});

describe('a dispute', () => {
  it('suspends the place and holds the money: nothing can be refunded, by no way', async () => {
    const sale = await desk.buy();
    expect(await desk.moved(() => stripe().dispute(sale.intent))).toEqual(withdrawn);
    expect(await desk.standing(sale)).toEqual(disputed);
    const moved = await desk.moved(async () => {
      for (const terms of [{}, { amount: 1 }, { destination: 'WALLET' }])
        expect(await desk.refund(sale, terms)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    });
    expect(moved).toEqual({});
    expect(await desk.refunds(sale)).toEqual([]);
  });

  it('leaves the place its buyer’s: it is not sold to them again, and what they paid for it meanwhile goes back', async () => {
    const sale = await desk.begin();
    const second = await desk.begin({ buyer: sale.buyer, courseId: sale.courseId });
    desk.pay(sale);
    await desk.quiet();
    stripe().dispute(sale.intent);
    await desk.quiet();
    expect(await school.post('/payments/sessions', { courseId: sale.courseId }, sale.buyer.token)).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_ENROLLED' },
    });
    desk.pay(second);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(disputed);
    expect(await desk.refunds(second)).toEqual([['SUCCEEDED', 10_000]]);
  });

  it('that is won gives all back but the fee', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    const won = await desk.moved(() => stripe().winDispute(id));
    expect(won).toEqual({ 'asset:provider:stripe USD': 10_000, 'asset:disputed USD': -10_000 });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await statusOf(sale)).toEqual([['WON', 0]]);
    expect(await desk.refunded(sale)).toMatchObject({ amount: 10_000 });
  });

  it('that is lost is a refund of what was taken, with its tax', async () => {
    const sale = await desk.buy({ country: 'DE' });
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual({
      'asset:disputed USD': -11_900,
      'liability:tax:de USD': -1900,
      'liability:earnings-pending:instructor USD': -7000,
      'revenue:courses USD': -3000,
    });
    expect(await desk.standing(sale)).toEqual({ ...lost, disputed: 11_900 });
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    const again = await desk.buy({ buyer: sale.buyer, courseId: sale.courseId });
    expect(await desk.standing(again)).toEqual(bought);
  });

  it('of a part, lost, takes a part: the place comes back, and the rest can still be refunded', async () => {
    const sale = await desk.buy({ country: 'DE' });
    const { id } = stripe().dispute(sale.intent, { amount: 1190 });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...disputed, disputed: 1190 });
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual({
      'asset:disputed USD': -1190,
      'liability:tax:de USD': -190,
      'liability:earnings-pending:instructor USD': -700,
      'revenue:courses USD': -300,
    });
    expect(await desk.standing(sale)).toEqual({ ...bought, payment: 'PARTIALLY_REFUNDED', disputed: 1190 });
    // Stripe refunds nothing of a charge that was charged back.
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
    expect((await desk.refund(sale, { amount: 10_711, destination: 'WALLET' })).status).toBe(400);
    expect(await desk.moved(() => desk.refunded(sale, { destination: 'WALLET' }))).toEqual({
      'liability:wallet:buyer USD': 10_710,
      'liability:tax:de USD': -1710,
      'liability:earnings-pending:instructor USD': -6300,
      'revenue:courses USD': -2700,
    });
    expect(await desk.standing(sale)).toEqual({ ...lost, refunded: 10_710, disputed: 1190 });
  });

  it('after a refund of a part, lost, leaves nothing, to the unit', async () => {
    let sale!: Sale;
    const all = await desk.moved(async () => {
      sale = await desk.buy({ country: 'GB', price: 9999, shareBasisPoints: 3333 });
      await desk.refunded(sale, { amount: 3337 });
      await desk.quiet();
      const { id, amount } = stripe().dispute(sale.intent);
      expect(amount).toBe(11_999 - 3337);
      await desk.quiet();
      expect(await desk.standing(sale)).toEqual({ ...disputed, refunded: 3337, disputed: 8662 });
      stripe().loseDispute(id);
    });
    const fee = feeOf(11_999);
    expect(all).toEqual({
      'asset:provider:stripe USD': -fee - DISPUTE_FEE,
      'expense:provider-fees USD': fee,
      'expense:dispute-fees USD': DISPUTE_FEE,
    });
    expect(await desk.standing(sale)).toEqual({ ...lost, refunded: 3337, disputed: 8662 });
  });

  it('while a refund is on its way: the refund is refused and the dispute stands', async () => {
    const sale = await desk.buy();
    const calm = stripe().intercept({ path: /refunds/, times: Infinity }, cutConnection('before'));
    expect((await desk.refund(sale)).body.status).toBe('PENDING');
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...disputed, refunded: 10_000 });
    calm();
    // The circuit rests for some seconds of the real clock when it has seen too much of this.
    for (let turn = 0; turn < 20 && (await desk.refunds(sale))[0]![0] === 'PENDING'; turn += 1) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      await desk.later();
    }
    expect(await desk.refunds(sale)).toEqual([['FAILED', 10_000]]);
    expect(await desk.standing(sale)).toEqual(disputed);
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual(reversed);
    expect(await desk.standing(sale)).toEqual(lost);
  });

  it('about a top-up whose money was spent leaves its owner owing', async () => {
    const topUp = await desk.topUp(12_000);
    await desk.buy({ buyer: topUp.buyer, provider: 'WALLET' });
    const { id } = stripe().dispute(topUp.intent);
    await desk.quiet();
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual({
      'asset:disputed USD': -12_000,
      'liability:wallet:buyer USD': -2000,
      'asset:receivable:buyer USD': 10_000,
    });
    expect(await desk.standing(topUp)).toMatchObject({ payment: 'REFUNDED', disputed: 12_000 });
  });

  it('lost, then won on appeal: the sale stands again, and the place with it', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent);
    await desk.quiet();
    stripe().loseDispute(id);
    await desk.quiet();
    const { disputes } = stripe().account.store;
    const appealed = { ...disputes.get(id), status: 'appeal_under_review' };
    expect(await desk.moved(() => stripe().emit('charge.dispute.updated', appealed))).toEqual({});
    const [line] = appealed.balance_transactions;
    const back = { ...line!, id: 'txn_of_the_appeal', amount: 10_000, fee: 0, fee_details: [], net: 10_000 };
    const won = disputes.update(id, { status: 'won', balance_transactions: [...appealed.balance_transactions, back] });
    const moved = await desk.moved(async () => {
      stripe().emit('charge.dispute.closed', won);
      stripe().emit('charge.dispute.funds_reinstated', won);
      stripe().emit('charge.dispute.updated', appealed);
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': 10_000,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await statusOf(sale)).toEqual([['WON', 0]]);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('is listed by its deadline, which it keeps: the next first while it is open, the latest first once it is decided', async () => {
    const ids: string[] = [];
    for (const days of [3, 2]) {
      const { intent } = await desk.buy();
      const { id } = stripe().dispute(intent);
      await desk.quiet();
      await school.sql(`UPDATE disputes SET due_by = opened_at + $2 * interval '1 day' WHERE external_id = $1`, [
        id,
        days,
      ]);
      ids.push(id);
    }
    const listed = async (query: string) => (await list(query)).filter(({ externalId }) => ids.includes(externalId));
    const open = await listed('&open=true');
    expect(open.map(({ externalId }) => externalId)).toEqual(ids.toReversed());
    const { disputes } = stripe().account.store;
    for (const id of ids) {
      const { evidence_details } = disputes.get(id);
      const changes = { status: 'lost', evidence_details: { ...evidence_details, due_by: null } } as const;
      stripe().emit('charge.dispute.closed', disputes.update(id, changes));
    }
    await desk.quiet();
    const decided = await listed('&open=false');
    expect(decided.map(({ externalId, dueBy }) => [externalId, dueBy])).toEqual(
      open.toReversed().map(({ externalId, dueBy }) => [externalId, dueBy]),
    );
  });

  it('is seen by an admin alone, the most urgent first', async () => {
    for (const who of [school.student, school.instructor])
      expect((await school.get('/admin/disputes', who.token)).status).toBe(403);
    const sale = await desk.buy();
    stripe().dispute(sale.intent);
    await desk.quiet();
    const open = await list('&open=true');
    expect(open.map(({ closedAt }) => closedAt)).toEqual(open.map(() => null));
    expect(open.map(({ dueBy }) => dueBy)).toEqual(open.map(({ dueBy }) => dueBy).toSorted());
    expect((await list('&open=false')).every(({ closedAt }) => closedAt !== null)).toBe(true);
    expect((await list('&status=WON')).every(({ status }) => status === 'WON')).toBe(true);
  });
});

/** A third of them, of every kind; properties/payment-life.test.ts walks all the orders of a life. */
const someOf = <T>(orders: Iterable<T>) => [...orders].filter((_, index) => index % 3 === 1);

describe('what is told of it', () => {
  const told = async (sale: Sale, order: string[]) => {
    for (const type of order) {
      for (const { eventId } of await stripe().deliverNow(type)) await stripe().redeliver(eventId);
      await school.app.get(ProcessInbox).run();
    }
    stripe().resumeWebhooks();
    await desk.quiet();
    return [order, await desk.standing(sale), await statusOf(sale)];
  };

  it('comes before the payment that it is about', async () => {
    const sale = await desk.begin();
    const moved = await desk.moved(() => desk.pay(sale, DISPUTED));
    expect(moved).toEqual({
      'asset:disputed USD': 10_000,
      'asset:provider:stripe USD': -DISPUTE_FEE - feeOf(10_000),
      'expense:dispute-fees USD': DISPUTE_FEE,
      'expense:provider-fees USD': feeOf(10_000),
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await desk.standing(sale)).toEqual(disputed);
  });

  it('in any order with the payment, each event twice, ends the same: lost', async () => {
    const types = [
      'payment_intent.succeeded',
      ...['created', 'funds_withdrawn', 'closed'].map((type) => `charge.dispute.${type}`),
    ];
    const { buyer, courseId } = await desk.begin();
    for (const order of someOf(permutations(types))) {
      // What was lost can be bought again.
      const sale = await desk.begin({ buyer, courseId });
      stripe().pauseWebhooks();
      desk.pay(sale, DISPUTED);
      stripe().sweep();
      const [dispute] = stripe().account.store.disputes.filter((one) => one.payment_intent === sale.intent);
      stripe().loseDispute(dispute!.id);
      expect(await told(sale, order)).toEqual([order, lost, [['LOST', 10_000]]]);
      const kinds = ['course.sold', 'dispute.lost', 'dispute.withdrawn', 'provider.settled', 'provider.settled'];
      expect((await desk.entries(sale)).toSorted()).toEqual(kinds);
    }
  }, 120_000);

  it('in any order, each event twice, ends the same: won', async () => {
    const types = ['created', 'funds_withdrawn', 'funds_reinstated', 'closed'].map((type) => `charge.dispute.${type}`);
    const { buyer } = await desk.begin();
    for (const order of someOf(permutations(types))) {
      const sale = await desk.buy({ buyer });
      stripe().pauseWebhooks();
      const { id } = stripe().dispute(sale.intent);
      stripe().winDispute(id);
      expect(await told(sale, order)).toEqual([order, bought, [['WON', 0]]]);
      const kinds = ['course.sold', 'dispute.reinstated', 'dispute.withdrawn', 'provider.settled', 'provider.settled'];
      expect((await desk.entries(sale)).toSorted()).toEqual(kinds);
    }
  }, 120_000);
});
