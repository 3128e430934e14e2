import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import type { ManagedCouponDto } from '../src/coupons/admin/coupons.dto.js';
import type { PackageDto, RemovedPackageDto } from '../src/packages/offer/packages.dto.js';
import type { PackageSummaryDto, StudentPackageDto } from '../src/packages/own/student-packages.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { feeOf, type Refusal } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Packages as they are offered and bought. What becomes of their credits is in package-credits.test.ts. */

let school: School;
let lessons: Lessons;
let elsewhere: Lessons;
let desk: PackageDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  lessons = await Lessons.open(school);
  elsewhere = await Lessons.open(school);
  desk = new PackageDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const call = <T = PackageDto & Refusal>(method: string, path: string, by: Person, body?: object) =>
  school.request<T>(method, path, { token: by.token, body });
const listed = async (query: string, by = school.admin) =>
  expectStatus(200, await call<{ data: PackageDto[] }>('GET', `/packages?limit=100&${query}`, by)).data.map(
    ({ id }) => id,
  );
const own = async (by: Person, query = '') =>
  expectStatus(200, await call<{ data: StudentPackageDto[] }>('GET', `/student-packages?${query}`, by)).data;
const summary = async (by: Person) =>
  expectStatus(200, await call<PackageSummaryDto[]>('GET', '/student-packages/summary', by));
const packagesIn = async () => (await school.sql('SELECT id FROM student_packages')).length;

let codes = 0;
async function coupon(fields: object): Promise<string> {
  codes += 1;
  const body = { code: `PACK_${codes}`, name: 'Coupon', discountType: 'PERCENTAGE', discountValue: 10, ...fields };
  return expectStatus(201, await school.post<ManagedCouponDto>('/coupons', body, school.admin.token)).code;
}

describe('an offer', () => {
  it('is made by staff of the branch or an admin, in the currency of the class', async () => {
    await school.sql(`UPDATE classes SET currency = 'KWD' WHERE id = $1`, [elsewhere.classId]);
    const made = await desk.offer({ name: '  Ten lessons ', sessionCount: 10, price: 90_000 });
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^pkg_/), classId: lessons.classId, className: 'Algebra', name: 'Ten lessons' },
      ...{ sessionCount: 10, price: 90_000, tax: 17_100, total: 107_100, currency: 'USD', isActive: true },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    expect((await call('GET', `/packages/${made.id}`, lessons.staff)).body).toEqual(made);
    const { body } = await desk.offered({ classId: elsewhere.classId }, school.admin);
    expect(body).toMatchObject({ classId: elsewhere.classId, currency: 'KWD' });
    expect((await desk.offered({ sessionCount: 1, price: 1 })).status).toBe(201);
    expect((await desk.offered({ sessionCount: 1000, price: 1_000_000_000_000 })).status).toBe(201);
  });

  it('is refused for what is no offer, and nothing is made', async () => {
    const before = await listed('');
    const bad: [object, string][] = [
      [{ price: 0 }, '#/price'],
      [{ price: -1 }, '#/price'],
      [{ price: 10.5 }, '#/price'],
      [{ price: '100' }, '#/price'],
      [{ price: 1_000_000_000_001 }, '#/price'],
      [{ sessionCount: 0 }, '#/sessionCount'],
      [{ sessionCount: 1001 }, '#/sessionCount'],
      [{ sessionCount: 2.5 }, '#/sessionCount'],
      [{ name: ' ' }, '#/name'],
      [{ name: 'x'.repeat(201) }, '#/name'],
      [{ classId: undefined }, '#/classId'],
      [{ currency: 'EUR' }, '#/currency'],
      [{ isActive: false }, '#/isActive'],
    ];
    for (const [terms, pointer] of bad) {
      const { status, body } = await desk.offered(terms);
      expect([terms, status, body.errors?.[0]?.pointer]).toEqual([terms, 400, pointer]);
    }
    expect(await desk.offered({ classId: 'cls_unknown' })).toMatchObject({ status: 404 });
    expect(await desk.offered({}, elsewhere.staff)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    for (const who of [school.student, school.instructor])
      expect(await desk.offered({}, who)).toMatchObject({ status: 403 });
    expect(await listed('')).toEqual(before);
  });

  it('is found by name, class, center and whether it is on sale; staff find those of their branches alone', async () => {
    const [one, two] = [await desk.offer({ name: 'Café 100%_a' }), await desk.offer({ name: 'cafe' })];
    const foreign = (await desk.offered({ classId: elsewhere.classId, name: 'CAFÉ abroad' }, school.admin)).body;
    await call('PUT', `/packages/${two.id}`, lessons.staff, { isActive: false });
    expect(await listed('search=CAFÉ')).toEqual([foreign.id, one.id]);
    expect(await listed('search=CAFÉ', lessons.staff)).toEqual([one.id]);
    expect(await listed('search=CAFÉ', elsewhere.staff)).toEqual([foreign.id]);
    expect(await listed('search=0%25_a')).toEqual([one.id]);
    expect(await listed('search=%25%25')).toEqual([]);
    expect(await listed('search=caf&isActive=false')).toEqual([two.id]);
    expect(await listed(`search=caf&isActive=true&classId=${lessons.classId}`)).toEqual([one.id]);
    const [{ center }] = (await school.sql<{ center: string }>(
      'SELECT center_id AS center FROM branches WHERE id = $1',
      [elsewhere.branchId],
    )) as [{ center: string }];
    expect(await listed(`search=caf&centerId=${center}`)).toEqual([foreign.id]);
    expect(await listed(`search=caf&centerId=${center}`, lessons.staff)).toEqual([]);
    const paged = await call<{ data: PackageDto[]; pagination: object }>(
      'GET',
      '/packages?page=2&limit=1&search=caf',
      school.admin,
    );
    expect(paged.body).toMatchObject({ data: [{ id: two.id }], pagination: { page: 2, limit: 1, total: 3, pages: 3 } });
    for (const query of ['limit=101', 'page=0', 'isActive=perhaps', 'colour=red'])
      expect((await call('GET', `/packages?${query}`, school.admin)).status).toBe(400);
  });

  it('is shown to anybody who is signed in as long as it is on sale', async () => {
    const third = await Lessons.open(school);
    const offers = new PackageDesk(school, third);
    const [one, two, three] = [await offers.offer(), await offers.offer(), await offers.offer()];
    await call('PUT', `/packages/${two.id}`, third.staff, { isActive: false });
    const path = `/packages/class/${third.classId}`;
    for (const who of [school.student, school.instructor, elsewhere.staff])
      expect((await call('GET', path, who)).body).toEqual([one, three]);
    expect((await school.get(path)).status).toBe(401);
    expect((await call('GET', '/packages/class/cls_unknown', school.student)).status).toBe(404);
    await school.sql('UPDATE classes SET deleted_at = now() WHERE id = $1', [third.classId]);
    expect((await call('GET', path, school.student)).status).toBe(404);
    expect((await call('GET', `/packages/${one.id}`, school.admin)).status).toBe(404);
    expect((await call('PUT', `/packages/${one.id}`, school.admin, { price: 1 })).status).toBe(404);
    expect(await offers.offered({}, school.admin)).toMatchObject({ status: 404 });
  });

  it('is changed for later sales only', async () => {
    const student = await desk.student(50_000);
    const made = await desk.offer({ name: 'Old', sessionCount: 3, price: 9000 });
    const open = expectStatus(201, await desk.purchase(made.id, school.student, { provider: 'STRIPE' }));
    expectStatus(201, await desk.purchase(made.id, student));
    const changes = { name: 'New', sessionCount: 5, price: 10_000, isActive: true };
    const changed = expectStatus(200, await call('PUT', `/packages/${made.id}`, lessons.staff, changes));
    expect(changed).toMatchObject({ ...changes, id: made.id, currency: 'USD' });
    expectStatus(201, await desk.purchase(made.id, student));
    expect(await own(student)).toMatchObject([
      { package: { id: made.id, name: 'New' }, sessionCount: 5, remainingSessions: 5, paid: 11_900 },
      { package: { id: made.id, name: 'Old' }, sessionCount: 3, remainingSessions: 3, paid: 10_710 },
    ]);
    expect((await school.get(`/payments/sessions/${open.session.id}`, school.student.token)).body).toMatchObject({
      finalAmount: 10_710,
    });
    for (const body of [{ price: 0 }, { sessionCount: 1001 }, { name: null }, { classId: lessons.classId }])
      expect((await call('PUT', `/packages/${made.id}`, lessons.staff, body)).status).toBe(400);
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(
        (await call(method, `/packages/${made.id}`, elsewhere.staff, method === 'PUT' ? { price: 1 } : undefined))
          .status,
      ).toBe(404);
    expect((await call('GET', `/packages/${made.id}`, school.admin)).body).toEqual(changed);
    expect((await call('PUT', '/packages/pkg_unknown', school.admin, { price: 1 })).status).toBe(404);
  });

  it('is deleted when nobody bought it, and taken off sale otherwise', async () => {
    const remove = (id: string) => call<RemovedPackageDto>('DELETE', `/packages/${id}`, lessons.staff);
    const unsold = await desk.offer();
    expect(await remove(unsold.id)).toMatchObject({ status: 200, body: { deleted: true, package: { id: unsold.id } } });
    expect((await remove(unsold.id)).status).toBe(404);
    expect((await desk.purchase(unsold.id, school.student)).status).toBe(404);
    const { id } = await desk.offer();
    expectStatus(201, await desk.purchase(id, await desk.student(50_000)));
    for (let turn = 0; turn < 2; turn += 1)
      expect(await remove(id)).toMatchObject({
        status: 200,
        body: { deleted: false, package: { id, isActive: false } },
      });
    expect(await desk.purchase(id, school.student)).toMatchObject({
      status: 400,
      body: { code: 'NOT_ON_SALE' },
    });
  });

  it('is only taken off sale while somebody is about to pay, or their money is on its way', async () => {
    const buyer = await desk.student();
    const { id } = await desk.offer();
    const { session } = expectStatus(201, await desk.purchase(id, buyer, { provider: 'STRIPE' }));
    const remove = () => call<RemovedPackageDto>('DELETE', `/packages/${id}`, lessons.staff);
    expect(await remove()).toMatchObject({ status: 200, body: { deleted: false, package: { isActive: false } } });
    school.sandbox.stripe.payLater(session.providerReference!);
    await desk.money.quiet();
    expect(await remove()).toMatchObject({ status: 200, body: { deleted: false, package: { isActive: false } } });
    school.sandbox.stripe.finishPayLater(session.providerReference!, 'succeeded');
    await desk.money.quiet();
    expect(await own(buyer)).toMatchObject([{ package: { id }, status: 'ACTIVE', remainingSessions: 3 }]);
  });
});

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
    expect(await own(buyer)).toEqual([
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
      expect(await own(buyer)).toEqual([]);
      school.sandbox.stripe.pay(session.providerReference!);
      await desk.money.quiet();
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': 11_900 - feeOf(11_900),
      'expense:provider-fees USD': feeOf(11_900),
      'liability:tax:de USD': 1900,
      'liability:deferred:packages USD': 10_000,
    });
    expect(await own(buyer)).toMatchObject([{ status: 'ACTIVE', remainingSessions: 3, paid: 11_900 }]);
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
      await call('PUT', `/packages/${id}`, lessons.staff, { isActive: false });
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
    expect(await own(buyer)).toMatchObject([{ remainingSessions: 3, paid: 10_710 }]);
  });

  it('under one key is one package', async () => {
    const buyer = await desk.student(50_000);
    const { id } = await desk.offer();
    const headers = { 'idempotency-key': 'one-package' };
    const first = expectStatus(201, await desk.purchase(id, buyer, {}, headers));
    const again = await desk.purchase(id, buyer, {}, headers);
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first, 'true']);
    expect((await desk.purchase(id, buyer, { couponCode: 'OTHER' }, headers)).status).toBe(422);
    expect(await own(buyer)).toHaveLength(1);
    expectStatus(201, await desk.purchase(id, buyer));
    expect(await own(buyer)).toHaveLength(2);
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
    expect((await call<RemovedPackageDto>('DELETE', `/packages/${kept.id}`, third.staff)).body).toMatchObject({
      deleted: false,
      package: { isActive: false },
    });
    school.sandbox.stripe.pay(first.providerReference!);
    await desk.money.quiet();
    expect(await own(one)).toMatchObject([{ package: { id: kept.id }, remainingSessions: 3 }]);

    const moved = await desk.money.moved(async () => {
      expect((await call('DELETE', `/classes/${third.classId}`, school.admin)).status).toBe(204);
      school.sandbox.stripe.pay(second.providerReference!);
      await desk.money.quiet();
      await desk.money.later();
    });
    expect(await own(other)).toEqual([]);
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

describe('what a student has', () => {
  it('is theirs alone, by class and status, and summed up', async () => {
    const other = new PackageDesk(school, await Lessons.open(school));
    await school.sql(`UPDATE classes SET name = 'Zoology' WHERE id = $1`, [other.lessons.classId]);
    const [one, two] = [await desk.student(100_000), await desk.student(100_000)];
    const first = await desk.buy({ sessionCount: 2 }, { who: one });
    const second = await desk.buy({ sessionCount: 4 }, { who: one });
    const third = await other.buy({ sessionCount: 5 }, { who: one });
    const foreign = await desk.buy({ sessionCount: 7 }, { who: two });
    await desk.bookMany(first, 3);
    expectStatus(200, await desk.refund(second));
    const ids = async (query = '', who = one) => (await own(who, query)).map(({ id }) => id);
    expect(await ids()).toEqual([third.id, second.id, first.id]);
    expect(await ids('', two)).toEqual([foreign.id]);
    expect(await ids(`classId=${lessons.classId}`)).toEqual([second.id, first.id]);
    expect(await ids('status=ACTIVE')).toEqual([third.id]);
    expect(await ids('status=refunded')).toEqual([second.id]);
    expect(await ids(`status=EXHAUSTED&classId=${lessons.classId}`)).toEqual([first.id]);
    expect(await ids('page=2&limit=2')).toEqual([first.id]);
    for (const query of ['status=LOST', 'limit=0', `studentId=${two.id}`])
      expect((await school.get(`/student-packages?${query}`, one.token)).status).toBe(400);
    expect(await summary(one)).toEqual([
      {
        ...{ classId: lessons.classId, className: 'Algebra', activePackages: 0, creditsLeft: 0 },
        ...{ creditsBought: 6, creditsUsed: 3, creditsRefunded: 3 },
      },
      {
        ...{ classId: other.lessons.classId, className: 'Zoology', activePackages: 1, creditsLeft: 5 },
        ...{ creditsBought: 5, creditsUsed: 0, creditsRefunded: 0 },
      },
    ]);
    expect(await summary(await desk.student())).toEqual([]);
    expect((await school.get(`/student-packages/${first.id}`, one.token)).status).toBe(404);
  });
});

describe('the check', () => {
  const found = async () => (await school.app.get(Invariants).check()).map(({ rule, subject }) => [rule, subject]);

  it.each([
    ['never given', `UPDATE student_packages SET payment_session_id = 'ses_none' WHERE id = $1`],
    ['given to somebody else', `UPDATE student_packages SET student_id = (SELECT min(id) FROM users) WHERE id = $1`],
    ['taken away although it is paid', 'UPDATE student_packages SET revoked_at = now() WHERE id = $1'],
  ])('finds a package that was paid and %s', async (_, fault) => {
    const { id, sessionId, buyer } = await desk.buy();
    await school.sql(fault, [id]);
    expect(await found()).toEqual([["a package that is paid and not refunded is its buyer's", sessionId]]);
    await school.sql(
      'UPDATE student_packages SET payment_session_id = $2, student_id = $3, revoked_at = NULL WHERE id = $1',
      [id, sessionId, buyer.id],
    );
  });
});
