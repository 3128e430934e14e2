import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { CatalogueCache } from '../src/courses/catalogue/catalogue-cache.js';
import type { CourseDto, CourseSummaryDto } from '../src/courses/catalogue/courses.dto.js';
import type { Page } from '../src/platform/http/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { person, type Person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { startProcess, type TestProcess } from './support/process.js';
import { expectStatus, publishedCourse } from './support/school.js';
import { statementsOf } from './support/statements.js';

/*
 * Public lists are remembered in each process, and never old: two processes on one database, one in this process, whose statements can be
 * counted.
 */

let here: TestApp;
let there: TestProcess;
let admin: Person;
let instructor: Person;
let student: Person;
beforeAll(async () => {
  here = await startTestApp({ ROLE: 'api' });
  there = await startProcess(here.database, await freePort(), { ROLE: 'api' });
  [admin, instructor, student] = await Promise.all([person(here, 'ADMIN'), person(here, 'INSTRUCTOR'), person(here)]);
}, 60_000);
afterAll(async () => {
  await there.kill();
  await here.close();
});

type Api = Pick<TestApp, 'get' | 'request'>;
const path = '/courses/list?keyword=swahili&sort=price';
const listed = async (api: Api, query = path) => expectStatus(200, await api.get<Page<CourseSummaryDto>>(query)).data;
const shown = async (api: Api, id: string) => (await listed(api)).find((course) => course.id === id);

describe('a public list', () => {
  it.each(['/courses/list', '/courses/public'])('may be kept, and is asked for again: %s', async (list) => {
    const course = await publishedCourse(here, instructor);
    const first = await here.get(list);
    expect(first.headers.get('cache-control')).toBe('public, max-age=0, must-revalidate');
    const etag = first.headers.get('etag')!;
    for (const api of [here, there]) {
      const again = await supertest(api.url).get(`/api${list}`).set('If-None-Match', etag).expect(304);
      expect([again.text, again.headers.etag]).toEqual(['', etag]);
    }
    expectStatus(
      200,
      await here.request('PATCH', `/courses/${course.id}`, { body: { duration: 5 }, token: admin.token }),
    );
    for (const api of [here, there]) {
      const changed = await supertest(api.url).get(`/api${list}`).set('If-None-Match', etag).expect(200);
      expect(changed.headers.etag).not.toBe(etag);
    }
  });

  it('costs two statements at first and one as long as nothing changes, in whatever words it is asked for', async () => {
    const course = await publishedCourse(here, instructor);
    const count = async (query: string) => (await statementsOf(() => here.get(query))).length;
    expect(await count('/courses/list?keyword=swahili++beginners&sort=newest')).toBe(2);
    expect(await count('/courses/list?keyword=swahili++beginners&sort=newest')).toBe(1);
    expect(await count('/courses/list?sort=newest&page=1&limit=20&keyword=+swahili+beginners')).toBe(1);
    expect(await count('/courses/public?keyword=swahili+beginners')).toBe(1);
    expect(await count('/courses/public?keyword=swahili+beginners&page=2')).toBe(2);
    await here.request('PATCH', `/courses/${course.id}`, { body: { price: 77 }, token: instructor.token });
    expect(await count('/courses/public?keyword=swahili+beginners')).toBe(2);
    expect(await count('/courses/public?keyword=swahili+beginners')).toBe(1);
  });

  it('costs those who come at once two questions and one reading: whoever comes while one is asked shares the next', async () => {
    const cache = here.app.get(CatalogueCache);
    let readings = 0;
    const page = { data: [], pagination: { page: 1, limit: 7, total: 0, pages: 0 } };
    const read = () => Promise.resolve((readings += 1)).then(() => page);
    const ask = () => cache.page({ page: 1, limit: 7 }, read);
    const statements = await statementsOf(() => Promise.all(Array.from({ length: 40 }, ask)));
    expect([statements.length, readings]).toEqual([2, 1]);
  });

  it('that could not be read is read again', async () => {
    const cache = here.app.get(CatalogueCache);
    const page = { data: [], pagination: { page: 1, limit: 6, total: 0, pages: 0 } };
    const ask = (read: () => Promise<typeof page>) => cache.page({ page: 1, limit: 6 }, read);
    await expect(ask(() => Promise.reject(new Error('no connection')))).rejects.toThrow('no connection');
    expect(await ask(() => Promise.resolve(page))).toBe(page);
  });

  it('stays as it is when what it does not show changes', async () => {
    const draft = expectStatus(
      201,
      await here.post<CourseDto>('/courses/upload', { ...fields, title: 'Draft' }, instructor.token),
    );
    await listed(here);
    await here.request('PATCH', `/courses/${draft.id}`, { body: { title: 'Still a draft' }, token: instructor.token });
    await here.request('PATCH', '/users/me', { body: { timeZone: 'Africa/Nairobi' }, token: instructor.token });
    expect(await statementsOf(() => here.get(path))).toHaveLength(1);
  });
});

const fields = {
  ...{ title: 'Swahili', description: 'x', category: 'languages', isPremium: true, price: 10, currency: 'USD' },
  modules: [{ title: 'One', lectures: [{ title: 'Habari' }] }],
};

describe('nobody is shown what was before', () => {
  const change = (method: string, route: string, body?: object) => async (api: Api, id: string) => {
    const { status } = await api.request(method, `/courses/${id}${route}`, { body, token: instructor.token });
    expect(status).toBeLessThan(300);
  };

  it.each<[string, (api: Api, id: string) => Promise<unknown>, object | undefined]>([
    ['an edit', change('PATCH', '', { title: 'Swahili, edited' }), { title: 'Swahili, edited' }],
    ['a price', change('PATCH', '', { price: 42 }), { price: 42 }],
    [
      'a price of another currency',
      change('PATCH', '', { prices: [{ currency: 'EUR', amount: 3 }] }),
      {
        prices: [
          { currency: 'USD', amount: 9999 },
          { currency: 'EUR', amount: 3 },
        ],
      },
    ],
    ['a review', (api, id) => review(api, id), { rating: { average: 4, count: 1 } }],
    [
      'an enrollment',
      (_, id) => sql(here.database, 'UPDATE courses SET enrollment_count = 7 WHERE id = $1', [id]),
      { enrollmentCount: 7 },
    ],
    ['an archive', change('POST', '/archive', {}), undefined],
    ['a deletion', change('DELETE', ''), undefined],
    [
      'the name of who teaches',
      (api) => api.request('PATCH', '/users/me', { body: { name: 'Mwalimu' }, token: instructor.token }),
      { instructor: { name: 'Mwalimu' } },
    ],
  ])('after %s, in no process', async (_, work, expected) => {
    for (const [api, elsewhere] of [
      [here, there],
      [there, here],
    ] as const) {
      const { id } = await publishedCourse(here, instructor);
      await sql(here.database, "UPDATE users SET name = 'Teacher' WHERE id = $1", [instructor.id]);
      await Promise.all([shown(api, id), shown(elsewhere, id)]);
      await work(api, id);
      for (const found of await Promise.all([shown(api, id), shown(elsewhere, id)]))
        if (expected) expect(found).toMatchObject(expected);
        else expect(found).toBeUndefined();
    }
  });

  it('after a publication, in no process', async () => {
    for (const api of [here, there]) {
      await Promise.all([listed(here), listed(there)]);
      const body = { ...fields, publish: true };
      const { id } = expectStatus(
        201,
        await api.request<CourseDto>('POST', '/courses/upload', { body, token: instructor.token }),
      );
      expect(await Promise.all([shown(here, id), shown(there, id)])).toEqual(
        Array(2).fill(expect.objectContaining({ id })),
      );
    }
  });

  /** Of those who ask all the time, whoever asks after an edit was answered gets that edit or a later one. */
  it('however many read and edit at once in both', async () => {
    const courses = await Promise.all([1, 2, 3].map(() => publishedCourse(here, instructor, { price: 1000 })));
    const done = courses.map(() => 1000);
    let editing = true;
    let reads = 0;
    const reader = async (api: Api) => {
      while (editing) {
        const before = [...done];
        const data = await listed(api);
        courses.forEach(({ id }, index) => {
          expect(data.find((course) => course.id === id)!.price).toBeGreaterThanOrEqual(before[index]!);
        });
        reads += 1;
      }
    };
    const editor = async (index: number) => {
      for (let price = 1001; price <= 1025; price += 1) {
        const api = price % 2 ? here : there;
        const route = `/courses/${courses[index]!.id}`;
        expectStatus(200, await api.request('PATCH', route, { body: { price }, token: instructor.token }));
        done[index] = price;
      }
    };
    const readers = [here, there, here, there].map(reader);
    await Promise.all(courses.map((_, index) => editor(index))).finally(() => (editing = false));
    await Promise.all(readers);
    expect(reads).toBeGreaterThan(20);
  }, 60_000);
});

/** By a student who has a place. */
async function review(api: Api, courseId: string): Promise<void> {
  await sql(
    here.database,
    `INSERT INTO enrollments (id, user_id, course_id, type, payment_status, currency, created_at, updated_at)
     VALUES ('enr_' || $2, $1, $2, 'FREE', 'FREE', 'USD', now(), now())`,
    [student.id, courseId],
  );
  const body = { rating: 4 };
  expectStatus(201, await api.request('POST', `/courses/${courseId}/reviews`, { body, token: student.token }));
}
