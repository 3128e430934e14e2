import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { sql } from '../../../test/support/people.js';
import { Database, inTransaction } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { Coupon } from '../coupon.js';
import { ConsumeCoupon, ReserveCoupon, ReturnCoupon, ValidateCoupon } from '../index.js';

/* A use of a coupon through its life, one at a time and many at once, by the operations that payments calls. */

let app: TestApp;
let database: Database;
let validateCoupon: ValidateCoupon;
let reserveCoupon: ReserveCoupon;
let consumeCoupon: ConsumeCoupon;
let returnCoupon: ReturnCoupon;
let number = 0;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  database = app.app.get(Database);
  validateCoupon = app.app.get(ValidateCoupon);
  reserveCoupon = app.app.get(ReserveCoupon);
  consumeCoupon = app.app.get(ConsumeCoupon);
  returnCoupon = app.app.get(ReturnCoupon);
});
afterAll(() => app.close());
keepBooks(() => app);

const next = (what: string) => `${what}_${(number += 1)}`;

/** 10 % off anything, unless told otherwise. */
function coupon(terms: Partial<Coupon> = {}): Promise<Coupon> {
  const now = app.clock.now();
  return database.client.coupon.create({
    data: {
      id: newId('coupon'),
      code: next('CODE'),
      name: 'A coupon',
      discountType: 'PERCENTAGE',
      discountValue: 1000n,
      createdAt: now,
      updatedAt: now,
      ...terms,
    },
  });
}

interface Asked {
  userId?: string;
  sessionId?: string;
  price?: Money;
}
const requestOf = ({ code }: Coupon, asked: Asked = {}) => ({
  code,
  userId: next('usr'),
  itemKind: 'course',
  itemId: 'crs_any',
  price: Money.of(9999, 'USD'),
  firstPurchase: true,
  ...asked,
});
const reserve = (of: Coupon, asked: Asked = {}) =>
  reserveCoupon.execute({ sessionId: next('ps'), ...requestOf(of, asked) });
/** Reserves and answers the session. */
async function reserved(of: Coupon, userId = next('usr')): Promise<string> {
  const sessionId = next('ps');
  await reserve(of, { userId, sessionId });
  return sessionId;
}
const validated = async (of: Coupon, asked?: Asked) => {
  const answer = await validateCoupon.execute(requestOf(of, asked));
  return answer.valid ? answer.discount.toString() : answer.problem.code;
};
const uses = async ({ id }: Coupon) => (await database.client.coupon.findUniqueOrThrow({ where: { id } })).currentUses;
const statuses = async ({ id }: Coupon) =>
  (await database.client.couponUse.findMany({ where: { couponId: id }, orderBy: { id: 'asc' } })).map(
    ({ status }) => status,
  );
const state = async (of: Coupon) => [await uses(of), ...(await statuses(of))];

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
    const ten = await coupon({ code: 'Ten-Off'.toUpperCase() });
    const sessionId = next('ps');
    const userId = next('usr');
    const answer = await reserveCoupon.execute({ ...requestOf(ten, { userId }), code: ' ten-OFF ', sessionId });
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
    expect(await uses(ten)).toBe(1);
  });

  it.each(['NO-SUCH-CODE', '', 'ab', 'with blank', 'null\u0000', 'ı'.repeat(4), 'X'.repeat(1000)])(
    'of the unknown code "%s" is refused',
    async (code) => {
      const attempt = reserveCoupon.execute({ ...requestOf(await coupon()), code, sessionId: next('ps') });
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
    const refused = await coupon(terms);
    await expect(reserve(refused)).rejects.toMatchObject({ problem: { code } });
    expect(await validated(refused)).toBe(code);
    expect(await state(refused)).toEqual([0]);
  });

  it('again for the same session is the one that stands, and otherwise a defect', async () => {
    const last = await coupon({ maxUses: 1, maxUsesPerUser: 1 });
    const many = await coupon();
    for (const one of [last, many]) {
      const asked = { sessionId: next('ps'), userId: next('usr') };
      const first = await reserve(one, asked);
      expect(await reserve(one, asked)).toEqual(first);
      expect(await state(one)).toEqual([1, 'RESERVED']);
      await expect(reserve(one, { ...asked, price: Money.of(5000, 'USD') })).rejects.toThrow(
        'has used a coupon otherwise',
      );
      await expect(reserve(await coupon(), asked)).rejects.toThrow('has used a coupon otherwise');
      expect(await state(one)).toEqual([1, 'RESERVED']);
    }
  });

  it('that is refused leaves the transaction around it whole', async () => {
    const [gone, twice, other] = [await coupon({ maxUses: 1 }), await coupon({ maxUsesPerUser: 1 }), await coupon()];
    const userId = next('usr');
    await reserve(gone);
    await reserve(twice, { userId });
    await inTransaction(async () => {
      await expect(reserve(gone)).rejects.toMatchObject({ problem: { code: 'COUPON_USED_UP' } });
      await expect(reserve(twice, { userId })).rejects.toMatchObject({ problem: { code: 'COUPON_LIMIT_REACHED' } });
      await reserve(other, { userId });
    });
    expect([await state(gone), await state(twice), await state(other)]).toEqual([
      [1, 'RESERVED'],
      [1, 'RESERVED'],
      [1, 'RESERVED'],
    ]);
  });

  it('goes with the transaction around it', async () => {
    const one = await coupon();
    const attempt = inTransaction(async () => {
      await reserve(one);
      throw new Error('what came after it failed');
    });
    await expect(attempt).rejects.toThrow('what came after it failed');
    expect(await state(one)).toEqual([0]);
  });

  it('is refused when the coupon is deactivated after its terms were read', async () => {
    const one = await coupon();
    await database.client.coupon.update({ where: { id: one.id }, data: { isActive: false } });
    const [late] = await sql<{ outcome: string }>(
      app.database,
      `SELECT coupon_reserve('cpu_x', $1, 'usr', 'ps_none', 1, 'USD', now()) AS outcome`,
      [one.id],
    );
    expect(late!.outcome).toBe('invalid');
    expect(await state(one)).toEqual([0]);
  });
});

describe('limits', () => {
  it('let exactly 10 of 200 who come at once have a coupon with 10 uses', async () => {
    const ten = await coupon({ maxUses: 10 });
    expect(await outcomes(Array.from({ length: 200 }, () => reserve(ten)))).toEqual({ done: 10, COUPON_USED_UP: 190 });
    expect(await uses(ten)).toBe(10);
    expect(await statuses(ten)).toHaveLength(10);
    expect(await validated(ten)).toBe('COUPON_USED_UP');
  });

  it('let one person have it 3 times, also of 50 tries at once', async () => {
    const three = await coupon({ maxUsesPerUser: 3 });
    const userId = next('usr');
    const tries = Array.from({ length: 50 }, () => reserve(three, { userId }));
    expect(await outcomes(tries)).toEqual({ done: 3, COUPON_LIMIT_REACHED: 47 });
    expect(await uses(three)).toBe(3);
    expect(await validated(three, { userId })).toBe('COUPON_LIMIT_REACHED');
    expect(await validated(three)).toBe('10.00 USD');
    await reserve(three);
    expect(await uses(three)).toBe(4);
  });

  it('hold for the last use of one and the last of all together', async () => {
    const both = await coupon({ maxUses: 5, maxUsesPerUser: 2 });
    const people = Array.from({ length: 4 }, () => next('usr'));
    const tries = Array.from({ length: 80 }, (_, index) => reserve(both, { userId: people[index % 4] }));
    expect((await outcomes(tries)).done).toBe(5);
    expect(await uses(both)).toBe(5);
  });

  it('let a person have one coupon for a first purchase, also when two are tried at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const first = [await coupon({ firstPurchaseOnly: true }), await coupon({ firstPurchaseOnly: true })] as const;
      const userId = next('usr');
      const tries = Array.from({ length: 30 }, (_, index) => reserve(first[index % 2 === 0 ? 0 : 1], { userId }));
      expect(await outcomes(tries)).toEqual({ done: 1, COUPON_FIRST_PURCHASE_ONLY: 29 });
      expect((await uses(first[0])) + (await uses(first[1]))).toBe(1);
      expect(await validated(first[0], { userId })).toBe('COUPON_FIRST_PURCHASE_ONLY');
    }
  });

  it('let a person hold three that are not paid, also of 20 tries at once, and as many as they pay for', async () => {
    const free = await coupon();
    const userId = next('usr');
    expect(await outcomes(Array.from({ length: 20 }, () => reserve(free, { userId })))).toEqual({
      done: 3,
      COUPON_LIMIT_REACHED: 17,
    });
    expect(await uses(free)).toBe(3);
    const [paid] = await database.client.couponUse.findMany({ where: { couponId: free.id }, take: 1 });
    await consumeCoupon.execute(paid!.sessionId);
    expect(await outcomes([reserve(free, { userId }), reserve(free, { userId })])).toEqual({
      done: 1,
      COUPON_LIMIT_REACHED: 1,
    });
    expect(await uses(free)).toBe(4);
    await reserve(free);
  });

  it('do not mind uses that were returned', async () => {
    const one = await coupon({ maxUses: 1, maxUsesPerUser: 1, firstPurchaseOnly: true });
    const userId = next('usr');
    for (let round = 0; round < 3; round += 1) {
      await returnCoupon.execute(await reserved(one, userId), 'unpaid');
    }
    expect(await state(one)).toEqual([0, 'RETURNED', 'RETURNED', 'RETURNED']);
  });

  it('survive uses and returns at once, of one person and a first purchase', async () => {
    const one = await coupon({ firstPurchaseOnly: true });
    const userId = next('usr');
    let standing = await reserved(one, userId);
    for (let round = 0; round < 20; round += 1) {
      const sessionId = next('ps');
      await Promise.allSettled([returnCoupon.execute(standing, 'unpaid'), reserve(one, { userId, sessionId })]);
      expect(await uses(one)).toBeLessThanOrEqual(1);
      if ((await uses(one)) === 0) await reserve(one, { userId, sessionId });
      standing = sessionId;
    }
    expect(await uses(one)).toBe(1);
  });
});

describe('a payment', () => {
  it('consumes the use, and again changes nothing', async () => {
    const one = await coupon();
    const sessionId = await reserved(one);
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    const consumed = await database.client.couponUse.findUnique({ where: { sessionId } });
    app.clock.advance(60);
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    expect(await database.client.couponUse.findUnique({ where: { sessionId } })).toEqual(consumed);
    expect(await state(one)).toEqual([1, 'CONSUMED']);
  });

  it('without a coupon is fine', async () => {
    expect(await consumeCoupon.execute('ps_without')).toBe(true);
    expect(await returnCoupon.execute('ps_without', 'unpaid')).toBe(false);
  });

  it('that is late takes the use again, also of a coupon that has expired since, once', async () => {
    const one = await coupon({ maxUses: 1, maxUsesPerUser: 1, validUntil: app.clock.in(600) });
    const sessionId = await reserved(one);
    await returnCoupon.execute(sessionId, 'unpaid');
    app.clock.advance(1200);
    expect(await state(one)).toEqual([0, 'RETURNED']);
    expect(await Promise.all(Array.from({ length: 20 }, () => consumeCoupon.execute(sessionId)))).toEqual(
      Array.from({ length: 20 }, () => true),
    );
    expect(await state(one)).toEqual([1, 'CONSUMED']);
  });

  it('that is late finds none left: in all, of the person, or of a first purchase', async () => {
    const userId = next('usr');
    const [all, each] = [await coupon({ maxUses: 1 }), await coupon({ maxUsesPerUser: 1 })];
    const [first, second] = [await coupon({ firstPurchaseOnly: true }), await coupon({ firstPurchaseOnly: true })];
    for (const [late, taken] of [
      [all, all],
      [each, each],
      [first, second],
    ] as const) {
      const sessionId = await reserved(late, userId);
      await returnCoupon.execute(sessionId, 'unpaid');
      await reserve(taken, { userId });
      const before = await state(late);
      expect([await consumeCoupon.execute(sessionId), await consumeCoupon.execute(sessionId)]).toEqual([false, false]);
      expect(await state(late)).toEqual(before);
      await returnCoupon.execute(sessionId, 'unpaid');
      expect(await state(late)).toEqual(before);
    }
  });

  it('that comes late with 30 others for the last 4 uses: 4 of them get one', async () => {
    const four = await coupon({ maxUses: 30 });
    const sessions = await Promise.all(Array.from({ length: 30 }, () => reserved(four)));
    await Promise.all(sessions.map((sessionId) => returnCoupon.execute(sessionId, 'unpaid')));
    await database.client.coupon.update({ where: { id: four.id }, data: { maxUses: 4 } });
    const answers = await Promise.all(sessions.map((sessionId) => consumeCoupon.execute(sessionId)));
    expect(answers.filter(Boolean)).toHaveLength(4);
    expect(await uses(four)).toBe(4);
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
    const one = await coupon({ returnOnRefund });
    const sessionId = await reserved(one);
    if (status === 'CONSUMED') await consumeCoupon.execute(sessionId);
    expect(await returnCoupon.execute(sessionId, why)).toBe(expected);
    const after = expected ? [0, 'RETURNED'] : [1, status];
    expect(await state(one)).toEqual(after);
    expect(await returnCoupon.execute(sessionId, why)).toBe(false);
    expect(await state(one)).toEqual(after);
  });

  it('by 50 at once gives one slot back', async () => {
    const one = await coupon({ maxUses: 2 });
    await reserve(one);
    const sessionId = await reserved(one);
    const answers = await Promise.all(Array.from({ length: 50 }, () => returnCoupon.execute(sessionId, 'unpaid')));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await uses(one)).toBe(1);
  });

  it('and a payment at once end in a use or in none, and the count agrees', async () => {
    const one = await coupon();
    for (let round = 0; round < 20; round += 1) {
      const sessionId = await reserved(one);
      const before = await uses(one);
      await Promise.all([consumeCoupon.execute(sessionId), returnCoupon.execute(sessionId, 'unpaid')]);
      expect(await uses(one)).toBe(before);
      expect(await database.client.couponUse.findUnique({ where: { sessionId } })).toMatchObject({
        status: 'CONSUMED',
      });
    }
  });

  it('of a refund that comes to nothing is undone: the use is consumed again', async () => {
    const one = await coupon({ returnOnRefund: true });
    const sessionId = await reserved(one);
    await consumeCoupon.execute(sessionId);
    await returnCoupon.execute(sessionId, 'refunded');
    expect(await consumeCoupon.execute(sessionId)).toBe(true);
    expect(await state(one)).toEqual([1, 'CONSUMED']);
  });
});
