import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import {
  CouponAdmin,
  type Fields,
  type Problem,
  minimal,
  pointers,
  full,
  unsaid,
} from '../../../test/support/coupon-admin.js';

let app: TestApp;
let admin: Person;
let coupons: CouponAdmin;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  admin = await person(app, 'ADMIN');
  coupons = new CouponAdmin(app, admin);
});
afterAll(() => app.close());
keepBooks(() => app);

const count = async () => (await sql<{ n: number }>(app.database, 'SELECT count(*)::int AS n FROM coupons'))[0]!.n;
const kept = {
  id: expect.stringMatching(/^cpn_/),
  currentUses: 0,
  createdAt: expect.any(String),
  updatedAt: expect.any(String),
};

describe('a new coupon', () => {
  it('has all that was said of it, and leaves an audit record', async () => {
    const { status, body, headers } = await coupons.create({ ...full, code: 'Summer_26' });
    expect([status, body]).toEqual([201, { ...full, ...kept, code: 'SUMMER_26' }]);
    expect(await coupons.read(body.id)).toEqual(body);
    const record = { actor: admin.id, action: 'coupon.created', type: 'coupon', before: null };
    expect(await coupons.audits(body.id)).toEqual([
      { ...record, after: { ...full, code: 'SUMMER_26' }, request_id: headers.get('x-request-id') },
    ]);
  });

  it('has defaults for what was not said', async () => {
    expect(await coupons.created({ code: 'plain' })).toEqual({ ...minimal, ...unsaid, ...kept, code: 'PLAIN' });
  });

  it.each([10, 0.01, 12.5, 33.33, 99.99, 100, 0.07, 1.15])(
    'gives %s per cent back as it was given',
    async (percent) => {
      const { id, discountValue } = await coupons.created({ discountValue: percent });
      expect(discountValue).toBe(percent);
      const [row] = await sql<{ value: string }>(
        app.database,
        'SELECT discount_value AS value FROM coupons WHERE id = $1',
        [id],
      );
      expect(row!.value).toBe(String(Math.round(percent * 100)));
    },
  );

  it.each<[string, Fields, string[]]>([
    ['no code', { code: undefined }, ['#/code']],
    ['a short code', { code: 'ab' }, ['#/code']],
    ['a long code', { code: 'x'.repeat(41) }, ['#/code']],
    ['a code with a blank', { code: 'TEN OFF' }, ['#/code']],
    ['a code with an umlaut', { code: 'SÜSS' }, ['#/code']],
    ['no name', { name: '' }, ['#/name']],
    ['another type', { discountType: 'GIFT' }, ['#/discountType']],
    ['nothing off', { discountValue: 0 }, ['#/discountValue']],
    ['less than nothing off', { discountValue: -5 }, ['#/discountValue']],
    ['three decimals', { discountValue: 10.125 }, ['#/discountValue']],
    ['next to nothing', { discountValue: 1e-7 }, ['#/discountValue']],
    ['a value as text', { discountValue: '10' }, ['#/discountValue']],
    ['more than all', { discountValue: 100.01 }, ['#/discountValue']],
    ['a broken amount', { discountType: 'FIXED_AMOUNT', discountValue: 9.99, currency: 'USD' }, ['#/discountValue']],
    ['an amount without a currency', { discountType: 'FIXED_AMOUNT', discountValue: 500 }, ['#/currency']],
    ['a minimum without a currency', { minimumAmount: 500 }, ['#/currency']],
    ['a cap without a currency', { maximumDiscount: 500 }, ['#/currency']],
    ['no such currency', { currency: 'XXZ' }, ['#/currency']],
    ['a cap of nothing', { maximumDiscount: 0, currency: 'USD' }, ['#/maximumDiscount']],
    ['no uses at all', { maxUses: 0 }, ['#/maxUses']],
    ['too many uses to count', { maxUses: 2_147_483_648 }, ['#/maxUses']],
    ['half a use a person', { maxUsesPerUser: 0.5 }, ['#/maxUsesPerUser']],
    ['no moment', { validFrom: 'tomorrow' }, ['#/validFrom']],
    [
      'an end before the start',
      { validFrom: '2026-02-01T00:00:00Z', validUntil: '2026-02-01T00:00:00Z' },
      ['#/validUntil'],
    ],
    ['something that is no course', { applicableCourses: ['usr_1'] }, ['#/applicableCourses']],
    ['no list of kinds', { applicableKinds: 'course' }, ['#/applicableKinds']],
    ['a flag as text', { isActive: 'yes' }, ['#/isActive']],
    ['null for a flag', { isPublic: null }, ['#/isPublic']],
    ['its own count of uses', { currentUses: 0 }, ['#/currentUses']],
    [
      'several things at once',
      { discountValue: 101, minimumAmount: 1, validFrom: '2026-02-01T00:00:00Z', validUntil: '2026-01-01T00:00:00Z' },
      ['#/discountValue', '#/currency', '#/validUntil'],
    ],
  ])('with %s is refused, and named', async (_what, fields, expected) => {
    const before = await count();
    const { status, body } = await coupons.create<Problem>(fields);
    expect([status, body.code, pointers(body)]).toEqual([400, 'VALIDATION_FAILED', expected]);
    expect(await count()).toBe(before);
  });

  it('cannot have the code of another, in whatever case, also when 20 try at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        coupons.create<Problem>({ code: index % 2 === 0 ? 'same-code' : 'SAME-CODE' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body } of answers.filter(({ status }) => status !== 201))
      expect([status, body.code]).toEqual([409, 'COUPON_CODE_TAKEN']);
  });
});
