import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus, publishedCourse } from '../../../test/support/school.js';
import type { CourseDto, CourseSummaryDto } from './courses.dto.js';
import { shelf } from '../../../test/support/course-shelf.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let other: Person;
let student: Person;
const courses: Record<string, CourseDto> = {};

beforeAll(async () => {
  app = await startTestApp();
  [admin, instructor, other, student] = await Promise.all([
    person(app, 'ADMIN'),
    person(app, 'INSTRUCTOR'),
    person(app, 'INSTRUCTOR'),
    person(app),
  ]);
  for (const { popularity, ...fields } of shelf) {
    app.clock.advance(60);
    const description = `All about ${fields.title.toUpperCase()}.`;
    const course = await publishedCourse(app, instructor, { ...fields, description, isPremium: fields.price > 0 });
    await sql(app.database, 'UPDATE courses SET enrollment_count = $2 WHERE id = $1', [course.id, popularity]);
    courses[fields.title] = course;
  }
  const draft = { title: 'Draft', description: 'd', category: 'x', isPremium: false, price: 0, currency: 'USD' };
  courses.Draft = expectStatus(201, await app.post<CourseDto>('/courses', draft, other.token));
  courses.Archived = await publishedCourse(app, other, { title: 'Archived' });
  await app.post(`/courses/${courses.Archived.id}/archive`, {}, other.token);
  courses.Foreign = await publishedCourse(app, other, {
    title: 'Foreign',
    category: 'abroad',
    level: 'Intermediate',
    price: 900_000,
  });
});
afterAll(() => app.close());

interface List {
  data: CourseSummaryDto[];
  pagination: { page: number; limit: number; total: number; pages: number };
}
const list = async (query: string, path = '/courses/public', who?: Person) =>
  expectStatus(200, await app.get<List>(`${path}?${query}`, who?.token));
const titles = ({ data }: List) => data.map(({ title }) => title);
const found = async (query: string) => titles(await list(query)).toSorted();

describe('the public list', () => {
  it('shows what is published, newest first, without the content of the courses', async () => {
    const answer = await list('');
    expect(titles(answer)).toEqual(['Foreign', ...shelf.map(({ title }) => title).toReversed()]);
    expect(answer.pagination).toEqual({ page: 1, limit: 20, total: 7, pages: 1 });
    const { description: _, modules: __, ...shown } = courses.Chess!;
    const { admission: ___, capacity: ____, ...summary } = shown;
    expect(answer.data.find(({ title }) => title === 'Chess')).toEqual({ ...summary, enrollmentCount: 1 });
    expect(summary.instructor).toEqual({ id: instructor.id, name: expect.any(String), profilePicture: null });
  });

  it.each<[string, string[]]>([
    ['keyword=alg', ['Algebra']],
    ['keyword=ABOUT+chess', ['Chess']],
    ['keyword=+baking+', ['Baking']],
    ['keyword=nowhere', []],
    ['category=languages', ['100% Dutch', 'Estonian_now']],
    ['level=beginner', ['100% Dutch', 'Algebra']],
    ['level=All+levels', ['Baking']],
    ['category=languages&level=advanced&currency=EUR&keyword=now', ['Estonian_now']],
  ])('is filtered: ?%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected.toSorted());
  });

  it.each<[string, string[]]>([
    ['%', ['100% Dutch']],
    ['_', ['Estonian_now']],
    ['\\', ['C:\\Files']],
    ['A%a', []],
    ['Ch_ss', []],
    ['100\\%', []],
    [`'; DROP TABLE courses; --`, []],
  ])('takes a keyword as it is written, wildcards of SQL and all: %s', async (keyword, expected) => {
    expect(await found(`keyword=${encodeURIComponent(keyword)}`)).toEqual(expected);
  });

  it.each<[string, string[]]>([
    ['newest', ['Foreign', 'C:\\Files', 'Estonian_now', '100% Dutch', 'Chess', 'Baking', 'Algebra']],
    ['popular', ['Baking', 'Estonian_now', 'Algebra', 'C:\\Files', 'Chess', 'Foreign', '100% Dutch']],
    ['title', ['100% Dutch', 'Algebra', 'Baking', 'C:\\Files', 'Chess', 'Estonian_now', 'Foreign']],
  ])('is sorted by %s', async (sort, expected) => {
    expect(titles(await list(`sort=${sort}`))).toEqual(expected);
  });

  it('takes at most 100 a page', async () => {
    expect((await list('limit=100')).pagination.limit).toBe(100);
    expect(await app.get('/courses/public?limit=101')).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/query/limit' }] },
    });
  });

  it('is empty beyond its last page', async () => {
    const answer = await list('page=3&limit=5');
    expect([answer.data, answer.pagination]).toEqual([[], { page: 3, limit: 5, total: 7, pages: 2 }]);
  });

  it('is answered 304 as long as it is unchanged', async () => {
    const path = '/api/courses/public?keyword=chess';
    const first = await supertest(app.url).get(path).expect(200);
    const etag = first.headers.etag!;
    expect(etag).toMatch(/^W?\/?"/);
    const again = await supertest(app.url).get(path).set('If-None-Match', etag).expect(304);
    expect(again.text).toBe('');
    await sql(app.database, 'UPDATE courses SET price = 5001 WHERE id = $1', [courses.Chess!.id]);
    const changed = await supertest(app.url).get(path).set('If-None-Match', etag).expect(200);
    expect(changed.headers.etag).not.toBe(etag);
    await sql(app.database, 'UPDATE courses SET price = 5000 WHERE id = $1', [courses.Chess!.id]);
  });
});

describe('a price in a list', () => {
  it('is shown in every currency, the default one first', async () => {
    const { data } = await list('keyword=algebra');
    expect(data[0]).toMatchObject({
      price: 2000,
      currency: 'USD',
      prices: [
        { currency: 'USD', amount: 2000 },
        { currency: 'EUR', amount: 3500 },
        { currency: 'JPY', amount: 3100 },
      ],
    });
  });

  // Free in one currency is free in all; a price of another currency says nothing.
  it.each<[string, string[]]>([
    ['currency=EUR', ['100% Dutch', 'Algebra', 'C:\\Files', 'Estonian_now']],
    ['currency=jpy', ['Algebra', 'C:\\Files', 'Chess']],
    ['currency=GBP', ['C:\\Files']],
    ['currency=JPY&minPrice=900&maxPrice=3100', ['Algebra', 'Chess']],
    ['currency=JPY&minPrice=901', ['Algebra']],
    ['currency=JPY&maxPrice=3099', ['C:\\Files', 'Chess']],
    ['currency=EUR&minPrice=3001', ['Algebra', 'Estonian_now']],
    ['currency=KES&minPrice=1', ['Chess']],
    ['minPrice=1500', ['Algebra', 'Foreign']],
    ['maxPrice=1000', ['Baking', 'C:\\Files']],
    ['minPrice=2000&maxPrice=3000', ['Algebra']],
    ['minPrice=3000&maxPrice=2000', []],
    ['maxPrice=0', ['C:\\Files']],
    ['minPrice=9007199254740991', []],
    ['currency=JPY&keyword=chess&level=advanced', ['Chess']],
  ])('counts in the currency asked for, else in the first that is offered: ?%s', async (query, expected) => {
    const { data, pagination } = await list(query);
    expect(titles({ data, pagination }).toSorted()).toEqual(expected);
    expect(pagination.total).toBe(expected.length);
  });

  it.each<[string, string[]]>([
    ['sort=price', ['C:\\Files', 'Baking', 'Algebra', 'Foreign']],
    ['sort=price_desc', ['Foreign', 'Algebra', 'Baking', 'C:\\Files']],
    ['sort=price&currency=EUR', ['C:\\Files', '100% Dutch', 'Algebra', 'Estonian_now']],
    ['sort=price_desc&currency=EUR', ['Estonian_now', 'Algebra', '100% Dutch', 'C:\\Files']],
    ['sort=price&currency=JPY', ['C:\\Files', 'Chess', 'Algebra']],
    ['sort=price_desc&currency=JPY&limit=2', ['Algebra', 'Chess']],
    ['sort=price_desc&currency=JPY&limit=2&page=2', ['C:\\Files']],
    ['sort=newest&currency=JPY', ['C:\\Files', 'Chess', 'Algebra']],
    ['sort=title&currency=EUR', ['100% Dutch', 'Algebra', 'C:\\Files', 'Estonian_now']],
    ['sort=popular&currency=JPY', ['Algebra', 'C:\\Files', 'Chess']],
  ])('puts in order what can be compared: ?%s', async (query, expected) => {
    expect(titles(await list(query))).toEqual(expected);
  });

  it.each(['currency=dollars', 'minPrice=1.5', 'maxPrice=-1', 'minPrice=9007199254740993'])(
    'is not asked for by ?%s',
    async (query) => {
      expect((await app.get<{ code: string }>(`/courses/public?${query}`)).body.code).toBe('VALIDATION_FAILED');
    },
  );

  it('changes the ETag, whichever of them changes', async () => {
    const path = '/api/courses/public?keyword=algebra';
    const { headers } = await supertest(app.url).get(path).expect(200);
    const change = (amount: number) =>
      sql(app.database, "UPDATE course_prices SET amount = $2 WHERE course_id = $1 AND currency = 'JPY'", [
        courses.Algebra!.id,
        amount,
      ]);
    await change(3000);
    await supertest(app.url).get(path).set('If-None-Match', headers.etag!).expect(200);
    await change(3100);
    await supertest(app.url).get(path).set('If-None-Match', headers.etag!).expect(304);
  });
});

describe('titles', () => {
  it('are in the order that people expect, on every page', async () => {
    const expected = [
      '(Intro)',
      '100 words',
      'Äpfel',
      'apple',
      'Banana',
      'éclair',
      'Estonian',
      'Part 2',
      'Part 10',
      'zebra',
    ];
    for (const title of expected.toSorted()) await publishedCourse(app, other, { title, category: 'sorting' });
    const pages = await Promise.all(
      [1, 2, 3, 4].map((page) => list(`category=sorting&sort=title&limit=3&page=${page}`)),
    );
    expect(pages.flatMap(titles)).toEqual(expected);
    await sql(app.database, "DELETE FROM courses WHERE category = 'sorting'");
  });
});

describe('a keyword', () => {
  beforeAll(async () => {
    await publishedCourse(app, other, {
      title: 'Мова C++ and node.js 🎸',
      category: 'words',
      description:
        'HTML/CSS, well-known e-mail; "Don\u2019t panic" \u2014 for O\'Neill.\u00a0Éclair\nمرحبا؟ 日本語入門',
    });
  });
  afterAll(() => sql(app.database, "DELETE FROM courses WHERE category = 'words'"));

  it.each([
    ...['мова', 'МО', 'c++', 'NODE', 'js', 'node.js', 'css', 'HTML/CSS', 'known', 'e-mail', 'mail', 'panic', 'don’t'],
    ...["o'neill", 'ÉCLAIR', 'مرحبا', 'مرح', '入門', '日本', 'css node', '🎸', 'panic   мова'],
  ])('is found: %s', async (keyword) => {
    expect(await found(`category=words&keyword=${encodeURIComponent(keyword)}`)).toEqual(['Мова C++ and node.js 🎸']);
  });

  it.each(['ode', 'c+++', 'c++a', 'CSS/HTML', 'css swift', '語日', "'", '&', ':*', '!c', 'c & html', '\\', "a' | 'b"])(
    'is not: %s',
    async (keyword) => {
      const wanted = await found(`category=words&keyword=${encodeURIComponent(keyword)}`);
      expect(wanted).toEqual(keyword === "'" ? ['Мова C++ and node.js 🎸'] : []);
    },
  );
});

describe('page after page', () => {
  it.each(['newest', 'price', 'price_desc', 'popular', 'title'])(
    'sorted by %s, nobody is shown twice and nobody is missed among equals',
    async (sort) => {
      const ids = new Set<string>();
      const made = await sql<{ id: string }>(
        app.database,
        `INSERT INTO courses (id, instructor_id, title, description, category, is_premium, price, currency, status,
           published_at, created_at, updated_at)
         SELECT 'crs_' || $2 || md5(n::text), $1, 'Twin', 'x', $2, true, 777, 'USD', 'PUBLISHED', now, now, now
         FROM generate_series(1, 53) AS n, (SELECT date_trunc('second', now()) AS now) AS t RETURNING id`,
        [other.id, `twins-${sort}`],
      );
      for (let page = 1; page <= 6; page += 1) {
        const { data, pagination } = await list(`category=twins-${sort}&sort=${sort}&limit=10&page=${page}`);
        expect(data).toHaveLength(page < 6 ? 10 : 3);
        expect(pagination).toEqual({ page, limit: 10, total: 53, pages: 6 });
        for (const { id } of data) ids.add(id);
      }
      expect([...ids].toSorted()).toEqual(made.map(({ id }) => id).toSorted());
      await sql(app.database, 'DELETE FROM courses WHERE category = $1', [`twins-${sort}`]);
    },
  );
});

describe('the list of somebody who is signed in', () => {
  const published = ['Foreign', ...shelf.map(({ title }) => title).toReversed()];

  it("is an instructor's own, drafts and archived ones with it", async () => {
    expect(titles(await list('', '/courses', instructor))).toEqual(shelf.map(({ title }) => title).toReversed());
    expect(titles(await list('', '/courses', other)).toSorted()).toEqual(['Archived', 'Draft', 'Foreign']);
    expect(titles(await list('keyword=draft', '/courses', other))).toEqual(['Draft']);
    expect(titles(await list('keyword=draft', '/courses', instructor))).toEqual([]);
  });

  it('is everything for an admin, and what is published for a student', async () => {
    expect(titles(await list('', '/courses', admin)).toSorted()).toEqual(
      ['Archived', 'Draft', ...published].toSorted(),
    );
    expect(titles(await list('', '/courses', student))).toEqual(published);
  });

  it('is nothing for somebody who is not', async () => {
    expect((await app.get('/courses')).status).toBe(401);
  });
});
