import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutConnection } from '../src/sandbox/index.js';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { bought, disputed, lost } from './support/standings.js';
import { DisputeDesk, DISPUTE_FEE, withdrawn, reversed } from './support/dispute-desk.js';

/* Buyers' banks ask, take the money, give it back or keep it; what they say may come twice and in any order. */

let school: School;
let disputeDesk: DisputeDesk;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
  disputeDesk = new DisputeDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

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
    expect(await disputeDesk.statusOf(sale)).toEqual([['WON', 0]]);
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
    expect(await disputeDesk.statusOf(sale)).toEqual([['WON', 0]]);
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
    const listed = async (query: string) =>
      (await disputeDesk.list(query)).filter(({ externalId }) => ids.includes(externalId));
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
    const open = await disputeDesk.list('&open=true');
    expect(open.map(({ closedAt }) => closedAt)).toEqual(open.map(() => null));
    expect(open.map(({ dueBy }) => dueBy)).toEqual(open.map(({ dueBy }) => dueBy).toSorted());
    expect((await disputeDesk.list('&open=false')).every(({ closedAt }) => closedAt !== null)).toBe(true);
    expect((await disputeDesk.list('&status=WON')).every(({ status }) => status === 'WON')).toBe(true);
  });
});
