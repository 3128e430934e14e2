import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { bought, gone, partly } from './support/standings.js';

/* Giving money back, as an admin asks for it. What the provider makes of it is in refunds-at-the-provider.test.ts. */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

describe('a refund', () => {
  it('of the whole takes tax, share and revenue back and the place with them; the fee stays paid', async () => {
    const booked: Record<string, number>[] = [];
    let sale!: Sale;
    booked.push(
      await desk.moved(async () => {
        sale = await desk.buy({ country: 'DE' });
      }),
    );
    expect(booked[0]).toEqual({
      'asset:provider:stripe USD': 11_900 - feeOf(11_900),
      'expense:provider-fees USD': feeOf(11_900),
      'liability:tax:de USD': 1900,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await desk.standing(sale)).toEqual(bought);

    const back = await desk.moved(async () => {
      const answer = await desk.refund(sale);
      expect(answer).toMatchObject({
        status: 200,
        body: {
          id: expect.stringMatching(/^rfd_/),
          paymentId: sale.paymentId,
          status: 'SUCCEEDED',
          amount: 11_900,
          currency: 'USD',
          reason: 'not as described',
          destination: 'ORIGINAL',
          providerRefundId: expect.stringMatching(/^re_/),
          failureReason: null,
          settledAt: expect.any(String),
        },
      });
    });
    expect(back).toEqual({
      'asset:provider:stripe USD': -11_900,
      'liability:tax:de USD': -1900,
      'liability:earnings-pending:instructor USD': -7000,
      'revenue:courses USD': -3000,
    });
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 11_900 });
    expect(await desk.entries(sale)).toEqual(['course.sold', 'provider.settled', 'refund.asked', 'refund.done']);

    const { body } = await school.get(`/payments/${sale.paymentId}`, sale.buyer.token);
    expect(body).toMatchObject({
      status: 'REFUNDED',
      refundedAmount: 11_900,
      refunds: [{ status: 'SUCCEEDED', amount: 11_900, reason: 'not as described' }],
    });
    const { body: log } = await school.get<{ data: object[] }>(
      `/admin/audit-log?objectId=${sale.paymentId}`,
      school.admin.token,
    );
    expect(log.data).toMatchObject([
      {
        action: 'payment.refunded',
        actorId: school.admin.id,
        reason: 'not as described',
        after: { amount: null, destination: 'ORIGINAL' },
      },
    ]);
  });

  it('of a part takes the parts in proportion and leaves the place; without an amount, the rest follows', async () => {
    const sale = await desk.buy({ country: 'DE' });
    expect(await desk.moved(() => desk.refunded(sale, { amount: 1190 }))).toEqual({
      'asset:provider:stripe USD': -1190,
      'liability:tax:de USD': -190,
      'liability:earnings-pending:instructor USD': -700,
      'revenue:courses USD': -300,
    });
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 1190 });

    const path = `/finance/payments/${sale.paymentId}/refund`;
    const rest = await desk.moved(async () => {
      const answer = await school.post(path, { reason: 'the rest too' }, school.admin.token);
      expect(answer).toMatchObject({ status: 200, body: { status: 'SUCCEEDED', amount: 10_710 } });
    });
    expect(rest).toEqual({
      'asset:provider:stripe USD': -10_710,
      'liability:tax:de USD': -1710,
      'liability:earnings-pending:instructor USD': -6300,
      'revenue:courses USD': -2700,
    });
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 11_900 });
    const nothing = await desk.moved(async () => {
      for (const amount of [undefined, 1])
        expect(await desk.refund(sale, { amount })).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    });
    expect(nothing).toEqual({});
  });

  it('of odd amounts, many times until nothing is left, leaves nothing', async () => {
    const terms = { country: 'GB', price: 9999, shareBasisPoints: 3333 };
    const all = await desk.moved(async () => {
      const sale = await desk.buy(terms);
      for (const amount of [3333, 1, 2500, 777, 4999]) await desk.refunded(sale, { amount });
      expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 11_610 });
      await desk.refunded(sale);
      expect(await desk.standing(sale)).toMatchObject({ payment: 'REFUNDED', refunded: 11_999 });
    });
    const fee = feeOf(11_999);
    expect(all).toEqual({ 'asset:provider:stripe USD': -fee, 'expense:provider-fees USD': fee });
  });

  it.each([
    [11, 'DE', 7000, 2, 8],
    [7, 'CA', 3333, 1, 2],
    [13, 'GB', 9999, 3, 13],
    [19, 'US', 5000, 0, 10],
  ])('one unit at a time, of %i in %s shared at %i: no drift', async (price, country, share, tax, earned) => {
    const { buyer } = await desk.topUp(1000);
    const sale = await desk.buy({ buyer, price, country, shareBasisPoints: share, provider: 'WALLET' });
    const total = price + tax;
    const rounded = (part: number, units: number) => Math.floor((2 * part * units + total) / (2 * total));
    const parts = () =>
      school.sql('SELECT sum(tax)::int AS tax, sum(share)::int AS share FROM refunds WHERE payment_id = $1', [
        sale.paymentId,
      ]);
    for (let units = 1; units <= total; units += 1) {
      expect(await desk.standing(sale)).toMatchObject({ refunded: units - 1, open: true });
      await desk.refunded(sale, { amount: 1 });
      expect(await parts()).toEqual([{ tax: rounded(tax, units), share: rounded(earned, units) }]);
    }
    await school.quiet();
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: total });
    const left = await school.sql(
      `SELECT a.code FROM ledger_postings l JOIN ledger_accounts a ON a.id = l.account_id JOIN ledger_entries e ON e.id = l.entry_id
       WHERE e.object_id = $1 GROUP BY a.code HAVING sum(l.amount) <> 0`,
      [sale.paymentId],
    );
    expect(left).toEqual([]);
    expect(await desk.wallet(buyer)).toBe(1000);
  });

  it('is refused for what is no amount, too much, or in other words than ours; and then nothing has changed', async () => {
    const sale = await desk.buy();
    await desk.refunded(sale, { amount: 4000 });
    const bad: [object, number, string, string?][] = [
      [{ amount: 0 }, 400, 'VALIDATION_FAILED', '#/amount'],
      [{ amount: -1 }, 400, 'VALIDATION_FAILED', '#/amount'],
      [{ amount: 10.5 }, 400, 'VALIDATION_FAILED', '#/amount'],
      [{ amount: '100' }, 400, 'VALIDATION_FAILED', '#/amount'],
      [{ amount: 1e30 }, 400, 'VALIDATION_FAILED', '#/amount'],
      [{ currency: 'EUR' }, 400, 'VALIDATION_FAILED', '#/currency'],
      [{ destination: 'BANK' }, 400, 'VALIDATION_FAILED', '#/destination'],
      [{ reason: '' }, 400, 'VALIDATION_FAILED', '#/reason'],
      [{ reason: undefined }, 400, 'VALIDATION_FAILED', '#/reason'],
      [{ paymentId: 7 }, 400, 'VALIDATION_FAILED', '#/paymentId'],
      [{ amount: 6001 }, 400, 'REFUND_TOO_MUCH'],
      [{ amount: Number.MAX_SAFE_INTEGER }, 400, 'REFUND_TOO_MUCH'],
    ];
    const moved = await desk.moved(async () => {
      for (const [terms, status, code, pointer] of bad) {
        const { body, ...answer } = await desk.refund(sale, { ...terms });
        expect([terms, answer.status, body.code]).toEqual([terms, status, code]);
        if (pointer) expect(body.errors![0]).toMatchObject({ pointer });
      }
      expect((await desk.refund(sale, { amount: 6001 })).body.detail).toContain('60.00 USD');
    });
    expect(moved).toEqual({});
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 4000 });
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
  });

  it('is only of what was paid: 404 for what is unknown, 409 for what has not come', async () => {
    const pending = await desk.begin();
    const expired = await desk.begin();
    school.sandbox.stripe.expire(expired.stripeId);
    await desk.quiet();
    const moved = await desk.moved(async () => {
      expect(await desk.refund({ paymentId: 'pay_unknown' })).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      });
      for (const sale of [pending, expired])
        for (const terms of [{}, { amount: 1 }, { destination: 'WALLET' }, { refundId: 'rfd_unknown' }])
          expect(await desk.refund(sale, terms)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    });
    expect(moved).toEqual({});
    expect([await desk.refunds(pending), await desk.refunds(expired)]).toEqual([[], []]);
  });

  it("is an admin's alone", async () => {
    const sale = await desk.buy();
    const finance = `/finance/payments/${sale.paymentId}/refund`;
    for (const who of [sale.buyer, school.instructor, await person(school, 'STAFF')]) {
      expect(await desk.refund(sale, {}, { who })).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
      expect((await school.post(finance, { reason: 'mine' }, who.token)).status).toBe(403);
    }
    expect((await school.post(finance, { reason: 'mine' })).status).toBe(401);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunds(sale)).toEqual([]);
  });
});
