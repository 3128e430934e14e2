import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { Database } from '../../platform/database/index.js';
import { ConsumeCoupon, ReserveCoupon, ReturnCoupon } from '../index.js';
import { CouponUses, next } from '../../../test/support/coupon-uses.js';

/* What a payment makes of a reserved use, and what a return makes of it. */

let app: TestApp;
let database: Database;
let reserveCoupon: ReserveCoupon;
let desk: CouponUses;
let consumeCoupon: ConsumeCoupon;
let returnCoupon: ReturnCoupon;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  database = app.app.get(Database);
  reserveCoupon = app.app.get(ReserveCoupon);
  consumeCoupon = app.app.get(ConsumeCoupon);
  returnCoupon = app.app.get(ReturnCoupon);
  desk = new CouponUses(app, database, reserveCoupon);
});
afterAll(() => app.close());
keepBooks(() => app);

describe('a payment', () => {
  it('consumes the use, and again changes nothing', async () => {
    const one = await desk.coupon();
    const sessionId = await desk.reserved(one);
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    const consumed = await database.client.couponUse.findUnique({ where: { sessionId } });
    app.clock.advance(60);
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    expect(await database.client.couponUse.findUnique({ where: { sessionId } })).toEqual(consumed);
    expect(await desk.state(one)).toEqual([1, 'CONSUMED']);
  });

  it('without a coupon is fine', async () => {
    expect(await consumeCoupon.execute('ps_without')).toBe(true);
    expect(await returnCoupon.execute('ps_without', 'unpaid')).toBe(false);
  });

  it('that is late takes the use again, also of a coupon that has expired since, once', async () => {
    const one = await desk.coupon({ maxUses: 1, maxUsesPerUser: 1, validUntil: app.clock.in(600) });
    const sessionId = await desk.reserved(one);
    await returnCoupon.execute(sessionId, 'unpaid');
    app.clock.advance(1200);
    expect(await desk.state(one)).toEqual([0, 'RETURNED']);
    expect(await Promise.all(Array.from({ length: 20 }, () => consumeCoupon.execute(sessionId)))).toEqual(
      Array.from({ length: 20 }, () => true),
    );
    expect(await desk.state(one)).toEqual([1, 'CONSUMED']);
  });

  it('that is late finds none left: in all, of the person, or of a first purchase', async () => {
    const userId = next('usr');
    const [all, each] = [await desk.coupon({ maxUses: 1 }), await desk.coupon({ maxUsesPerUser: 1 })];
    const [first, second] = [
      await desk.coupon({ firstPurchaseOnly: true }),
      await desk.coupon({ firstPurchaseOnly: true }),
    ];
    for (const [late, taken] of [
      [all, all],
      [each, each],
      [first, second],
    ] as const) {
      const sessionId = await desk.reserved(late, userId);
      await returnCoupon.execute(sessionId, 'unpaid');
      await desk.reserve(taken, { userId });
      const before = await desk.state(late);
      expect([await consumeCoupon.execute(sessionId), await consumeCoupon.execute(sessionId)]).toEqual([false, false]);
      expect(await desk.state(late)).toEqual(before);
      await returnCoupon.execute(sessionId, 'unpaid');
      expect(await desk.state(late)).toEqual(before);
    }
  });

  it('that comes late with 30 others for the last 4 uses: 4 of them get one', async () => {
    const four = await desk.coupon({ maxUses: 30 });
    const sessions = await Promise.all(Array.from({ length: 30 }, () => desk.reserved(four)));
    await Promise.all(sessions.map((sessionId) => returnCoupon.execute(sessionId, 'unpaid')));
    await database.client.coupon.update({ where: { id: four.id }, data: { maxUses: 4 } });
    const answers = await Promise.all(sessions.map((sessionId) => consumeCoupon.execute(sessionId)));
    expect(answers.filter(Boolean)).toHaveLength(4);
    expect(await desk.uses(four)).toBe(4);
  });
});

describe('a return', () => {
  it.each<['unpaid' | 'ungiven' | 'refunded', boolean, 'RESERVED' | 'CONSUMED', boolean]>([
    ['unpaid', false, 'RESERVED', true],
    ['unpaid', true, 'CONSUMED', false],
    ['ungiven', false, 'RESERVED', false],
    ['ungiven', false, 'CONSUMED', true],
    ['refunded', true, 'RESERVED', false],
    ['refunded', true, 'CONSUMED', true],
    ['refunded', false, 'CONSUMED', false],
  ])('as %s, where a refund returns it: %s, of one that is %s: %s', async (why, returnOnRefund, status, expected) => {
    const one = await desk.coupon({ returnOnRefund });
    const sessionId = await desk.reserved(one);
    if (status === 'CONSUMED') await consumeCoupon.execute(sessionId);
    expect(await returnCoupon.execute(sessionId, why)).toBe(expected);
    const after = expected ? [0, 'RETURNED'] : [1, status];
    expect(await desk.state(one)).toEqual(after);
    expect(await returnCoupon.execute(sessionId, why)).toBe(false);
    expect(await desk.state(one)).toEqual(after);
  });

  it('by 50 at once gives one slot back', async () => {
    const one = await desk.coupon({ maxUses: 2 });
    await desk.reserve(one);
    const sessionId = await desk.reserved(one);
    const answers = await Promise.all(Array.from({ length: 50 }, () => returnCoupon.execute(sessionId, 'unpaid')));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await desk.uses(one)).toBe(1);
  });

  it('and a payment at once end in a use or in none, and the count agrees', async () => {
    const one = await desk.coupon();
    for (let round = 0; round < 20; round += 1) {
      const sessionId = await desk.reserved(one);
      const before = await desk.uses(one);
      await Promise.all([consumeCoupon.execute(sessionId), returnCoupon.execute(sessionId, 'unpaid')]);
      expect(await desk.uses(one)).toBe(before);
      expect(await database.client.couponUse.findUnique({ where: { sessionId } })).toMatchObject({
        status: 'CONSUMED',
      });
    }
  });

  it('of a refund that comes to nothing is undone: the use is consumed again', async () => {
    const one = await desk.coupon({ returnOnRefund: true });
    const sessionId = await desk.reserved(one);
    await consumeCoupon.execute(sessionId);
    await returnCoupon.execute(sessionId, 'refunded');
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    expect(await desk.state(one)).toEqual([1, 'CONSUMED']);
  });
});
