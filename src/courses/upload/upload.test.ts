import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { type Fields, minimal } from '../../../test/support/course-desk.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import type { CourseDto } from '../catalogue/courses.dto.js';

interface Refusal {
  code: string;
  errors?: { pointer: string; detail: string }[];
}

const whole = {
  ...minimal,
  prices: [{ currency: 'EUR', amount: 8999 }],
  modules: [
    {
      title: 'Greetings',
      lectures: [
        { title: 'Habari', isPreview: true },
        { title: ' Jambo ', kind: 'LESSON' },
      ],
    },
    { title: 'Still empty' },
    { title: 'Markets', lectures: [{ title: 'Bei gani?' }] },
  ],
};

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

const send = <T = Refusal>(body: unknown, who = instructor, headers?: Record<string, string>) =>
  app.post<T>('/courses/upload', body, who.token, headers);

async function rows(): Promise<unknown> {
  return sql(
    app.database,
    `SELECT (SELECT count(*)::int FROM courses) AS courses, (SELECT count(*)::int FROM course_prices) AS prices,
       (SELECT count(*)::int FROM course_modules) AS modules, (SELECT count(*)::int FROM lectures) AS lectures`,
  );
}

/** What is refused leaves nothing behind. */
async function refused(body: unknown, who?: Person) {
  const before = await rows();
  const answer = await send(body, who);
  expect(await rows()).toEqual(before);
  const pointers = answer.body.errors?.map(({ pointer }) => pointer);
  return { status: answer.status, code: answer.body.code, pointers };
}

describe('a whole course', () => {
  it('is there after one request, as a draft, with all that is in it in order', async () => {
    const course = expectStatus(201, await send<CourseDto>(whole));
    expect(course).toMatchObject({
      title: 'Swahili',
      status: 'DRAFT',
      publishedAt: null,
      instructor: { id: instructor.id },
      rating: { average: null, count: 0 },
      prices: [
        { currency: 'USD', amount: 9999 },
        { currency: 'EUR', amount: 8999 },
      ],
    });
    expect(
      course.modules.map(({ title, position, lectures }) => [position, title, lectures.map((one) => one.title)]),
    ).toEqual([
      [1, 'Greetings', ['Habari', 'Jambo']],
      [2, 'Still empty', []],
      [3, 'Markets', ['Bei gani?']],
    ]);
    expect(course.modules[0]!.lectures.map(({ position }) => position)).toEqual([1, 2]);
    const previews = await sql(app.database, 'SELECT title FROM lectures WHERE is_preview AND module_id = $1', [
      course.modules[0]!.id,
    ]);
    expect(previews).toEqual([{ title: 'Habari' }]);
    expect((await app.get(`/courses/${course.id}`, instructor.token)).body).toEqual(course);
  });

  it('is on sale at once if it is to be', async () => {
    const course = expectStatus(201, await send<CourseDto>({ ...whole, title: 'At once', publish: true }));
    expect(course).toMatchObject({ status: 'PUBLISHED', publishedAt: expect.any(String) });
    const { body } = await app.get<{ data: { id: string }[] }>('/courses/list?keyword=once');
    expect(body.data.map(({ id }) => id)).toEqual([course.id]);
  });

  it('may be bare while it is a draft', async () => {
    expect(expectStatus(201, await send<CourseDto>(minimal)).modules).toEqual([]);
    expect(expectStatus(201, await send<CourseDto>({ ...minimal, modules: [] })).modules).toEqual([]);
  });

  it('is made once for one key, and is another without', async () => {
    const before = await rows();
    const key = { 'Idempotency-Key': 'one-course' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => send<CourseDto>(whole, instructor, key)));
    const again = await send<CourseDto>(whole, instructor, key);
    expect(new Set([...answers, again].map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await send({ ...whole, title: 'Other' }, instructor, key)).status).toBe(422);
    const [{ courses }] = before as [{ courses: number }];
    expect(await rows()).toMatchObject([{ courses: courses + 1 }]);
    expect((await send<CourseDto>(whole)).body.id).not.toBe(again.body.id);
  });
});

describe('what is wrong with a course', () => {
  it.each<[string, Fields, string, string[]]>([
    ['no title', { title: ' ' }, 'VALIDATION_FAILED', ['#/title']],
    ['an unknown field', { rating: 5 }, 'VALIDATION_FAILED', ['#/rating']],
    ['no list of modules', { modules: 'many' }, 'VALIDATION_FAILED', ['#/modules']],
    ['a module that is none', { modules: [5] }, 'VALIDATION_FAILED', ['#/modules/0']],
    ['a module without a title', { modules: [{ lectures: [] }] }, 'VALIDATION_FAILED', ['#/modules/0/title']],
    [
      'lectures',
      { modules: [{ title: 'x', lectures: [{ title: 'y' }, { title: 'z', kind: 'QUIZ', length: 5 }, {}] }] },
      'VALIDATION_FAILED',
      ['#/modules/0/lectures/1/length', '#/modules/0/lectures/1/kind', '#/modules/0/lectures/2/title'],
    ],
    ['a premium course for nothing', { price: 0 }, 'PRICE_MISMATCH', ['#/price']],
    ['a price of a free course', { isPremium: false, prices: [] }, 'PRICE_MISMATCH', ['#/price']],
    ['a currency that is not offered', { currency: 'CHF' }, 'CURRENCY_NOT_OFFERED', ['#/currency']],
    [
      'a currency twice',
      { prices: ['EUR', 'USD', 'EUR'].map((currency) => ({ currency, amount: 1 })) },
      'CURRENCY_REPEATED',
      ['#/prices/1/currency', '#/prices/2/currency'],
    ],
    ['a price that is too high', { price: 1_000_001 }, 'PRICE_TOO_HIGH', ['#/price']],
    ['nothing to teach on sale', { publish: true, modules: [] }, 'COURSE_EMPTY', ['#/modules']],
    ['no modules on sale', { publish: true, modules: undefined }, 'COURSE_EMPTY', ['#/modules']],
    [
      'modules without lectures on sale',
      { publish: true, modules: [{ title: 'x' }, { title: 'y', lectures: [] }] },
      'COURSE_EMPTY',
      ['#/modules/0/lectures', '#/modules/1/lectures'],
    ],
  ])('is told: %s', async (_, fields, code, pointers) => {
    expect(await refused({ ...whole, ...fields })).toEqual({ status: 400, code, pointers });
  });

  it('is told all at once', async () => {
    const body = {
      ...{ ...whole, title: '', level: 'Genius', currency: 'CHF', publish: true, instructorId: student.id },
      prices: [{ currency: 'CHF', amount: 1 }],
      modules: [{ title: 'x'.repeat(201), lectures: [{ title: 7 }] }],
    };
    expect(await refused(body, admin)).toEqual({
      status: 400,
      code: 'VALIDATION_FAILED',
      pointers: [
        ...['#/title', '#/level', '#/modules/0/title'],
        ...Array<string>(3).fill('#/modules/0/lectures/0/title'),
        ...['#/instructorId', '#/currency', '#/prices/0/currency', '#/prices/0/currency'],
      ],
    });
    const empty = { ...minimal, price: 0, publish: true };
    expect(await refused(empty)).toEqual({ status: 400, code: 'PRICE_MISMATCH', pointers: ['#/price', '#/modules'] });
  });

  it.each([[[]], [['a list']]])('is that it is none: %j', async (body) => {
    expect(await refused(body)).toMatchObject({ status: 400, code: 'MALFORMED_REQUEST' });
  });
});

describe('the size of a course', () => {
  const titled = (count: number) => Array.from({ length: count }, () => ({ title: 'x' }));

  it('is at most 200 modules of 200 lectures, of which a request says no more than that', async () => {
    expect(await refused({ ...minimal, modules: Array(201).fill({}) })).toMatchObject({ pointers: ['#/modules'] });
    const modules = [{ title: 'x' }, { title: 'y', lectures: Array(201).fill({}) }];
    expect(await refused({ ...minimal, publish: true, price: 0, modules })).toMatchObject({
      pointers: ['#/modules/1/lectures', '#/price'],
    });
    const most = {
      ...minimal,
      publish: true,
      modules: titled(200).map((one, index) => ({ ...one, lectures: titled(index ? 1 : 200) })),
    };
    const course = expectStatus(201, await send<CourseDto>(most));
    expect(course.modules.flatMap(({ lectures }) => lectures)).toHaveLength(399);
  });

  it('is at most 1 MB here, and 100 KB elsewhere', async () => {
    const lectures = Array.from({ length: 200 }, () => ({ title: 'x'.repeat(190) }));
    const modules = (count: number) => Array.from({ length: count }, () => ({ title: 'x', lectures }));
    expect((await send({ ...minimal, modules: modules(20) })).status).toBe(201);
    expect(await refused({ ...minimal, modules: modules(30) })).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    const elsewhere = await app.post<Refusal>('/courses', { ...minimal, modules: modules(3) }, instructor.token);
    expect([elsewhere.status, elsewhere.body.code]).toEqual([413, 'BODY_TOO_LARGE']);
  });
});

describe('a course is uploaded', () => {
  it('by instructors for themselves, and by an admin for any of them', async () => {
    const forOther = { ...whole, instructorId: other.id };
    expect(await refused(forOther)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect(await refused({ ...whole, instructorId: student.id }, admin)).toEqual({
      ...{ status: 400, code: 'UNKNOWN_INSTRUCTOR', pointers: ['#/instructorId'] },
    });
    const course = expectStatus(201, await send<CourseDto>(forOther, admin));
    expect(course.instructor.id).toBe(other.id);
    expect((await send<CourseDto>({ ...whole, instructorId: instructor.id })).status).toBe(201);
  });

  it('by nobody else', async () => {
    expect(await refused(whole, student)).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await app.post('/courses/upload', whole)).status).toBe(401);
  });
});
