import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ManagedCouponDto } from '../src/coupons/admin/coupons.dto.js';
import type { CouponDto } from '../src/coupons/index.js';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { CreatedSessionDto } from '../src/payments/checkout/sessions.dto.js';
import type { CouponValidationDto } from '../src/payments/coupons/coupons.dto.js';
import type { Page, ProblemDto } from '../src/platform/http/index.js';
import { keepBooks } from './support/keep-books.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* A coupon as its buyer meets it. */

let school: School;
let course: CourseDto;
let number = 0;
beforeAll(async () => {
  school = await openSchool();
  course = await school.course();
});
afterAll(() => school.close());
keepBooks(() => school);

type Fields = Record<string, unknown>;

async function coupon(fields: Fields = {}): Promise<ManagedCouponDto> {
  const body = {
    code: `Code-${(number += 1)}`,
    name: 'Ten off',
    discountType: 'PERCENTAGE',
    discountValue: 10,
    ...fields,
  };
  return expectStatus(201, await school.post<ManagedCouponDto>('/coupons', body, school.admin.token));
}
const usesOf = async ({ id }: ManagedCouponDto) =>
  (await school.get<ManagedCouponDto>(`/coupons/${id}`, school.admin.token)).body.currentUses;
const validate = <T = CouponValidationDto>(body: Fields, who: Person | undefined = school.student) =>
  school.post<T>('/payments/coupons/validate', body, who?.token);
const validated = async (body: Fields, who?: Person) =>
  expectStatus(200, await validate({ courseId: course.id, ...body }, who));
const begin = (couponCode: string, who = school.student, courseId = course.id) =>
  school.post<CreatedSessionDto & ProblemDto>('/payments/sessions', { courseId, couponCode }, who.token);

/** What buyers see of a coupon. */
function seen({ maxUses, currentUses, isActive, isPublic, returnOnRefund, ...rest }: ManagedCouponDto): object {
  const { createdAt, updatedAt, ...shown } = rest;
  return shown;
}

describe('a validation', () => {
  it("says what comes off the server's own price, in any case of the code, and reserves nothing", async () => {
    const ten = await coupon({ code: 'Welcome_10', maxUses: 3 });
    expect(await validated({ code: 'wELCOME_10' })).toEqual({
      isValid: true,
      discountAmount: 1000,
      finalAmount: 8999,
      currency: 'USD',
      coupon: seen(ten),
    });
    expect(await usesOf(ten)).toBe(0);
  });

  it('takes the thing also by kind and id, and goes no lower than nothing', async () => {
    const { code } = await coupon({ discountType: 'FIXED_AMOUNT', discountValue: 20_000, currency: 'USD' });
    for (const what of [{ itemId: course.id }, { itemKind: 'course', itemId: course.id, currency: 'usd' }]) {
      expect((await validate({ code, ...what })).body).toMatchObject({ discountAmount: 9999, finalAmount: 0 });
    }
  });

  it('is in the currency that is asked for', async () => {
    const yen = await school.course({ price: 1999, currency: 'JPY' });
    const { code } = await coupon({ discountValue: 12.5 });
    expect(await validated({ code, courseId: yen.id })).toMatchObject({
      discountAmount: 250,
      finalAmount: 1749,
      currency: 'JPY',
    });
    expect((await validate<ProblemDto>({ code, courseId: yen.id, currency: 'KWD' })).body).toMatchObject({
      status: 400,
      code: 'CURRENCY_NOT_OFFERED',
    });
  });

  it.each<[string, string, Fields]>([
    ['COUPON_INVALID', 'Invalid or inactive coupon', { isActive: false }],
    ['COUPON_NOT_YET_VALID', 'Invalid or inactive coupon', { validFrom: '2099-01-01T00:00:00Z' }],
    ['COUPON_EXPIRED', 'Invalid or inactive coupon', { validUntil: '2020-01-01T00:00:00Z' }],
    ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this course', { applicableCourses: ['crs_other'] }],
    ['COUPON_NOT_APPLICABLE', 'Coupon not applicable to this course', { applicableKinds: ['bundle'] }],
    ['COUPON_CURRENCY', 'Only applicable to prices in EUR', { currency: 'EUR' }],
    ['COUPON_MINIMUM_AMOUNT', 'Minimum amount required: 120.00 USD', { currency: 'USD', minimumAmount: 12_000 }],
  ])('answers %s and why, and the purchase is refused with the same', async (code, message, fields) => {
    const one = await coupon(fields);
    expect(await validated({ code: one.code })).toEqual({ isValid: false, code, message });
    const { status, body } = await begin(one.code);
    expect([status, body.code, body.detail]).toEqual([400, code, message]);
    expect(await usesOf(one)).toBe(0);
  });

  it('of an unknown code is no different from one of an inactive coupon', async () => {
    const refusal = { isValid: false, code: 'COUPON_INVALID', message: 'Invalid or inactive coupon' };
    for (const code of ['NO-SUCH-CODE', '%', 'a b', 'ß'.repeat(90)]) {
      expect(await validated({ code })).toEqual(refusal);
    }
  });

  it.each<[string, Fields]>([
    ['#/code', { code: undefined }],
    ['#/code', { code: '' }],
    ['#/code', { code: 7 }],
    ['#/courseId', { courseId: undefined }],
    ['#/itemId', { itemId: 'crs_2' }],
    ['#/itemKind', { courseId: undefined, itemId: 'x', itemKind: 'yacht' }],
    ['#/currency', { currency: 'XXZ' }],
    ['#/amount', { amount: 100 }],
    ['#/couponCode', { couponCode: 'TEN' }],
  ])('without a good %s is refused, and it is named', async (pointer, fields) => {
    const { status, body } = await validate<ProblemDto>({ code: 'ANY', courseId: course.id, ...fields });
    expect([status, body.code, [...new Set(body.errors?.map((error) => error.pointer))]]).toEqual([
      400,
      'VALIDATION_FAILED',
      [pointer],
    ]);
  });

  it('is never for money that is put into a wallet', async () => {
    const { code } = await coupon({ discountValue: 100 });
    for (const itemId of ['USD:1000', 'nonsense']) {
      expect((await validate({ code, itemKind: 'wallet-topup', itemId })).body).toEqual({
        isValid: false,
        code: 'COUPON_NOT_APPLICABLE',
        message: 'Coupon not applicable to this purchase',
      });
    }
  });

  it('of a course that cannot be bought says so', async () => {
    const { code } = await coupon();
    const free = await school.course({ isPremium: false, price: 0 });
    expect(await validate({ code, courseId: 'crs_none' })).toMatchObject({ status: 404 });
    expect(await validate({ code, courseId: free.id })).toMatchObject({
      status: 400,
      body: { code: 'COURSE_IS_FREE' },
    });
  });
});

describe('a use', () => {
  it('is reserved with the session, counted against its limits, and free again when it is cancelled', async () => {
    const one = await coupon({ maxUses: 1 });
    const [first, second] = [await person(school), await person(school)];
    const { session } = expectStatus(201, await begin(one.code.toLowerCase(), first));
    expect(session).toMatchObject({ amount: 9999, discountAmount: 1000, finalAmount: 8999 });
    expect(await validated({ code: one.code }, second)).toMatchObject({ isValid: false, code: 'COUPON_USED_UP' });
    expect((await begin(one.code, second)).body).toMatchObject({ status: 400, code: 'COUPON_USED_UP' });

    const cancel = () => school.post(`/payments/sessions/${session.id}/cancel`, {}, first.token);
    for (let round = 0; round < 2; round += 1) expect((await cancel()).status).toBe(200);
    expect(await usesOf(one)).toBe(0);
    expect(await validated({ code: one.code }, second)).toMatchObject({ isValid: true });
    await school.quiet();
  });

  it('a person has as often as it allows each, and another still', async () => {
    const one = await coupon({ maxUsesPerUser: 1, discountValue: 100 });
    const [first, second] = [await person(school), await person(school)];
    expectStatus(201, await begin(one.code, first));
    const other = await school.course();
    expect(await validated({ code: one.code, courseId: other.id }, first)).toMatchObject({
      isValid: false,
      code: 'COUPON_LIMIT_REACHED',
    });
    expect(await validated({ code: one.code }, second)).toMatchObject({ isValid: true, finalAmount: 0 });
    await school.quiet();
  });

  it('for a first purchase is for who has put money into a wallet, but not for who has bought something', async () => {
    const [first, all] = [await coupon({ firstPurchaseOnly: true }), await coupon({ discountValue: 100 })];
    const buyer = await person(school);
    const { session } = expectStatus(
      201,
      await school.post<CreatedSessionDto>(
        '/finance/actions/wallet-topup',
        { amount: 1000, currency: 'USD' },
        buyer.token,
      ),
    );
    school.sandbox.stripe.pay(session.providerReference!);
    await school.quiet();
    expect(await validated({ code: first.code }, buyer)).toMatchObject({ isValid: true });

    const bought = expectStatus(201, await begin(all.code, buyer));
    expect([bought.session.status, bought.session.finalAmount, bought.redirectUrl]).toEqual(['COMPLETED', 0, null]);
    expect(await usesOf(all)).toBe(1);
    const other = await school.course();
    expect(await validated({ code: first.code, courseId: other.id }, buyer)).toEqual({
      isValid: false,
      code: 'COUPON_FIRST_PURCHASE_ONLY',
      message: 'Coupon only applicable to a first purchase',
    });
    expect(await validate({ code: first.code, courseId: course.id }, buyer)).toMatchObject({
      status: 400,
      body: { code: 'ALREADY_ENROLLED' },
    });
    await school.quiet();
  });
});

describe('what buyers may see', () => {
  const active = async (query = '') =>
    expectStatus(200, await school.get<Page<CouponDto>>(`/payments/coupons/active${query}`));
  const byCode = (code: string, who: Person | undefined = school.student) =>
    school.get<CouponDto>(`/payments/coupons/${encodeURIComponent(code)}`, who?.token);

  it('is the list of public coupons that can be used now, for everybody', async () => {
    const now = school.clock.now().getTime();
    const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
    const older = await coupon({ isPublic: true, validFrom: at(-60), validUntil: at(3600) });
    const newer = await coupon({ isPublic: true, maxUses: 1 });
    await coupon();
    await coupon({ isPublic: true, isActive: false });
    await coupon({ isPublic: true, validFrom: at(3600) });
    await coupon({ isPublic: true, validUntil: at(-60) });
    expect(await active()).toEqual({
      data: [seen(newer), seen(older)],
      pagination: { page: 1, limit: 20, total: 2, pages: 1 },
    });
    expect((await active('?limit=1&page=2')).data).toEqual([seen(older)]);

    expectStatus(201, await begin(newer.code, await person(school)));
    expect((await active()).data).toEqual([seen(older)]);
    await school.quiet();
  });

  it('is a coupon by its code in any case, without how often it was or can be used', async () => {
    const one = await coupon({ code: 'Secret-Code', maxUses: 7 });
    const { status, body } = await byCode('sECRET-cODE');
    expect([status, body]).toEqual([200, seen(one)]);
  });

  it('is not a coupon that cannot be used: not found', async () => {
    const inactive = await coupon({ isActive: false });
    const expired = await coupon({ validUntil: '2020-01-01T00:00:00Z' });
    const later = await coupon({ validFrom: '2099-01-01T00:00:00Z' });
    for (const code of [inactive.code, expired.code, later.code, 'NO-SUCH-CODE', 'a%b', '\u0000abc']) {
      expect(await byCode(code)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    }
  });

  it('needs a sign-in, but for the list', async () => {
    expect((await school.get('/payments/coupons/ANY')).status).toBe(401);
    expect((await school.post('/payments/coupons/validate', { code: 'ANY', courseId: course.id })).status).toBe(401);
  });
});
