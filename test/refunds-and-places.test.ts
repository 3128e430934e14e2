import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { completeCourse } from './support/learning-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, gone, partly } from './support/standings.js';

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

describe('a coupon', () => {
  const withCoupon = async (returnOnRefund: boolean) => {
    const code = `BACK-${returnOnRefund}-${Math.random().toString(36).slice(2, 8)}`.toUpperCase();
    const coupon = { code, name: 'Ten off', discountType: 'PERCENTAGE', discountValue: 10, maxUses: 1, returnOnRefund };
    const { id } = expectStatus(201, await school.post<{ id: string }>('/coupons', coupon, school.admin.token));
    const sale = await desk.buy({ couponCode: code });
    const uses = async () => {
      const [row] = await school.sql<{ uses: number; status: string }>(
        `SELECT c.current_uses AS uses, u.status FROM coupons c JOIN coupon_uses u ON u.coupon_id = c.id AND u.session_id = $2 WHERE c.id = $1`,
        [id, sale.sessionId],
      );
      return row;
    };
    return { sale, uses, code };
  };

  it('gives what was paid back, not the list price; its use stays used unless the coupon says otherwise', async () => {
    const { sale, uses } = await withCoupon(false);
    expect(await uses()).toEqual({ uses: 1, status: 'CONSUMED' });
    expect((await desk.refund(sale, { amount: 9001 })).body.code).toBe('REFUND_TOO_MUCH');
    expect(await desk.refunded(sale)).toMatchObject({ amount: 9000 });
    expect(await uses()).toEqual({ uses: 1, status: 'CONSUMED' });
  });

  it('that says so is given back by a full refund, and by no part; and taken again when the refund fails', async () => {
    const { sale, uses } = await withCoupon(true);
    await desk.refunded(sale, { amount: 4000 });
    expect(await uses()).toEqual({ uses: 1, status: 'CONSUMED' });
    const { providerRefundId } = await desk.refunded(sale);
    expect(await uses()).toEqual({ uses: 0, status: 'RETURNED' });
    school.sandbox.stripe.failRefund(providerRefundId!);
    await desk.quiet();
    expect(await uses()).toEqual({ uses: 1, status: 'CONSUMED' });
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 4000 });
  });

  it('whose slot is taken by another meanwhile stays theirs when the refund fails', async () => {
    const { sale, uses, code } = await withCoupon(true);
    const { providerRefundId } = await desk.refunded(sale);
    const other = await desk.buy({ couponCode: code });
    school.sandbox.stripe.failRefund(providerRefundId!);
    await desk.quiet();
    expect(await uses()).toMatchObject({ uses: 1, status: 'RETURNED' });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.standing(other)).toEqual(bought);
  });

  it('for a first purchase is for nobody who has bought something, also when it was all refunded', async () => {
    const code = `FIRST-${Math.random().toString(36).slice(2, 8)}`.toUpperCase();
    const terms = { code, name: 'Welcome', discountType: 'PERCENTAGE', discountValue: 10, firstPurchaseOnly: true };
    expectStatus(201, await school.post('/coupons', terms, school.admin.token));
    const courseId = (await school.course()).id;
    for (const refund of [{}, { amount: 1 }]) {
      const sale = await desk.buy();
      await desk.refunded(sale, refund);
      const asked = await school.post('/payments/coupons/validate', { code, courseId }, sale.buyer.token);
      expect(asked.body).toMatchObject({ isValid: false, code: 'COUPON_FIRST_PURCHASE_ONLY' });
    }
    const newcomer = await person(school);
    const asked = await school.post('/payments/coupons/validate', { code, courseId }, newcomer.token);
    expect(asked.body).toMatchObject({ isValid: true });
  });

  it('for the whole leaves nothing to refund', async () => {
    const code = `FREE-${Math.random().toString(36).slice(2, 8)}`.toUpperCase();
    const coupon = { code, name: 'All off', discountType: 'PERCENTAGE', discountValue: 100 };
    expectStatus(201, await school.post('/coupons', coupon, school.admin.token));
    const sale = await desk.begin({ couponCode: code });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    for (const terms of [{}, { amount: 1 }, { destination: 'WALLET' }])
      expect(await desk.refund(sale, terms)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    expect(await desk.standing(sale)).toEqual(bought);
  });
});

describe('the place', () => {
  it('that was given back whole can be bought again, and goes on where it was', async () => {
    const first = await desk.buy();
    await school.sql('UPDATE enrollments SET progress = 40 WHERE course_id = $1', [first.courseId]);
    await desk.refunded(first);
    await desk.quiet();
    expect(await desk.standing(first)).toEqual({ ...gone, refunded: 10_000 });
    const second = await desk.buy({ buyer: first.buyer, courseId: first.courseId });
    expect(await desk.standing(second)).toEqual(bought);
    expect(
      await school.sql('SELECT progress, payment_session_id FROM enrollments WHERE course_id = $1', [first.courseId]),
    ).toEqual([{ progress: 40, payment_session_id: second.sessionId }]);
    await desk.refunded(second);
    await desk.quiet();
    expect(await desk.standing(second)).toEqual({ ...gone, refunded: 10_000 });
  });

  it('bought again is not touched by what becomes of the first payment', async () => {
    const first = await desk.buy();
    const { providerRefundId } = await desk.refunded(first);
    const second = await desk.buy({ buyer: first.buyer, courseId: first.courseId });
    const moved = await desk.moved(() => school.sandbox.stripe.failRefund(providerRefundId!));
    expect(moved).toEqual({
      'asset:provider:stripe USD': 10_000,
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await desk.standing(first)).toEqual(bought);
    await desk.refunded(first);
    await desk.quiet();
    expect(await desk.standing(second)).toEqual(bought);
    expect(await desk.standing(first)).toMatchObject({ payment: 'REFUNDED', open: true });
  });

  it('is kept where the course says so, and is still taken back or kept when things change', async () => {
    const sale = await desk.buy();
    await school.sql('UPDATE courses SET keep_access_on_refund = true WHERE id = $1', [sale.courseId]);
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    const kept = { ...bought, payment: 'REFUNDED', refunded: 10_000, paid: 'REFUNDED' };
    expect(await desk.standing(sale)).toEqual(kept);
    expect((await school.get(`/enrollments/course/${sale.courseId}`, sale.buyer.token)).body).toMatchObject({
      status: 'ACTIVE',
      paymentStatus: 'REFUNDED',
    });
    school.sandbox.stripe.failRefund(providerRefundId!);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    await school.sql('UPDATE courses SET keep_access_on_refund = false WHERE id = $1', [sale.courseId]);
    await desk.refunded(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 10_000 });
  });

  it('that was completed is completed again when the refund fails', async () => {
    const sale = await desk.buy();
    await completeCourse(school, sale);
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 10_000 });
    school.sandbox.stripe.failRefund(providerRefundId!);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...bought, place: 'COMPLETED' });
  });

  it('of others stays: one of two buyers is refunded', async () => {
    const first = await desk.buy();
    const second = await desk.buy({ courseId: first.courseId, buyer: await person(school) });
    await desk.refunded(first);
    await desk.quiet();
    expect(await desk.standing(first)).toEqual({ ...gone, refunded: 10_000, count: 1 });
    expect(await desk.standing(second)).toEqual(bought);
  });
});
