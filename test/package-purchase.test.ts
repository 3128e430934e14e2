import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { ManagedCouponDto } from '../src/coupons/admin/coupons.dto.js';
import type { RemovedPackageDto } from '../src/packages/offer/packages.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { feeOf } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Packages as they are bought. What becomes of their credits is in package-credits.test.ts. */

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

const packagesIn = async () => (await school.sql('SELECT id FROM student_packages')).length;

let codes = 0;
async function coupon(fields: object): Promise<string> {
  codes += 1;
  const body = { code: `PACK_${codes}`, name: 'Coupon', discountType: 'PERCENTAGE', discountValue: 10, ...fields };
  return expectStatus(201, await school.post<ManagedCouponDto>('/coupons', body, school.admin.token)).code;
}

describe('buying', () => {
  it('from the wallet gives the credits at once; tax is that of the branch', async () => {
    const buyer = await desk.student(20_000);
    const { id, tax, total } = await desk.offer({ name: 'Three', price: 10_000 });
    expect([tax, total]).toEqual([1900, 11_900]);
    const moved = await desk.money.moved(async () => {
      const answer = expectStatus(201, await desk.purchase(id, buyer, { metadata: { note: 'hello' } }));
      expect(answer).toMatchObject({
        ...{ success: true, redirectUrl: null },
        session: {
          ...{ status: 'COMPLETED', provider: 'WALLET', item: { kind: 'package', id, title: 'Algebra: Three' } },
          ...{ amount: 10_000, taxAmount: 1900, finalAmount: 11_900, taxCountry: 'DE', metadata: { note: 'hello' } },
        },
      });
    });
    expect(moved).toEqual({
      ...{ 'liability:wallet:buyer USD': -11_900 },
      ...{ 'liability:tax:de USD': 1900, 'liability:deferred:packages USD': 10_000 },
    });
    expect(await desk.own(buyer)).toEqual([
      {
        ...{ id: expect.stringMatching(/^spk_/), package: { id, name: 'Three' }, classId: lessons.classId },
        ...{ className: 'Algebra', status: 'ACTIVE', suspended: false, sessionCount: 3, remainingSessions: 3 },
        ...{ refundedSessions: 0, paid: 11_900, currency: 'USD', createdAt: expect.any(String) },
      },
    ]);
  });

  it('by card gives them when the money has come; wherever the buyer is', async () => {
    const buyer = await desk.student();
    const { id } = await desk.offer({ price: 10_000 });
    const body = { packageId: id, country: 'US' };
    const moved = await desk.money.moved(async () => {
      const { session, redirectUrl } = expectStatus(
        201,
        await school.post<CreatedSessionDto>('/payments/sessions', body, buyer.token),
      );
      expect(session).toMatchObject({ status: 'PENDING', finalAmount: 11_900, taxCountry: 'DE' });
      expect(redirectUrl).toContain('http');
      expect(await desk.own(buyer)).toEqual([]);
      school.sandbox.stripe.pay(session.providerReference!);
      await desk.money.quiet();
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': 11_900 - feeOf(11_900),
      'expense:provider-fees USD': feeOf(11_900),
      'liability:tax:de USD': 1900,
      'liability:deferred:packages USD': 10_000,
    });
    expect(await desk.own(buyer)).toMatchObject([{ status: 'ACTIVE', remainingSessions: 3, paid: 11_900 }]);
    expect(
      (await school.post('/payments/sessions', { packageId: id, currency: 'EUR' }, buyer.token)).body,
    ).toMatchObject({
      code: 'CURRENCY_NOT_OFFERED',
    });
    const both = { packageId: id, courseId: (await school.course()).id };
    for (const what of [both, {}])
      expect((await school.post('/payments/sessions', what, buyer.token)).status).toBe(400);
  });

  it('is for students, who have the money, of what is on sale', async () => {
    const poor = await desk.student(10_709);
    const { id } = await desk.offer({ price: 9000 });
    const before = await packagesIn();
    const moved = await desk.money.moved(async () => {
      expect(await desk.purchase(id, poor)).toMatchObject({ status: 400, body: { code: 'INSUFFICIENT_BALANCE' } });
      expect(await desk.purchase(id, await desk.student())).toMatchObject({
        status: 400,
        body: { code: 'INSUFFICIENT_BALANCE' },
      });
      for (const role of ['STAFF', 'INSTRUCTOR', 'ADMIN'] as const) {
        const who = await desk.seats.person(0, [role]);
        expect(await desk.purchase(id, who)).toMatchObject({ status: 403 });
        for (const path of ['/student-packages', '/student-packages/summary'])
          expect((await school.get(path, who.token)).status).toBe(403);
      }
      expect(await desk.purchase('pkg_unknown', poor)).toMatchObject({ status: 404 });
      expect(await desk.purchase(id, poor, { provider: 'CASH' })).toMatchObject({
        body: { code: 'PROVIDER_NOT_OFFERED' },
      });
      expect(await desk.purchase(id, poor, { paymentMethodId: 'pmt_unknown' })).toMatchObject({ status: 404 });
      for (const terms of [{ amount: 1 }, { couponCode: '' }, { returnUrl: 'nowhere' }, { packageId: 7 }])
        expect(await desk.purchase(id, poor, terms)).toMatchObject({
          status: 400,
          body: { code: 'VALIDATION_FAILED' },
        });
      expect((await school.post('/student-packages/purchase', { packageId: id })).status).toBe(401);
      await desk.call('PUT', `/packages/${id}`, lessons.staff, { isActive: false });
      expect(await desk.purchase(id, poor)).toMatchObject({ status: 400, body: { code: 'NOT_ON_SALE' } });
      await school.sql('UPDATE class_packages SET is_active = true WHERE id = $1', [id]);
    });
    expect(moved).toEqual({});
    expect(await packagesIn()).toBe(before);
    expect(await desk.money.wallet(poor)).toBe(10_709);
  });

  it("with a saved card is paid at once, whatever `provider` says; with another's card not at all", async () => {
    const [buyer, other] = [await desk.student(), await desk.student()];
    const stripe = new Stripe('sk_test_of_the_tests', {
      host: '127.0.0.1',
      port: school.sandbox.port,
      protocol: 'http',
    });
    const customer = await stripe.customers.create({ email: buyer.email });
    const card = await stripe.paymentMethods.attach('pm_card_visa', { customer: customer.id });
    await school.sql('INSERT INTO provider_customers VALUES ($1, $2, $3, $4)', [
      ...[buyer.id, 'STRIPE', customer.id, school.clock.now()],
    ]);
    const saving = await school.post<{ method: { id: string } }>(
      '/payments/methods',
      { paymentMethodId: card.id },
      buyer.token,
    );
    const [{ id }, how] = [await desk.offer(), { paymentMethodId: saving.body.method.id, provider: 'WALLET' }];
    expect((await desk.purchase(id, other, how)).status).toBe(404);
    const { session, redirectUrl } = expectStatus(201, await desk.purchase(id, buyer, how));
    expect([session.status, session.provider, redirectUrl]).toEqual(['COMPLETED', 'STRIPE', null]);
    expect(await desk.own(buyer)).toMatchObject([{ remainingSessions: 3, paid: 10_710 }]);
  });

  it('under one key is one package', async () => {
    const buyer = await desk.student(50_000);
    const { id } = await desk.offer();
    const headers = { 'idempotency-key': 'one-package' };
    const first = expectStatus(201, await desk.purchase(id, buyer, {}, headers));
    const again = await desk.purchase(id, buyer, {}, headers);
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first, 'true']);
    expect((await desk.purchase(id, buyer, { couponCode: 'OTHER' }, headers)).status).toBe(422);
    expect(await desk.own(buyer)).toHaveLength(1);
    expectStatus(201, await desk.purchase(id, buyer));
    expect(await desk.own(buyer)).toHaveLength(2);
  });

  it('with a coupon for packages costs less; others do not hold', async () => {
    const buyer = await desk.student(50_000);
    const { id } = await desk.offer({ price: 10_000 });
    const code = await coupon({ applicableKinds: ['package'], discountValue: 33.33 });
    const moved = await desk.money.moved(async () => {
      const { session } = expectStatus(201, await desk.purchase(id, buyer, { couponCode: code }));
      expect(session).toMatchObject({ discountAmount: 3333, taxAmount: 1267, finalAmount: 7934, couponCode: code });
      const forCourses = await coupon({ applicableKinds: ['course'] });
      expect((await desk.purchase(id, buyer, { couponCode: forCourses })).body.code).toBe('COUPON_NOT_APPLICABLE');
      expect((await desk.purchase(id, buyer, { couponCode: 'NO_SUCH' })).body.code).toBe('COUPON_INVALID');
    });
    expect(moved).toEqual({
      ...{ 'liability:wallet:buyer USD': -7934 },
      ...{ 'liability:tax:de USD': 1267, 'liability:deferred:packages USD': 6667 },
    });
    const course = await school.course();
    const body = { courseId: course.id, couponCode: code };
    expect((await school.post('/payments/sessions', body, buyer.token)).body.code).toBe('COUPON_NOT_APPLICABLE');
  });

  it('for nothing gives credits that are worth nothing, and that work and come back all the same', async () => {
    const code = await coupon({ discountValue: 100 });
    const buyer = await desk.student();
    let used: { id: string }[] = [];
    const moved = await desk.money.moved(async () => {
      const bought = await desk.buy({ sessionCount: 2 }, { who: buyer, couponCode: code });
      used = await desk.bookMany(bought, 2);
      expect(used).toMatchObject([
        { status: 'PAID', paymentMethod: 'PACKAGE', amount: 0, paidAmount: 0 },
        { status: 'PAID', paymentMethod: 'PACKAGE', amount: 0, paidAmount: 0 },
      ]);
      expect(await desk.read(bought)).toMatchObject({ status: 'EXHAUSTED', remaining: 0 });
      await desk.cancel(used[0]!, buyer);
      expect(await desk.read(bought)).toMatchObject({ status: 'ACTIVE', remaining: 1 });
      await desk.hold(used[1]!);
      const refund = expectStatus(200, await desk.refund(bought));
      expect(refund).toMatchObject({
        status: 'REFUNDED',
        refundedAmount: 0,
        remainingSessions: 0,
        refundedSessions: 1,
      });
      expect(await desk.refund(bought)).toMatchObject({ status: 400, body: { code: 'PACKAGE_NOTHING_LEFT' } });
    });
    expect(moved).toEqual({});
  });

  it('is given though it went off sale meanwhile; not when the class is gone: then the money goes back', async () => {
    const third = await Lessons.open(school);
    const offers = new PackageDesk(school, third);
    const [kept, lost] = [await offers.offer(), await offers.offer()];
    const [one, other] = [await desk.student(), await desk.student()];
    const begin = async (id: string, who: Person) =>
      expectStatus(201, await desk.purchase(id, who, { provider: 'STRIPE' })).session;
    const [first, second] = [await begin(kept.id, one), await begin(lost.id, other)];
    expect((await offers.call<RemovedPackageDto>('DELETE', `/packages/${kept.id}`, third.staff)).body).toMatchObject({
      deleted: false,
      package: { isActive: false },
    });
    school.sandbox.stripe.pay(first.providerReference!);
    await desk.money.quiet();
    expect(await offers.own(one)).toMatchObject([{ package: { id: kept.id }, remainingSessions: 3 }]);

    const moved = await desk.money.moved(async () => {
      expect((await offers.call('DELETE', `/classes/${third.classId}`, school.admin)).status).toBe(204);
      school.sandbox.stripe.pay(second.providerReference!);
      await desk.money.quiet();
      await desk.money.later();
    });
    expect(await offers.own(other)).toEqual([]);
    const { body } = await school.get(`/payments/sessions/${second.id}`, other.token);
    expect(body).toMatchObject({ status: 'FAILED', failureReason: 'NOT_ON_SALE' });
    const fee = feeOf(10_710);
    expect(moved).toEqual({ 'asset:provider:stripe USD': -fee, 'expense:provider-fees USD': fee });
  });

  it('of what was deleted in the very moment gives the money back', async () => {
    const { id } = await desk.offer();
    const buyer = await desk.student();
    const { session } = expectStatus(201, await desk.purchase(id, buyer, { provider: 'STRIPE' }));
    await school.sql('DELETE FROM class_packages WHERE id = $1', [id]);
    school.sandbox.stripe.pay(session.providerReference!);
    await desk.money.quiet();
    await desk.money.later();
    const { body } = await school.get(`/payments/sessions/${session.id}`, buyer.token);
    expect(body).toMatchObject({ status: 'FAILED', failureReason: 'NOT_ON_SALE' });
    expect(await desk.money.refunds(session)).toEqual([['SUCCEEDED', 10_710]]);
  });
});
