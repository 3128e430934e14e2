import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { BundleDto } from '../src/enrollments/bundles/bundles.dto.js';
import type { Page } from '../src/platform/http/index.js';
import { BundleDesk, type Problem } from './support/bundle-desk.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Bundles on the shelf: who makes them of what, and who sees them. */

let school: School;
let desk: BundleDesk;
let other: Person;
let courses: CourseDto[];
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', MAX_PRICES: 'KES:1000', CURRENCIES: 'USD,EUR,KES' });
  desk = new BundleDesk(school);
  other = await person(school, 'INSTRUCTOR');
  courses = [await desk.course(6000), await desk.course(4000), await desk.course(2500)];
});
afterAll(() => school.close());
keepBooks(() => school);

let ids: string[];
let fields: Record<string, unknown>;
beforeEach(() => {
  ids = courses.map(({ id }) => id);
  fields = { title: 'Languages', courseIds: ids, price: 9000, currency: 'USD' };
});

const create = (body: object, who = school.instructor) => school.post<BundleDto & Problem>('/bundles', body, who.token);
const send = (method: string, id: string, body?: object, who = school.instructor) =>
  school.request<BundleDto & Problem>(method, `/bundles/${id}`, { body, token: who.token });
const kept = () => school.sql(`SELECT count(*)::int AS bundles FROM bundles`);

describe('a bundle', () => {
  it('shows its courses in order, its owner and its prices, to anybody', async () => {
    const prices = [
      { currency: 'KES', amount: 100_000 },
      { currency: 'EUR', amount: 8500 },
    ];
    const courseIds = [ids[2], ids[0], ids[1]];
    const made = expectStatus(201, await create({ ...fields, courseIds, prices, kind: 'learning path' }));
    expect(made).toMatchObject({
      ...{ kind: 'LEARNING_PATH', title: 'Languages', description: '', price: 9000, currency: 'USD', archivedAt: null },
      owner: { id: school.instructor.id },
      prices: [{ currency: 'USD', amount: 9000 }, prices[1], prices[0]],
      courses: [courses[2]!, courses[0]!, courses[1]!].map(({ id, title, price }) => ({
        ...{ id, title, price, currency: 'USD', thumbnail: null },
      })),
    });
    expect((await school.get(`/bundles/${made.id}`)).body).toEqual(made);
    const { data } = (await school.get<Page<BundleDto>>('/bundles?kind=learning_path')).body;
    expect(data).toEqual([made]);
  });

  it('is listed newest first, by kind and page by page, until it is archived; then only its owner and admins see it', async () => {
    const plain = expectStatus(201, await create({ ...fields, title: 'Plain' }));
    const newer = expectStatus(201, await create({ ...fields, title: 'Newer' }));
    const list = async (query: string) => (await school.get<Page<BundleDto>>(`/bundles?${query}`)).body;
    const page = await list('kind=BUNDLE&limit=1');
    expect(page.data.map(({ id }) => id)).toEqual([newer.id]);
    expect(page.pagination.total).toBe(2);
    expect((await list('kind=BUNDLE&limit=1&page=2')).data.map(({ id }) => id)).toEqual([plain.id]);

    for (let time = 0; time < 2; time += 1) expect((await send('DELETE', plain.id)).status).toBe(204);
    expect((await list('kind=BUNDLE')).data.map(({ id }) => id)).toEqual([newer.id]);
    expect((await school.get(`/bundles/${plain.id}`)).status).toBe(404);
    expect((await send('GET', plain.id, undefined, other)).status).toBe(404);
    for (const who of [school.instructor, school.admin])
      expect((await send('GET', plain.id, undefined, who)).status).toBe(200);
    expect(await send('PUT', plain.id, fields)).toMatchObject({ status: 409, body: { code: 'BUNDLE_ARCHIVED' } });
    expect(await desk.ask({ bundleId: plain.id }, school.student)).toMatchObject({ status: 404 });
  });

  it('is replaced whole: courses, order, prices', async () => {
    const { id } = await desk.bundle(courses, { prices: [{ currency: 'EUR', amount: 1 }], description: 'Long' });
    const body = { title: 'Two', courseIds: [ids[1], ids[0]], price: 500, currency: 'EUR' };
    const replaced = expectStatus(200, await send('PUT', id, body, school.admin));
    expect(replaced).toMatchObject({ ...{ title: 'Two', description: '', price: 500, currency: 'EUR' } });
    expect(replaced.prices).toEqual([{ currency: 'EUR', amount: 500 }]);
    expect(replaced.courses.map((course) => course.id)).toEqual(body.courseIds);
  });

  it('is sold in the currencies of its list, and by its default price unless told', async () => {
    const made = await desk.bundle(courses, { prices: [{ currency: 'EUR', amount: 700 }] });
    const ask = (currency?: string) => desk.ask({ bundleId: made.id, currency, country: 'US' }, school.student);
    expect((await ask('EUR')).body.session).toMatchObject({ amount: 700, currency: 'EUR' });
    expect((await ask()).body.session).toMatchObject({ amount: 8000, currency: 'USD' });
    expect(await ask('KES')).toMatchObject({ status: 400, body: { code: 'CURRENCY_NOT_OFFERED' } });
  });
});

describe('nobody makes', () => {
  it("a bundle of another's courses, unless they are an admin; nor touches another's bundle", async () => {
    const before = await kept();
    const theirs = await desk.course(1000, other);
    expect(await create({ ...fields, courseIds: [ids[0], theirs.id] })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN', errors: [{ pointer: '#/courseIds/1' }] },
    });
    expect((await create(fields, school.student)).status).toBe(403);
    expect((await school.post('/bundles', fields)).status).toBe(401);
    expect(await kept()).toEqual(before);
    const made = expectStatus(201, await create(fields));
    for (const [method, body] of [['PUT', fields] as const, ['DELETE'] as const])
      expect((await send(method, made.id, body, other)).status).toBe(404);
    expect((await school.get(`/bundles/${made.id}`)).body).toEqual(made);
    expect((await create({ ...fields, courseIds: [ids[0], theirs.id] }, school.admin)).status).toBe(201);
  });

  it('one of drafts, of free or archived courses, of those by invitation, or of none that there are: every flaw at its place', async () => {
    const free = await desk.course(0, undefined, { isPremium: false });
    const invited = await desk.course(1000, undefined, { admission: 'INVITATION_ONLY' });
    const archived = await desk.course(1000);
    await school.post(`/courses/${archived.id}/archive`, {}, school.instructor.token);
    const draft = await school.post<CourseDto>(
      '/courses',
      { title: 'Draft', description: 'd', category: 'c', isPremium: true, price: 5, currency: 'USD' },
      school.instructor.token,
    );
    const courseIds = [ids[0], free.id, invited.id, archived.id, draft.body.id, 'crs_unknown', ids[0]];
    const prices = [
      { currency: 'JPY', amount: 5 },
      { currency: 'KES', amount: 100_001 },
      { currency: 'USD', amount: 5 },
    ];
    const before = await kept();
    const { status, body } = await create({ ...fields, courseIds, prices });
    expect([status, body.code]).toEqual([400, 'BUNDLE_COURSE_NOT_SOLD']);
    expect(body.errors?.map(({ pointer }) => pointer)).toEqual([
      ...[1, 2, 3, 4, 5, 6].map((index) => `#/courseIds/${index}`),
      ...['#/prices/0/currency', '#/prices/1/amount', '#/prices/2/currency'],
    ]);
    expect(await kept()).toEqual(before);
  });

  it.each<[string, object, string]>([
    ['of one course', { courseIds: ['crs_1'] }, '#/courseIds'],
    ['of 51', { courseIds: Array.from({ length: 51 }, (_, index) => `crs_${index}`) }, '#/courseIds'],
    ['of no list', { courseIds: 'crs_1' }, '#/courseIds'],
    ['of numbers', { courseIds: [1, 2] }, '#/courseIds'],
    ['for nothing', { price: 0 }, '#/price'],
    ['for a part of a cent', { price: 9.5 }, '#/price'],
    ['of another kind', { kind: 'HEAP' }, '#/kind'],
    ['in somebody else’s name', { ownerId: 'usr_1' }, '#/ownerId'],
  ])('one %s', async (_, changes, pointer) => {
    const { status, body } = await create({ ...fields, ...changes });
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.errors?.map((error) => error.pointer)).toContain(pointer);
  });
});

it('a bundle whose course is no longer sold like that is not sold either', async () => {
  const closing = await desk.course(1000);
  const made = await desk.bundle([courses[0]!, closing]);
  const token = school.instructor.token;
  await school.request('PATCH', `/courses/${closing.id}`, { body: { admission: 'INVITATION_ONLY' }, token });
  expect(await desk.ask({ bundleId: made.id }, school.student)).toMatchObject({
    status: 400,
    body: { code: 'NOT_ON_SALE', detail: `“${closing.title}” is not sold in bundles any more` },
  });
});
