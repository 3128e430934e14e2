import { Invariants } from '../src/ledger/index.js';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PackageDto, RemovedPackageDto } from '../src/packages/offer/packages.dto.js';
import type { PackageSummaryDto } from '../src/packages/own/student-packages.dto.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { PackageDesk } from './support/package-desk.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Packages as they are offered, and what a student has of them. How they are bought is in package-purchase.test.ts. */

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

const listed = async (query: string, by = school.admin) =>
  expectStatus(200, await desk.call<{ data: PackageDto[] }>('GET', `/packages?limit=100&${query}`, by)).data.map(
    ({ id }) => id,
  );
const summary = async (by: Person) =>
  expectStatus(200, await desk.call<PackageSummaryDto[]>('GET', '/student-packages/summary', by));

describe('an offer', () => {
  it('is made by staff of the branch or an admin, in the currency of the class', async () => {
    await school.sql(`UPDATE classes SET currency = 'KWD' WHERE id = $1`, [elsewhere.classId]);
    const made = await desk.offer({ name: '  Ten lessons ', sessionCount: 10, price: 90_000 });
    expect(made).toEqual({
      ...{ id: expect.stringMatching(/^pkg_/), classId: lessons.classId, className: 'Algebra', name: 'Ten lessons' },
      ...{ sessionCount: 10, price: 90_000, tax: 17_100, total: 107_100, currency: 'USD', isActive: true },
      ...{ createdAt: expect.any(String), updatedAt: expect.any(String) },
    });
    expect((await desk.call('GET', `/packages/${made.id}`, lessons.staff)).body).toEqual(made);
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
    await desk.call('PUT', `/packages/${two.id}`, lessons.staff, { isActive: false });
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
    const paged = await desk.call<{ data: PackageDto[]; pagination: object }>(
      'GET',
      '/packages?page=2&limit=1&search=caf',
      school.admin,
    );
    expect(paged.body).toMatchObject({ data: [{ id: two.id }], pagination: { page: 2, limit: 1, total: 3, pages: 3 } });
    for (const query of ['limit=101', 'page=0', 'isActive=perhaps', 'colour=red'])
      expect((await desk.call('GET', `/packages?${query}`, school.admin)).status).toBe(400);
  });

  it('is shown to anybody who is signed in as long as it is on sale', async () => {
    const third = await Lessons.open(school);
    const offers = new PackageDesk(school, third);
    const [one, two, three] = [await offers.offer(), await offers.offer(), await offers.offer()];
    await offers.call('PUT', `/packages/${two.id}`, third.staff, { isActive: false });
    const path = `/packages/class/${third.classId}`;
    for (const who of [school.student, school.instructor, elsewhere.staff])
      expect((await offers.call('GET', path, who)).body).toEqual([one, three]);
    expect((await school.get(path)).status).toBe(401);
    expect((await offers.call('GET', '/packages/class/cls_unknown', school.student)).status).toBe(404);
    await school.sql('UPDATE classes SET deleted_at = now() WHERE id = $1', [third.classId]);
    expect((await offers.call('GET', path, school.student)).status).toBe(404);
    expect((await offers.call('GET', `/packages/${one.id}`, school.admin)).status).toBe(404);
    expect((await offers.call('PUT', `/packages/${one.id}`, school.admin, { price: 1 })).status).toBe(404);
    expect(await offers.offered({}, school.admin)).toMatchObject({ status: 404 });
  });

  it('is changed for later sales only', async () => {
    const student = await desk.student(50_000);
    const made = await desk.offer({ name: 'Old', sessionCount: 3, price: 9000 });
    const open = expectStatus(201, await desk.purchase(made.id, school.student, { provider: 'STRIPE' }));
    expectStatus(201, await desk.purchase(made.id, student));
    const changes = { name: 'New', sessionCount: 5, price: 10_000, isActive: true };
    const changed = expectStatus(200, await desk.call('PUT', `/packages/${made.id}`, lessons.staff, changes));
    expect(changed).toMatchObject({ ...changes, id: made.id, currency: 'USD' });
    expectStatus(201, await desk.purchase(made.id, student));
    expect(await desk.own(student)).toMatchObject([
      { package: { id: made.id, name: 'New' }, sessionCount: 5, remainingSessions: 5, paid: 11_900 },
      { package: { id: made.id, name: 'Old' }, sessionCount: 3, remainingSessions: 3, paid: 10_710 },
    ]);
    expect((await school.get(`/payments/sessions/${open.session.id}`, school.student.token)).body).toMatchObject({
      finalAmount: 10_710,
    });
    for (const body of [{ price: 0 }, { sessionCount: 1001 }, { name: null }, { classId: lessons.classId }])
      expect((await desk.call('PUT', `/packages/${made.id}`, lessons.staff, body)).status).toBe(400);
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect(
        (await desk.call(method, `/packages/${made.id}`, elsewhere.staff, method === 'PUT' ? { price: 1 } : undefined))
          .status,
      ).toBe(404);
    expect((await desk.call('GET', `/packages/${made.id}`, school.admin)).body).toEqual(changed);
    expect((await desk.call('PUT', '/packages/pkg_unknown', school.admin, { price: 1 })).status).toBe(404);
  });

  it('is deleted when nobody bought it, and taken off sale otherwise', async () => {
    const remove = (id: string) => desk.call<RemovedPackageDto>('DELETE', `/packages/${id}`, lessons.staff);
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
    const remove = () => desk.call<RemovedPackageDto>('DELETE', `/packages/${id}`, lessons.staff);
    expect(await remove()).toMatchObject({ status: 200, body: { deleted: false, package: { isActive: false } } });
    school.sandbox.stripe.payLater(session.providerReference!);
    await desk.money.quiet();
    expect(await remove()).toMatchObject({ status: 200, body: { deleted: false, package: { isActive: false } } });
    school.sandbox.stripe.finishPayLater(session.providerReference!, 'succeeded');
    await desk.money.quiet();
    expect(await desk.own(buyer)).toMatchObject([{ package: { id }, status: 'ACTIVE', remainingSessions: 3 }]);
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
    const ids = async (query = '', who = one) => (await desk.own(who, query)).map(({ id }) => id);
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
