import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import type { Page } from '../../platform/http/index.js';
import type { CourseSummaryDto } from './courses.dto.js';

let app: TestApp;
let admin: Person;
let one: Person;
let two: Person;

/** By title: whose, how many reviews of which sum, price, words of the description. */
const shelf: Record<string, { teacher: 1 | 2; count?: number; sum?: number; price?: number; about?: string }> = {
  Algebra: { teacher: 1, count: 3, sum: 14, price: 500, about: 'Numbers, and more numbers.' },
  Botany: { teacher: 1, count: 8, sum: 33, about: 'Flowers by numbers; numbers numbers numbers numbers.' },
  Cooking: { teacher: 2, count: 1, sum: 4, price: 900, about: 'Numbers of eggs.' },
  Drawing: { teacher: 2, price: 100, about: 'Lines.' },
  'Numbers for all': { teacher: 2, count: 200, sum: 999, about: 'From one to ten.' },
};

beforeAll(async () => {
  app = await startTestApp();
  [admin, one, two] = await Promise.all([person(app, 'ADMIN'), person(app, 'INSTRUCTOR'), person(app, 'INSTRUCTOR')]);
  for (const [title, { teacher, count = 0, sum = 0, price = 0, about = '' }] of Object.entries(shelf))
    await sql(
      app.database,
      `INSERT INTO courses (id, instructor_id, title, description, category, is_premium, price, currency, status, rating_count, rating_sum, rating,
         published_at, created_at, updated_at)
       VALUES ('crs_' || $1, $2, $1, $3, 'shelf', $4::int > 0, $4, 'USD', 'PUBLISHED', $5::int, $6::int, coalesce(round(100.0 * $6 / nullif($5, 0)), 0),
         now(), now(), now())`,
      [title, (teacher === 1 ? one : two).id, about, price, count, sum],
    );
}, 60_000);
afterAll(() => app.close());

const list = async (query: string, path = '/courses/list', who?: Person) =>
  expectStatus(200, await app.get<Page<CourseSummaryDto>>(`${path}?${query}`, who?.token));
const titles = async (query: string) => (await list(`category=shelf&${query}`)).data.map(({ title }) => title);

describe('the marketplace', () => {
  it('shows of every course what its students think of it, as the other lists do', async () => {
    const { data } = await list('category=shelf&sort=title');
    expect(data.map(({ rating }) => rating)).toEqual([
      { average: 4.67, count: 3 },
      { average: 4.13, count: 8 },
      { average: 4, count: 1 },
      { average: null, count: 0 },
      { average: 5, count: 200 },
    ]);
    expect((await list('category=shelf&sort=title', '/courses/public')).data).toEqual(data);
    expect((await list('category=shelf&sort=title', '/courses', admin)).data).toEqual(data);
    const detail = await app.get<CourseSummaryDto>('/courses/crs_Algebra', admin.token);
    expect(detail.body.rating).toEqual({ average: 4.67, count: 3 });
  });

  it.each<[string, string[]]>([
    ['minRating=5', ['Numbers for all']],
    ['minRating=4', ['Numbers for all', 'Algebra', 'Botany', 'Cooking']],
    ['minRating=1', ['Numbers for all', 'Algebra', 'Botany', 'Cooking']],
    ['', ['Numbers for all', 'Algebra', 'Botany', 'Cooking', 'Drawing']],
    ['isPremium=true', ['Algebra', 'Cooking', 'Drawing']],
    ['isPremium=false', ['Numbers for all', 'Botany']],
    ['isPremium=true&minRating=4&maxPrice=600', ['Algebra']],
    ['isPremium=false&currency=EUR', ['Numbers for all', 'Botany']],
  ])('is filtered and sorted by rating: ?%s', async (query, expected) => {
    expect(await titles(`sort=rating&${query}`)).toEqual(expected);
  });

  it('is filtered by who teaches', async () => {
    expect(await titles(`sort=title&instructorId=${one.id}`)).toEqual(['Algebra', 'Botany']);
    expect(await titles(`sort=title&instructorId=${two.id}&minRating=4`)).toEqual(['Cooking', 'Numbers for all']);
    expect(await titles('instructorId=usr_nobody')).toEqual([]);
  });

  it('is sorted by relevance: a word of the title before any of the description, and more before fewer', async () => {
    expect(await titles('sort=relevance&keyword=numbers')).toEqual(['Numbers for all', 'Botany', 'Algebra', 'Cooking']);
    expect(await titles('sort=relevance&keyword=numb')).toEqual(['Numbers for all', 'Botany', 'Algebra', 'Cooking']);
    const pages = await Promise.all(
      [1, 2, 3].map((page) => titles(`sort=relevance&keyword=numbers&limit=2&page=${page}`)),
    );
    expect(pages).toEqual([['Numbers for all', 'Botany'], ['Algebra', 'Cooking'], []]);
    expect(await titles('sort=relevance&keyword=numbers%20%26')).toEqual([]);
  });

  it.each([
    ['minRating=0', 'minRating'],
    ['minRating=6', 'minRating'],
    ['minRating=4.5', 'minRating'],
    ['isPremium=maybe', 'isPremium'],
    ['sort=best', 'sort'],
    ['sort=relevance', 'sort'],
    ['sort=relevance&keyword=', 'keyword'],
    ['stars=5', 'stars'],
  ])('is not asked for by ?%s', async (query, field) => {
    const answer = await app.get<{ errors: { pointer: string }[] }>(`/courses/list?${query}`);
    expect([answer.status, answer.body.errors.map(({ pointer }) => pointer)]).toEqual([400, [`#/query/${field}`]]);
  });

  it('alone takes what it takes', async () => {
    for (const query of ['minRating=4', 'sort=rating', 'isPremium=true', `instructorId=${one.id}`])
      expect((await app.get(`/courses/public?${query}`)).status).toBe(400);
  });
});

describe('a list of more courses than are counted', () => {
  const many = 10_003;
  beforeAll(async () => {
    await sql(
      app.database,
      `INSERT INTO courses (id, instructor_id, title, description, category, is_premium, price, currency, status, enrollment_count, rating_count,
         rating_sum, rating, published_at, created_at, updated_at)
       SELECT 'crs_' || lpad(n::text, 6, '0'), $1, 'Twin ' || n, 'word', 'twins', true, 1 + n % 7, 'USD', 'PUBLISHED', n % 11, 1, 1 + n % 5,
         100 + n % 5 * 100, now(), now(), now()
       FROM generate_series(1, $2) AS n`,
      [one.id, many],
    );
  }, 60_000);
  afterAll(() => sql(app.database, "DELETE FROM courses WHERE category = 'twins'"), 60_000);

  it('says so, and how many at least', async () => {
    const { pagination } = await list('category=twins');
    expect(pagination).toEqual({ page: 1, limit: 20, total: 10_000, pages: 500, totalIsLowerBound: true });
    expect((await list('category=twins&currency=USD&minPrice=2')).pagination).toEqual({
      ...{ page: 1, limit: 20, total: many - 1429, pages: 429 },
    });
    expect((await list('', '/courses', admin)).pagination).toMatchObject({ totalIsLowerBound: true });
  });

  it('ends where it ends', async () => {
    const last = await list('category=twins&sort=title&limit=100&page=101');
    expect(last.data.map(({ title }) => title)).toEqual(['Twin 10001', 'Twin 10002', 'Twin 10003']);
    expect((await list('category=twins&limit=100&page=102')).data).toEqual([]);
  });

  it.each([
    'newest',
    'price',
    'price_desc',
    'popular',
    'title',
    'rating',
    'relevance&keyword=word',
    'newest&keyword=word',
  ])('is in one order on every page: %s', async (sort) => {
    const pages = await Promise.all([1, 2, 3].map((page) => list(`category=twins&sort=${sort}&limit=50&page=${page}`)));
    const shown = pages.flatMap(({ data }) => data);
    expect(shown.slice(0, 100)).toEqual((await list(`category=twins&sort=${sort}&limit=100`)).data);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(150);
  });

  it.each<[string, (course: CourseSummaryDto) => number]>([
    ['price', ({ price }) => price],
    ['price_desc', ({ price }) => -price],
    ['popular', ({ enrollmentCount }) => -enrollmentCount],
    ['rating', ({ rating }) => -rating.average!],
    ['relevance&keyword=word', ({ enrollmentCount }) => -enrollmentCount],
  ])('is in the right order: %s', async (sort, keyOf) => {
    const { data } = await list(`category=twins&sort=${sort}&limit=100&page=20`);
    const keys = data.map(keyOf);
    expect(keys).toEqual(keys.toSorted((a, b) => a - b));
  });
});
