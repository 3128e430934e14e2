import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus, publishedCourse } from '../../../test/support/school.js';
import type { CourseDto } from './courses.dto.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let other: Person;
let student: Person;
beforeAll(async () => {
  app = await startTestApp();
  [admin, instructor, other, student] = await Promise.all([
    person(app, 'ADMIN'),
    person(app, 'INSTRUCTOR'),
    person(app, 'INSTRUCTOR'),
    person(app),
  ]);
});
afterAll(() => app.close());

type Fields = Record<string, unknown>;
const minimal = {
  title: 'Swahili',
  description: 'From greetings on.',
  category: 'languages',
  isPremium: true,
  price: 9999,
  currency: 'USD',
};
const full = {
  ...minimal,
  shortDescription: 'Greetings.',
  thumbnail: 'https://cdn.example/swahili.png',
  level: 'BEGINNER',
  duration: 90,
};

interface Problem {
  code: string;
  detail: string;
  errors?: { pointer: string }[];
}
const create = <T = CourseDto>(fields: Fields = {}, who = instructor) =>
  app.post<T>('/courses', { ...minimal, ...fields }, who.token);
const send = <T = CourseDto>(method: string, path: string, body?: Fields, who = instructor) =>
  app.request<T>(method, `/courses/${path}`, { body, token: who.token });
const created = async (fields: Fields = {}) => expectStatus(201, await create(fields));
const read = (id: string, who = instructor) => app.get<CourseDto>(`/courses/${id}`, who.token);
const pointers = (errors: Problem['errors']) => [...new Set(errors?.map(({ pointer }) => pointer))];
const count = async () => (await sql<{ n: number }>(app.database, 'SELECT count(*)::int AS n FROM courses'))[0]!.n;

describe('a new course', () => {
  it('is a draft of its instructor with all that was said of it', async () => {
    const course = await created(full);
    expect(course).toEqual({
      ...full,
      id: expect.stringMatching(/^crs_/),
      prices: [{ currency: 'USD', amount: 9999 }],
      status: 'DRAFT',
      enrollmentCount: 0,
      instructor: { id: instructor.id, name: expect.any(String), profilePicture: null },
      publishedAt: null,
      createdAt: expect.any(String),
      modules: [],
    });
    expect((await read(course.id)).body).toEqual(course);
  });

  it('has defaults for what was not said', async () => {
    expect(await created()).toMatchObject({
      ...minimal,
      shortDescription: '',
      thumbnail: null,
      level: 'ALL_LEVELS',
      duration: 0,
    });
  });

  it.each([
    ['Advanced', 'ADVANCED'],
    ['beginner', 'BEGINNER'],
    ['All levels', 'ALL_LEVELS'],
    ['all-levels', 'ALL_LEVELS'],
    [' INTERMEDIATE ', 'INTERMEDIATE'],
  ])('may call its level "%s"', async (level, expected) => {
    expect(await created({ level })).toMatchObject({ level: expected });
  });

  it.each<[string, Fields, string[]]>([
    ['unknown fields', { rating: 5, status: 'PUBLISHED', instructor: 'x' }, ['#/rating', '#/status', '#/instructor']],
    ['a decimal price', { price: 99.99 }, ['#/price']],
    ['a negative price', { price: -1 }, ['#/price']],
    ['a price that JSON cannot carry exactly', { price: Number.MAX_SAFE_INTEGER + 1 }, ['#/price']],
    ['a price in words', { price: '9999' }, ['#/price']],
    ['no price', { price: null }, ['#/price']],
    ['an unknown currency', { currency: 'XXZ' }, ['#/currency']],
    ['a currency that is no text', { currency: 840 }, ['#/currency']],
    ['a level that is none', { level: 'Expert' }, ['#/level']],
    ['a blank title', { title: '  ' }, ['#/title']],
    ['a title of 201 characters', { title: 'x'.repeat(201) }, ['#/title']],
    ['a picture without an address', { thumbnail: 'javascript:alert(1)' }, ['#/thumbnail']],
    ['a length of half a minute', { duration: 0.5 }, ['#/duration']],
    ['a length below nothing', { duration: -1 }, ['#/duration']],
    ['a flag in words', { isPremium: 'true' }, ['#/isPremium']],
    ['null for what may only be left out', { level: null, shortDescription: null }, ['#/level', '#/shortDescription']],
  ])('is refused with %s', async (_, fields, where) => {
    const before = await count();
    const { status, body } = await create<Problem>(fields);
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(pointers(body.errors).toSorted()).toEqual(where.toSorted());
    expect(await count()).toBe(before);
  });

  it.each<[string, Fields, string, string]>([
    [
      'premium for nothing',
      { price: 0 },
      'PRICE_MISMATCH',
      'A premium course has a price above 0; a free one has none',
    ],
    [
      'free for something',
      { isPremium: false },
      'PRICE_MISMATCH',
      'A premium course has a price above 0; a free one has none',
    ],
    [
      'in a currency not offered',
      { currency: 'CHF' },
      'CURRENCY_NOT_OFFERED',
      'Offered: USD, EUR, GBP, KES, EGP, CAD, AUD, JPY, KWD',
    ],
    ['too dear', { price: 1_000_001 }, 'PRICE_TOO_HIGH', 'At most 10000.00 USD'],
    ['too dear in yen', { price: 10_001, currency: 'JPY' }, 'PRICE_TOO_HIGH', 'At most 10000 JPY'],
    ['too dear in dinars', { price: 10_000_001, currency: 'KWD' }, 'PRICE_TOO_HIGH', 'At most 10000.000 KWD'],
  ])('is refused %s', async (_, fields, code, detail) => {
    const before = await count();
    expect(await create<Problem>(fields)).toMatchObject({ status: 400, body: { code, detail } });
    expect(await count()).toBe(before);
  });

  it.each([
    ['USD', 1_000_000],
    ['JPY', 10_000],
    ['KWD', 10_000_000],
    ['EUR', 1],
  ])('in %s may cost %d', async (currency, price) => {
    expect(await created({ currency, price })).toMatchObject({ currency, price });
  });

  it('may be made for somebody else by an admin only, and only for an instructor', async () => {
    const forOther = await create({ instructorId: other.id }, admin);
    expect(forOther).toMatchObject({ status: 201, body: { instructor: { id: other.id } } });
    expect((await read(forOther.body.id, other)).status).toBe(200);

    const before = await count();
    expect(await create<Problem>({ instructorId: other.id })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    for (const instructorId of [student.id, 'usr_unknown']) {
      expect(await create<Problem>({ instructorId }, admin)).toMatchObject({
        status: 400,
        body: { code: 'UNKNOWN_INSTRUCTOR' },
      });
    }
    expect(await count()).toBe(before);
    expect((await create({ instructorId: instructor.id })).status).toBe(201);
  });
});

describe('a course is changed', () => {
  it('in part by PATCH: the rest stays', async () => {
    const course = await created(full);
    const { body } = await send('PATCH', course.id, { title: 'Kiswahili', price: 500 });
    const prices = [{ currency: 'USD', amount: 500 }];
    expect(body).toEqual({ ...course, title: 'Kiswahili', price: 500, prices });
    expect((await send('PATCH', course.id, { thumbnail: null })).body.thumbnail).toBeNull();
    expect((await send('PATCH', course.id, {})).body).toMatchObject({ title: 'Kiswahili', duration: 90 });
  });

  it('as a whole by PUT: what is not mentioned goes back to its default', async () => {
    const course = await created(full);
    const { status, body } = await send('PUT', course.id, { ...minimal, title: 'Kiswahili' });
    expect(status).toBe(200);
    expect(body).toEqual({
      ...course,
      title: 'Kiswahili',
      shortDescription: '',
      thumbnail: null,
      level: 'ALL_LEVELS',
      duration: 0,
    });
  });

  it('by PUT only with all that a course must have', async () => {
    const course = await created(full);
    const { status, body } = await send<Problem>('PUT', course.id, { title: 'Kiswahili' });
    expect(status).toBe(400);
    expect(pointers(body.errors).toSorted()).toEqual([
      '#/category',
      '#/currency',
      '#/description',
      '#/isPremium',
      '#/price',
    ]);
    expect((await read(course.id)).body).toEqual(course);
  });

  it.each<[string, Fields, string]>([
    ['a price without being premium', { isPremium: false }, 'PRICE_MISMATCH'],
    ['no price though premium', { price: 0 }, 'PRICE_MISMATCH'],
    ['a price too high for its currency', { currency: 'JPY', price: 10_001 }, 'PRICE_TOO_HIGH'],
    ['a currency not offered', { currency: 'CHF' }, 'CURRENCY_NOT_OFFERED'],
    ['a null title', { title: null }, 'VALIDATION_FAILED'],
    ['another instructor', { instructorId: 'usr_x' }, 'VALIDATION_FAILED'],
    ['a status', { status: 'PUBLISHED' }, 'VALIDATION_FAILED'],
  ])('but not to %s', async (_, changes, code) => {
    const course = await created(full);
    expect(await send<Problem>('PATCH', course.id, changes)).toMatchObject({ status: 400, body: { code } });
    expect((await read(course.id)).body).toEqual(course);
  });

  it('from premium to free and back, price and flag together', async () => {
    const { id } = await created();
    expect((await send('PATCH', id, { isPremium: false, price: 0 })).body).toMatchObject({
      isPremium: false,
      price: 0,
    });
    expect((await send('PATCH', id, { isPremium: true, price: 100 })).body).toMatchObject({ price: 100 });
  });

  it('in its other fields also when its currency is no longer offered', async () => {
    const { id } = await created();
    await sql(app.database, `UPDATE courses SET currency = 'CHF' WHERE id = $1`, [id]);
    expect(await send('PATCH', id, { title: 'Kiswahili' })).toMatchObject({ status: 200, body: { currency: 'CHF' } });
    expect((await send<Problem>('PATCH', id, { price: 5 })).body.code).toBe('CURRENCY_NOT_OFFERED');
  });
});

describe('a course goes on sale and off it', () => {
  it('not before it has a lecture', async () => {
    const { id } = await created();
    const empty = { status: 400, body: { code: 'COURSE_EMPTY' } };
    expect(await send<Problem>('POST', `${id}/publish`)).toMatchObject(empty);
    const { body } = await send('POST', `${id}/modules`, { title: 'One' });
    expect(await send<Problem>('POST', `${id}/publish`)).toMatchObject(empty);
    expect((await read(id)).body.status).toBe('DRAFT');
    await send('POST', `${id}/modules/${body.modules[0]!.id}/lectures`, { title: 'Habari' });
    expect(await send('POST', `${id}/publish`)).toMatchObject({
      status: 200,
      body: { status: 'PUBLISHED', publishedAt: expect.any(String) },
    });
  });

  it('once: publishing again is harmless', async () => {
    const course = await publishedCourse(app, instructor);
    app.clock.advance(60);
    expect(await send('POST', `${course.id}/publish`)).toMatchObject({ status: 200, body: course });
  });

  it('stays readable and editable by its own when published', async () => {
    const course = await publishedCourse(app, instructor);
    expect((await read(course.id, student)).body).toEqual(course);
    expect((await send('PATCH', course.id, { price: 1 })).body.price).toBe(1);
  });

  it('and is closed to every change once archived', async () => {
    const course = await publishedCourse(app, instructor);
    expect(await send('POST', `${course.id}/archive`)).toMatchObject({ status: 200, body: { status: 'ARCHIVED' } });
    const { body: archived } = await read(course.id);
    const module = course.modules[0]!;
    const changes: [string, string, Fields?][] = [
      ['PUT', course.id, minimal],
      ['PATCH', course.id, { title: 'x' }],
      ['POST', `${course.id}/publish`],
      ['POST', `${course.id}/modules`, { title: 'x' }],
      ['PATCH', `${course.id}/modules/${module.id}`, { title: 'x' }],
      ['DELETE', `${course.id}/modules/${module.id}`],
      ['POST', `${course.id}/modules/${module.id}/lectures`, { title: 'x' }],
      ['PATCH', `${course.id}/modules/${module.id}/lectures/${module.lectures[0]!.id}`, { title: 'x' }],
      ['DELETE', `${course.id}/modules/${module.id}/lectures/${module.lectures[0]!.id}`],
    ];
    for (const [method, path, body] of changes) {
      expect(await send<Problem>(method, path, body)).toMatchObject({ status: 400, body: { code: 'COURSE_ARCHIVED' } });
    }
    expect((await read(course.id)).body).toEqual(archived);
    expect((await read(course.id, student)).status).toBe(404);
    expect((await read(course.id, admin)).status).toBe(200);
  });
});

describe('archiving again', () => {
  it.each(['archive', 'delete'])('is harmless: %s', async (how) => {
    const course = await publishedCourse(app, instructor);
    const { body: archived } = await send('POST', `${course.id}/archive`);
    app.clock.advance(60);
    const again = how === 'archive' ? await send('POST', `${course.id}/archive`) : await send('DELETE', course.id);
    expect([again.status, again.body]).toEqual(how === 'archive' ? [200, archived] : [204, undefined]);
    expect((await read(course.id)).body).toEqual(archived);
    const rows = await sql(
      app.database,
      'SELECT updated_at - created_at < $2 AS untouched FROM courses WHERE id = $1',
      [course.id, '60 seconds'],
    );
    expect(rows).toEqual([{ untouched: true }]);
  });

  it('is as good as the first time when both come at once', async () => {
    const course = await publishedCourse(app, instructor);
    const answers = await Promise.all([1, 2, 3].map(() => send('POST', `${course.id}/archive`)));
    expect(answers.map(({ status, body }) => [status, body.status])).toEqual(Array(3).fill([200, 'ARCHIVED']));
  });

  it('is nothing to somebody else', async () => {
    const course = await publishedCourse(app, instructor);
    await send('POST', `${course.id}/archive`);
    expect((await send('POST', `${course.id}/archive`, undefined, other)).status).toBe(404);
    expect((await send('DELETE', course.id, undefined, other)).status).toBe(404);
  });
});

describe('deleting a course', () => {
  it('removes a draft with all that is in it', async () => {
    const { id } = await created();
    const { body } = await send('POST', `${id}/modules`, { title: 'One' });
    const module = body.modules[0]!;
    await send('POST', `${id}/modules/${module.id}/lectures`, { title: 'Habari' });
    expect(await send('DELETE', id)).toMatchObject({ status: 204, body: undefined });
    expect((await read(id, admin)).status).toBe(404);
    expect(await sql(app.database, 'SELECT 1 FROM course_modules WHERE course_id = $1', [id])).toEqual([]);
    expect(await sql(app.database, 'SELECT 1 FROM lectures WHERE module_id = $1', [module.id])).toEqual([]);
    expect((await send('DELETE', id)).status).toBe(404);
  });

  it('archives a published one: whoever is enrolled keeps it', async () => {
    const { id } = await publishedCourse(app, instructor, { isPremium: false, price: 0 });
    expectStatus(201, await app.post('/enrollments', { courseId: id }, student.token));
    expect((await send('DELETE', id)).status).toBe(204);
    expect((await read(id)).body).toMatchObject({ status: 'ARCHIVED' });
    expect((await app.get(`/enrollments/course/${id}`, student.token)).status).toBe(200);
    expect((await app.post('/enrollments', { courseId: id }, other.token)).status).toBe(404);
  });
});

describe('a course belongs to its instructor', () => {
  it('somebody else finds nothing there, neither to change nor, as a draft, to read; an admin may do all', async () => {
    const draft = await created();
    const published = await publishedCourse(app, instructor);
    const module = published.modules[0]!;
    const lecture = `modules/${module.id}/lectures/${module.lectures[0]!.id}`;
    for (const course of [draft, published]) {
      const writes: [string, string, Fields?][] = [
        ['PUT', '', minimal],
        ['PATCH', '', { title: 'stolen' }],
        ['DELETE', ''],
        ['POST', '/publish'],
        ['POST', '/archive'],
        ['POST', '/modules', { title: 'x' }],
        ['PATCH', `/modules/${module.id}`, { title: 'x' }],
        ['DELETE', `/modules/${module.id}`],
        ['POST', `/modules/${module.id}/lectures`, { title: 'x' }],
        ['PATCH', `/${lecture}`, { title: 'x' }],
        ['DELETE', `/${lecture}`],
      ];
      for (const [method, path, body] of writes) {
        const route = `${course.id}${path}`;
        expect(await send<Problem>(method, route, body, other)).toMatchObject({
          status: 404,
          body: { code: 'NOT_FOUND' },
        });
        expect(await send<Problem>(method, route, body, student)).toMatchObject({
          status: 403,
          body: { code: 'FORBIDDEN' },
        });
        expect((await app.request(method, `/courses/${route}`, { body })).status).toBe(401);
      }
      expect((await read(course.id)).body).toEqual(course);
    }
    expect([(await read(draft.id, other)).status, (await read(draft.id, student)).status]).toEqual([404, 404]);
    expect((await read(published.id, other)).status).toBe(200);
    expect((await create({}, student)).status).toBe(403);
    expect(await send('PATCH', draft.id, { title: 'By the admin' }, admin)).toMatchObject({
      status: 200,
      body: { title: 'By the admin', instructor: { id: instructor.id } },
    });
  });

  it('a course that does not exist is not there for anyone', async () => {
    expect((await read('crs_unknown', admin)).status).toBe(404);
    expect((await send('PATCH', 'crs_unknown', { title: 'x' }, admin)).status).toBe(404);
  });
});
