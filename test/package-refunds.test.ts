import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { amounts, PackageDesk } from './support/package-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { terms, fresh, gone, usedOne, goneButOne } from './support/package-standings.js';

/* Money of packages that goes back: by an admin, by a payment's refund, by hand at Stripe, by a dispute; and when it does not after all. */

let school: School;
let lessons: Lessons;
let desk: PackageDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  lessons = await Lessons.open(school);
  desk = new PackageDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

describe('an admin gives back what is not used', () => {
  it('which is all of it: as a full refund of the payment', async () => {
    const bought = await desk.buyByCard(terms);
    const back = await desk.money.moved(async () => {
      expect(expectStatus(200, await desk.refund(bought))).toMatchObject({
        ...{ id: bought.id, status: 'REFUNDED', sessionCount: 3, remainingSessions: 0, refundedSessions: 3 },
        ...{ paid: 3570, refundedAmount: 3570, currency: 'USD' },
      });
    });
    expect(back).toEqual({
      ...{ 'liability:wallet:buyer USD': 3570 },
      ...{ 'liability:tax:de USD': -570, 'liability:deferred:packages USD': -3000 },
    });
    expect(await desk.read(bought)).toEqual(gone);
    expect(await desk.standing(bought)).toEqual({ payment: 'REFUNDED', refunded: 3570, disputed: 0 });
    expect(await desk.money.refund(bought)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    const twice = await desk.money.moved(async () => {
      expect(await desk.refund(bought)).toMatchObject({ status: 400, body: { code: 'PACKAGE_NOTHING_LEFT' } });
    });
    expect(twice).toEqual({});
    const log = await school.get<{ data: object[] }>(`/admin/audit-log?objectId=${bought.id}`, school.admin.token);
    expect(log.body.data).toMatchObject([
      {
        ...{
          action: 'package.refunded',
          actorId: school.admin.id,
          reason: 'moves away',
          objectType: 'student-package',
        },
        after: { credits: 3, amount: 3570, currency: 'USD' },
      },
    ]);
  });

  it.each([
    ['US', 10_000, 3, 1, 6667],
    ['US', 100, 7, 3, 58],
    ['DE', 10_000, 3, 2, 3968],
    ['DE', 9999, 4, 1, 8925],
  ])('in %s, of %i for %i after %i: at the price paid for each', async (country, price, sessionCount, count, back) => {
    await desk.move(country);
    const all = await desk.money.moved(async () => {
      const bought = await desk.buy({ price, sessionCount });
      const seats = await desk.bookMany(bought, count);
      const { refundedAmount, ...rest } = expectStatus(200, await desk.refund(bought));
      expect(rest).toMatchObject({ status: 'REFUNDED', remainingSessions: 0, refundedSessions: sessionCount - count });
      expect(refundedAmount).toBe(back);
      expect(amounts(seats).reduce((sum, one) => sum + one, back)).toBe(rest.paid);
      expect(await desk.standing(bought)).toMatchObject({ payment: 'PARTIALLY_REFUNDED', refunded: back });
      // What comes back later can be given back as well; then nothing of the sale is left.
      for (const seat of seats) await desk.cancel(seat, bought.buyer);
      expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: count });
      expect(expectStatus(200, await desk.refund(bought)).refundedAmount).toBe(rest.paid - back);
      expect(await desk.read(bought)).toMatchObject({ ...gone, refunded: sessionCount });
      expect(await desk.standing(bought)).toMatchObject({ payment: 'REFUNDED', refunded: rest.paid });
    });
    await desk.move('DE');
    const purse = Math.ceil(price * 1.25);
    expect(all).toEqual({ 'equity:opening USD': -purse, 'liability:wallet:buyer USD': purse });
  });

  it('once under one key, of what there is, and nobody else may', async () => {
    const bought = await desk.buy(terms);
    const nothing = await desk.money.moved(async () => {
      for (const who of [bought.buyer, lessons.staff, school.instructor])
        expect((await desk.refund(bought, {}, who)).status).toBe(403);
      expect((await desk.refund({ id: 'spk_unknown' })).status).toBe(404);
      for (const body of [{}, { reason: '' }, { reason: 'x', amount: 1 }])
        expect((await school.post(`/student-packages/${bought.id}/refund`, body, school.admin.token)).status).toBe(400);
    });
    expect(nothing).toEqual({});
    expect(await desk.read(bought)).toEqual(fresh);
    const headers = { 'idempotency-key': 'credits-back' };
    const first = expectStatus(200, await desk.refund(bought, headers));
    expect((await desk.refund(bought, headers)).body).toEqual(first);
    // The answer was lost before it was kept.
    await school.sql(`UPDATE idempotency_keys SET status_code = NULL, body = NULL, lease_until = 'epoch'`);
    expect((await desk.refund(bought, headers)).body).toEqual(first);
    expect(await desk.money.refunds(bought)).toEqual([['SUCCEEDED', 3570]]);
  });
});

describe('a refund of the payment', () => {
  it('of a part makes each credit that is left stand for less', async () => {
    const bought = await desk.buyByCard(terms);
    const [seat] = await desk.bookMany(bought, 1);
    expect(await desk.money.moved(() => desk.money.refunded(bought, { amount: 1190 }))).toEqual({
      ...{ 'asset:provider:stripe USD': -1190 },
      ...{ 'liability:tax:de USD': -190, 'liability:deferred:packages USD': -1000 },
    });
    expect(await desk.read(bought)).toEqual({ ...usedOne, net: 1000, tax: 190 });
    const next = await desk.book(bought);
    expect(amounts([seat!, next])).toEqual([1190, 595]);
    expect(expectStatus(200, await desk.refund(bought)).refundedAmount).toBe(595);
    expect(await desk.read(bought)).toEqual({ ...gone, refunded: 1 });
  });

  it('of all that is not used takes the credits with it; one that comes back later stands for itself alone', async () => {
    const bought = await desk.buyByCard(terms);
    const [seat] = await desk.bookMany(bought, 1);
    expect(await desk.money.moved(() => desk.money.refunded(bought, { amount: 2380 }))).toEqual({
      ...{ 'asset:provider:stripe USD': -2380 },
      ...{ 'liability:tax:de USD': -380, 'liability:deferred:packages USD': -2000 },
    });
    expect(await desk.read(bought)).toEqual(goneButOne);
    expect(await desk.usable(bought)).toBe(false);
    await desk.cancel(seat!, bought.buyer);
    expect(await desk.read(bought)).toEqual({ ...goneButOne, status: 'ACTIVE', remaining: 1, net: 1000, tax: 190 });
    expect(amounts(await desk.bookMany(bought, 1))).toEqual([1190]);
    expect(await desk.usable(bought)).toBe(false);
  });

  it('of more than is not used is refused, and nothing changed', async () => {
    const bought = await desk.buyByCard(terms);
    await desk.bookMany(bought, 1);
    const nothing = await desk.money.moved(async () => {
      for (const amount of [2381, 3570, undefined])
        for (const destination of ['ORIGINAL', 'WALLET']) {
          const { status, body } = await desk.money.refund(bought, { amount, destination });
          expect([status, body.code]).toEqual([400, 'PURCHASE_USED_UP']);
          expect(body.detail).toContain('23.80 USD');
        }
      expect((await desk.money.refund(bought, { amount: 3571 })).body.code).toBe('REFUND_TOO_MUCH');
    });
    expect(nothing).toEqual({});
    expect(await desk.read(bought)).toEqual(usedOne);
    expect(await desk.money.refunds(bought)).toEqual([]);
    expect(await desk.standing(bought)).toEqual({ payment: 'COMPLETED', refunded: 0, disputed: 0 });
  });

  it('while it is under way keeps the credits from being used; they are back when it fails', async () => {
    const bought = await desk.buyByCard(terms, SLOW_REFUNDS);
    const [seat] = await desk.bookMany(bought, 1);
    const refund = expectStatus(200, await desk.money.refund(bought, { amount: 2380 }));
    expect(refund.status).toBe('PENDING');
    expect(await desk.read(bought)).toEqual(goneButOne);
    expect(await desk.usable(bought)).toBe(false);
    // Nothing more can be given back for it meanwhile.
    expect(await desk.refund(bought)).toMatchObject({ status: 400, body: { code: 'PACKAGE_NOTHING_LEFT' } });
    const back = await desk.money.moved(() => stripe().failRefund(refund.providerRefundId!, 'declined'));
    expect(back).toEqual({
      ...{ 'liability:refunds-pending USD': -2380 },
      ...{ 'liability:tax:de USD': 380, 'liability:deferred:packages USD': 2000 },
    });
    expect(await desk.read(bought)).toEqual(usedOne);
    await desk.cancel(seat!, bought.buyer);
    expect(await desk.read(bought)).toEqual(fresh);
    expect(await desk.usable(bought)).toBe(true);
  });

  it.each([0, 1, 2])('that fails after it was done gives the credits again, %i of which are used', async (used) => {
    const bought = await desk.buyByCard({ sessionCount: 3, price: 10_000 });
    const seats = await desk.bookMany(bought, used);
    const before = await desk.read(bought);
    const amount = before.net + before.tax;
    const { providerRefundId } = await desk.money.refunded(bought, { amount });
    expect(await desk.standing(bought)).toMatchObject({ payment: used === 0 ? 'REFUNDED' : 'PARTIALLY_REFUNDED' });
    for (const seat of seats) await desk.cancel(seat, bought.buyer);
    expect(await desk.read(bought)).toMatchObject({ remaining: used, refunded: 3 - used });
    await desk.money.moved(() => stripe().failRefund(providerRefundId!));
    expect(await desk.read(bought)).toEqual({ ...fresh, net: 10_000, tax: 1900 });
    expect(await desk.standing(bought)).toEqual({ payment: 'COMPLETED', refunded: 0, disputed: 0 });
    expect(amounts(await desk.bookMany(bought, 3)).toSorted()).toEqual([3966, 3966, 3968]);
  });

  it('that fails when no credit is left to stand for it is earned', async () => {
    const bought = await desk.buyByCard({ sessionCount: 2, price: 2000 }, SLOW_REFUNDS);
    const refund = expectStatus(200, await desk.money.refund(bought, { amount: 1190 }));
    expect(amounts(await desk.bookMany(bought, 2))).toEqual([595, 595]);
    const forfeited = await desk.money.moved(() => stripe().failRefund(refund.providerRefundId!, 'declined'));
    expect(forfeited).toEqual({
      ...{ 'liability:refunds-pending USD': -1190 },
      ...{ 'liability:tax:de USD': 190, 'revenue:packages USD': 1000 },
    });
    expect(await desk.read(bought)).toMatchObject({ status: 'EXHAUSTED', remaining: 0, net: 0, tax: 0 });
  });

  it('of a part that fails leaves the credits of another refund gone', async () => {
    const bought = await desk.buyByCard({ sessionCount: 4, price: 4000 }, SLOW_REFUNDS);
    const seats = await desk.bookMany(bought, 2);
    expectStatus(200, await desk.refund(bought));
    for (const seat of seats) await desk.cancel(seat, bought.buyer);
    const part = expectStatus(200, await desk.money.refund(bought, { amount: 1190 }));
    await desk.money.moved(() => stripe().failRefund(part.providerRefundId!, 'declined'));
    const two = { status: 'ACTIVE', remaining: 2, refunded: 2, suspended: false, net: 2000, tax: 380 };
    expect(await desk.read(bought)).toEqual(two);
    const rest = expectStatus(200, await desk.money.refund(bought, { amount: 2380 }));
    expect(await desk.read(bought)).toEqual({ ...gone, refunded: 4 });
    await desk.money.moved(() => stripe().failRefund(rest.providerRefundId!, 'declined'));
    expect(await desk.read(bought)).toEqual(two);
  });
});
