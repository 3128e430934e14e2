import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { sql } from '../../../test/support/people.js';
import { Database, inTransaction } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { Coupon } from '../coupon.js';
import { ConsumeCoupon, ReserveCoupon, ReturnCoupon, ValidateCoupon } from '../index.js';
import { CouponUses, next, type Asked } from '../../../test/support/coupon-uses.js';

/* A use of a coupon through its life, one at a time and many at once, by the operations that payments calls. */

let app: TestApp;
let database: Database;
let validateCoupon: ValidateCoupon;
let reserveCoupon: ReserveCoupon;
let desk: CouponUses;
let consumeCoupon: ConsumeCoupon;
let returnCoupon: ReturnCoupon;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  database = app.app.get(Database);
  validateCoupon = app.app.get(ValidateCoupon);
  reserveCoupon = app.app.get(ReserveCoupon);
  consumeCoupon = app.app.get(ConsumeCoupon);
  returnCoupon = app.app.get(ReturnCoupon);
  desk = new CouponUses(app, database, reserveCoupon);
});
afterAll(() => app.close());
keepBooks(() => app);

const validated = async (of: Coupon, asked?: Asked) => {
  const answer = await validateCoupon.execute(desk.requestOf(of, asked));
  return answer.valid ? answer.discount.toString() : answer.problem.code;
};

/** The codes of the refusals, counted, and how many were not refused. */
async function outcomes(attempts: Promise<unknown>[]): Promise<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const attempt of await Promise.allSettled(attempts)) {
    const outcome =
      attempt.status === 'fulfilled'
        ? 'done'
        : ((attempt.reason as { problem?: { code: string } }).problem?.code ?? String(attempt.reason));
    counted[outcome] = (counted[outcome] ?? 0) + 1;
  }
  return counted;
}

describe('a reservation', () => {
  it('fixes the discount and counts a use', async () => {
    const ten = await desk.coupon({ code: 'Ten-Off'.toUpperCase() });
    const sessionId = next('ps');
    const userId = next('usr');
    const answer = await reserveCoupon.execute({ ...desk.requestOf(ten, { userId }), code: ' ten-OFF ', sessionId });
    expect(answer).toEqual({ code: 'TEN-OFF', discount: Money.of(1000, 'USD') });
    expect(await database.client.couponUse.findUnique({ where: { sessionId } })).toEqual({
      id: expect.stringMatching(/^cpu_/),
      couponId: ten.id,
      userId,
      sessionId,
      status: 'RESERVED',
      discount: 1000n,
      currency: 'USD',
      firstPurchaseOnly: false,
      reservedAt: expect.any(Date),
      consumedAt: null,
      returnedAt: null,
    });
    expect(await desk.uses(ten)).toBe(1);
  });

  it.each(['NO-SUCH-CODE', '', 'ab', 'with blank', 'null\u0000', 'ı'.repeat(4), 'X'.repeat(1000)])(
    'of the unknown code "%s" is refused',
    async (code) => {
      const attempt = reserveCoupon.execute({ ...desk.requestOf(await desk.coupon()), code, sessionId: next('ps') });
      await expect(attempt).rejects.toMatchObject({
        problem: { code: 'COUPON_INVALID', status: 400 },
        message: 'Invalid or inactive coupon',
      });
    },
  );

  it.each<[string, Partial<Coupon>]>([
    ['COUPON_INVALID', { isActive: false }],
    ['COUPON_NOT_YET_VALID', { validFrom: new Date('2099-01-01') }],
    ['COUPON_EXPIRED', { validUntil: new Date('2020-01-01') }],
    ['COUPON_NOT_APPLICABLE', { applicableCourses: ['crs_other'] }],
    ['COUPON_CURRENCY', { currency: 'EUR' }],
    ['COUPON_MINIMUM_AMOUNT', { currency: 'USD', minimumAmount: 10_000n }],
  ])('is refused with %s, and nothing is counted', async (code, terms) => {
    const refused = await desk.coupon(terms);
    await expect(desk.reserve(refused)).rejects.toMatchObject({ problem: { code } });
    expect(await validated(refused)).toBe(code);
    expect(await desk.state(refused)).toEqual([0]);
  });

  it('again for the same session is the one that stands, and otherwise a defect', async () => {
    const last = await desk.coupon({ maxUses: 1, maxUsesPerUser: 1 });
    const many = await desk.coupon();
    for (const one of [last, many]) {
      const asked = { sessionId: next('ps'), userId: next('usr') };
      const first = await desk.reserve(one, asked);
      expect(await desk.reserve(one, asked)).toEqual(first);
      expect(await desk.state(one)).toEqual([1, 'RESERVED']);
      await expect(desk.reserve(one, { ...asked, price: Money.of(5000, 'USD') })).rejects.toThrow(
        'has used a coupon otherwise',
      );
      await expect(desk.reserve(await desk.coupon(), asked)).rejects.toThrow('has used a coupon otherwise');
      expect(await desk.state(one)).toEqual([1, 'RESERVED']);
    }
  });

  it('that is refused leaves the transaction around it whole', async () => {
    const [gone, twice, other] = [
      await desk.coupon({ maxUses: 1 }),
      await desk.coupon({ maxUsesPerUser: 1 }),
      await desk.coupon(),
    ];
    const userId = next('usr');
    await desk.reserve(gone);
    await desk.reserve(twice, { userId });
    await inTransaction(async () => {
      await expect(desk.reserve(gone)).rejects.toMatchObject({ problem: { code: 'COUPON_USED_UP' } });
      await expect(desk.reserve(twice, { userId })).rejects.toMatchObject({
        problem: { code: 'COUPON_LIMIT_REACHED' },
      });
      await desk.reserve(other, { userId });
    });
    expect([await desk.state(gone), await desk.state(twice), await desk.state(other)]).toEqual([
      [1, 'RESERVED'],
      [1, 'RESERVED'],
      [1, 'RESERVED'],
    ]);
  });

  it('goes with the transaction around it', async () => {
    const one = await desk.coupon();
    const attempt = inTransaction(async () => {
      await desk.reserve(one);
      throw new Error('what came after it failed');
    });
    await expect(attempt).rejects.toThrow('what came after it failed');
    expect(await desk.state(one)).toEqual([0]);
  });

  it('is refused when the coupon is deactivated after its terms were read', async () => {
    const one = await desk.coupon();
    await database.client.coupon.update({ where: { id: one.id }, data: { isActive: false } });
    const [late] = await sql<{ outcome: string }>(
      app.database,
      `SELECT coupon_reserve('cpu_x', $1, 'usr', 'ps_none', 1, 'USD', now()) AS outcome`,
      [one.id],
    );
    expect(late!.outcome).toBe('invalid');
    expect(await desk.state(one)).toEqual([0]);
  });
});

describe('limits', () => {
  it('let exactly 10 of 200 who come at once have a coupon with 10 uses', async () => {
    const ten = await desk.coupon({ maxUses: 10 });
    expect(await outcomes(Array.from({ length: 200 }, () => desk.reserve(ten)))).toEqual({
      done: 10,
      COUPON_USED_UP: 190,
    });
    expect(await desk.uses(ten)).toBe(10);
    expect(await desk.statuses(ten)).toHaveLength(10);
    expect(await validated(ten)).toBe('COUPON_USED_UP');
  });

  it('let one person have it 3 times, also of 50 tries at once', async () => {
    const three = await desk.coupon({ maxUsesPerUser: 3 });
    const userId = next('usr');
    const tries = Array.from({ length: 50 }, () => desk.reserve(three, { userId }));
    expect(await outcomes(tries)).toEqual({ done: 3, COUPON_LIMIT_REACHED: 47 });
    expect(await desk.uses(three)).toBe(3);
    expect(await validated(three, { userId })).toBe('COUPON_LIMIT_REACHED');
    expect(await validated(three)).toBe('10.00 USD');
    await desk.reserve(three);
    expect(await desk.uses(three)).toBe(4);
  });

  it('hold for the last use of one and the last of all together', async () => {
    const both = await desk.coupon({ maxUses: 5, maxUsesPerUser: 2 });
    const people = Array.from({ length: 4 }, () => next('usr'));
    const tries = Array.from({ length: 80 }, (_, index) => desk.reserve(both, { userId: people[index % 4] }));
    expect((await outcomes(tries)).done).toBe(5);
    expect(await desk.uses(both)).toBe(5);
  });

  it('let a person have one coupon for a first purchase, also when two are tried at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = [
        await desk.coupon({ firstPurchaseOnly: true }),
        await desk.coupon({ firstPurchaseOnly: true }),
      ] as const;
      const userId = next('usr');
      const tries = Array.from({ length: 30 }, (_, index) => desk.reserve(first[index % 2 === 0 ? 0 : 1], { userId }));
      expect(await outcomes(tries)).toEqual({ done: 1, COUPON_FIRST_PURCHASE_ONLY: 29 });
      expect((await desk.uses(first[0])) + (await desk.uses(first[1]))).toBe(1);
      expect(await validated(first[0], { userId })).toBe('COUPON_FIRST_PURCHASE_ONLY');
    }
  });

  it('let a person hold three that are not paid, also of 20 tries at once, and as many as they pay for', async () => {
    const free = await desk.coupon();
    const userId = next('usr');
    expect(await outcomes(Array.from({ length: 20 }, () => desk.reserve(free, { userId })))).toEqual({
      done: 3,
      COUPON_LIMIT_REACHED: 17,
    });
    expect(await desk.uses(free)).toBe(3);
    const [paid] = await database.client.couponUse.findMany({ where: { couponId: free.id }, take: 1 });
    await consumeCoupon.execute(paid!.sessionId);
    expect(await outcomes([desk.reserve(free, { userId }), desk.reserve(free, { userId })])).toEqual({
      done: 1,
      COUPON_LIMIT_REACHED: 1,
    });
    expect(await desk.uses(free)).toBe(4);
    await desk.reserve(free);
  });

  it('do not mind uses that were returned', async () => {
    const one = await desk.coupon({ maxUses: 1, maxUsesPerUser: 1, firstPurchaseOnly: true });
    const userId = next('usr');
    for (let round = 0; round < 3; round += 1) {
      await returnCoupon.execute(await desk.reserved(one, userId), 'unpaid');
    }
    expect(await desk.state(one)).toEqual([0, 'RETURNED', 'RETURNED', 'RETURNED']);
  });

  it('survive uses and returns at once, of one person and a first purchase', async () => {
    const one = await desk.coupon({ firstPurchaseOnly: true });
    const userId = next('usr');
    let standing = await desk.reserved(one, userId);
    for (let round = 0; round < 20; round += 1) {
      const sessionId = next('ps');
      await Promise.allSettled([returnCoupon.execute(standing, 'unpaid'), desk.reserve(one, { userId, sessionId })]);
      expect(await desk.uses(one)).toBeLessThanOrEqual(1);
      if ((await desk.uses(one)) === 0) await desk.reserve(one, { userId, sessionId });
      standing = sessionId;
    }
    expect(await desk.uses(one)).toBe(1);
  });
});
