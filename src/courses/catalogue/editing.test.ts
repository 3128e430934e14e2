import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { CourseDesk, type Fields, minimal, type Problem } from '../../../test/support/course-desk.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let desk: CourseDesk;
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
  desk = new CourseDesk(app, instructor);
});
afterAll(() => app.close());

const full = {
  ...minimal,
  shortDescription: 'Greetings.',
  thumbnail: 'https://cdn.example/swahili.png',
  level: 'BEGINNER',
  duration: 90,
};
const pointers = (errors: Problem['errors']) => [...new Set(errors?.map(({ pointer }) => pointer))];
const count = async () => (await sql<{ n: number }>(app.database, 'SELECT count(*)::int AS n FROM courses'))[0]!.n;

describe('a new course', () => {
  it('is a draft of its instructor with all that was said of it', async () => {
    const course = await desk.created(full);
    expect(course).toEqual({
      ...full,
      id: expect.stringMatching(/^crs_/),
      prices: [{ currency: 'USD', amount: 9999 }],
      status: 'DRAFT',
      enrollmentCount: 0,
      rating: { average: null, count: 0 },
      instructor: { id: instructor.id, name: expect.any(String), profilePicture: null },
      publishedAt: null,
      createdAt: expect.any(String),
      modules: [],
      admission: 'OPEN',
      capacity: null,
    });
    expect((await desk.read(course.id)).body).toEqual(course);
  });

  it('has defaults for what was not said', async () => {
    expect(await desk.created()).toMatchObject({
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
    expect(await desk.created({ level })).toMatchObject({ level: expected });
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
    const { status, body } = await desk.create<Problem>(fields);
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
    expect(await desk.create<Problem>(fields)).toMatchObject({ status: 400, body: { code, detail } });
    expect(await count()).toBe(before);
  });

  it.each([
    ['USD', 1_000_000],
    ['JPY', 10_000],
    ['KWD', 10_000_000],
    ['EUR', 1],
  ])('in %s may cost %d', async (currency, price) => {
    expect(await desk.created({ currency, price })).toMatchObject({ currency, price });
  });

  it('may be made for somebody else by an admin only, and only for an instructor', async () => {
    const forOther = await desk.create({ instructorId: other.id }, admin);
    expect(forOther).toMatchObject({ status: 201, body: { instructor: { id: other.id } } });
    expect((await desk.read(forOther.body.id, other)).status).toBe(200);

    const before = await count();
    expect(await desk.create<Problem>({ instructorId: other.id })).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    });
    for (const instructorId of [student.id, 'usr_unknown']) {
      expect(await desk.create<Problem>({ instructorId }, admin)).toMatchObject({
        status: 400,
        body: { code: 'UNKNOWN_INSTRUCTOR' },
      });
    }
    expect(await count()).toBe(before);
    expect((await desk.create({ instructorId: instructor.id })).status).toBe(201);
  });
});

describe('a course is changed', () => {
  it('in part by PATCH: the rest stays', async () => {
    const course = await desk.created(full);
    const { body } = await desk.send('PATCH', course.id, { title: 'Kiswahili', price: 500 });
    const prices = [{ currency: 'USD', amount: 500 }];
    expect(body).toEqual({ ...course, title: 'Kiswahili', price: 500, prices });
    expect((await desk.send('PATCH', course.id, { thumbnail: null })).body.thumbnail).toBeNull();
    expect((await desk.send('PATCH', course.id, {})).body).toMatchObject({ title: 'Kiswahili', duration: 90 });
  });

  it('as a whole by PUT: what is not mentioned goes back to its default', async () => {
    const course = await desk.created(full);
    const { status, body } = await desk.send('PUT', course.id, { ...minimal, title: 'Kiswahili' });
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
    const course = await desk.created(full);
    const { status, body } = await desk.send<Problem>('PUT', course.id, { title: 'Kiswahili' });
    expect(status).toBe(400);
    expect(pointers(body.errors).toSorted()).toEqual([
      '#/category',
      '#/currency',
      '#/description',
      '#/isPremium',
      '#/price',
    ]);
    expect((await desk.read(course.id)).body).toEqual(course);
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
    const course = await desk.created(full);
    expect(await desk.send<Problem>('PATCH', course.id, changes)).toMatchObject({ status: 400, body: { code } });
    expect((await desk.read(course.id)).body).toEqual(course);
  });

  it('from premium to free and back, price and flag together', async () => {
    const { id } = await desk.created();
    expect((await desk.send('PATCH', id, { isPremium: false, price: 0 })).body).toMatchObject({
      isPremium: false,
      price: 0,
    });
    expect((await desk.send('PATCH', id, { isPremium: true, price: 100 })).body).toMatchObject({ price: 100 });
  });

  it('in its other fields also when its currency is no longer offered', async () => {
    const { id } = await desk.created();
    await sql(app.database, `UPDATE courses SET currency = 'CHF' WHERE id = $1`, [id]);
    expect(await desk.send('PATCH', id, { title: 'Kiswahili' })).toMatchObject({
      status: 200,
      body: { currency: 'CHF' },
    });
    expect((await desk.send<Problem>('PATCH', id, { price: 5 })).body.code).toBe('CURRENCY_NOT_OFFERED');
  });
});
