import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { enrolledMany } from '../../../test/support/enrolled.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus, publishedCourse } from '../../../test/support/school.js';
import type { CourseDto } from '../../courses/catalogue/courses.dto.js';
import type { Page } from '../../platform/http/index.js';
import type { ReviewDto } from './reviews.dto.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let student: Person;
let other: Person;
let course: CourseDto;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  [admin, instructor, student, other] = await Promise.all([
    person(app, 'ADMIN'),
    person(app, 'INSTRUCTOR'),
    person(app),
    person(app),
  ]);
});
beforeEach(async () => {
  course = await publishedCourse(app, instructor, { isPremium: false, price: 0 });
  await Promise.all([student, other].map(enroll));
});
afterAll(() => app.close());

async function enroll({ token }: Person): Promise<void> {
  expectStatus(201, await app.post('/enrollments', { courseId: course.id }, token));
}

const path = () => `/courses/${course.id}/reviews`;
const write = <T = ReviewDto>(body: object, who = student) => app.post<T>(path(), body, who.token);
const send = <T = ReviewDto>(method: string, id: string, body?: object, who = student) =>
  app.request<T>(method, `${path()}/${id}`, { body, token: who.token });
const written = async (rating: number, who = student) => expectStatus(201, await write({ rating }, who));
const listed = async (query = '') => expectStatus(200, await app.get<Page<ReviewDto>>(`${path()}${query}`));
const rated = async () => (await app.get<CourseDto>(`/courses/${course.id}`, student.token)).body.rating;

/** What is refused changes nothing. */
async function refused(answer: Promise<{ status: number; body: unknown }>) {
  const before = [await listed(), await rated()];
  const { status, body } = await answer;
  expect([await listed(), await rated()]).toEqual(before);
  return [status, (body as { code?: string }).code];
}

describe('a review', () => {
  it('is there for everybody, with its author and no address, and rates the course', async () => {
    const text = 'Habari gani? Nzuri sana.';
    const review = expectStatus(201, await write({ rating: 4, text: ` ${text} ` }));
    const [{ name }] = (await sql<{ name: string }>(app.database, 'SELECT name FROM users WHERE id = $1', [
      student.id,
    ])) as [{ name: string }];
    expect(review).toEqual({
      ...{ id: expect.stringMatching(/^rev_/), rating: 4, text, author: { name, profilePicture: null } },
      ...{ createdAt: expect.any(String), updatedAt: review.createdAt },
    });
    expect(await listed()).toEqual({ data: [review], pagination: { page: 1, limit: 20, total: 1, pages: 1 } });
    expect(await rated()).toEqual({ average: 4, count: 1 });
    const { body } = await app.get<Page<CourseDto>>(`/courses/list?instructorId=${instructor.id}`);
    expect(body.data.find(({ id }) => id === course.id)!.rating).toEqual({ average: 4, count: 1 });
  });

  it('is listed newest first, page by page', async () => {
    const third = await person(app);
    await enroll(third);
    const ids: string[] = [];
    for (const who of [student, other, third]) ids.unshift((await written(3, who)).id);
    const pages = await Promise.all([listed('?limit=2'), listed('?limit=2&page=2'), listed('?limit=2&page=3')]);
    expect(pages.map(({ data }) => data.map(({ id }) => id))).toEqual([ids.slice(0, 2), ids.slice(2), []]);
    expect(pages[0].pagination).toEqual({ page: 1, limit: 2, total: 3, pages: 2 });
  });

  it.each([
    [{}, '#/rating'],
    [{ rating: 0 }, '#/rating'],
    [{ rating: 6 }, '#/rating'],
    [{ rating: 4.5 }, '#/rating'],
    [{ rating: '5' }, '#/rating'],
    [{ rating: 5, text: 'x'.repeat(5001) }, '#/text'],
    [{ rating: 5, userId: 'usr_x' }, '#/userId'],
  ])('is not %j', async (body, pointer) => {
    const answer = await write<{ code: string; errors: { pointer: string }[] }>(body);
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect([...new Set(answer.body.errors.map((error) => error.pointer))]).toEqual([pointer]);
    expect((await listed()).data).toEqual([]);
  });

  it('is written once by each, also when sent many times at once', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5, 5].map((rating) => write<{ code?: string }>({ rating })));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).toEqual([201, 409, 409, 409, 409, 409]);
    expect(answers.find(({ status }) => status === 409)!.body.code).toBe('ALREADY_REVIEWED');
    expect(await rated()).toMatchObject({ count: 1 });
  });

  it('can be changed by its author: stars, words or both', async () => {
    const review = expectStatus(201, await write({ rating: 2, text: 'Slow.' }));
    const { id, createdAt } = review;
    app.clock.advance(60);
    const { updatedAt, ...changed } = (await send('PATCH', id, { rating: 5 })).body;
    expect({ ...changed, updatedAt: createdAt }).toEqual({ ...review, rating: 5 });
    expect(Date.parse(String(updatedAt)) - Date.parse(String(createdAt))).toBeGreaterThanOrEqual(60_000);
    expect(await rated()).toEqual({ average: 5, count: 1 });
    expect((await send('PATCH', id, { text: '' })).body).toMatchObject({ rating: 5, text: '', createdAt });
    expect((await send('PATCH', id, {})).status).toBe(200);
    expect(await refused(send('PATCH', id, { rating: 6 }))).toEqual([400, 'VALIDATION_FAILED']);
  });

  it('can be removed by its author, and then written anew', async () => {
    const { id } = await written(1);
    await written(4, other);
    expect((await send('DELETE', id)).status).toBe(204);
    expect(await rated()).toEqual({ average: 4, count: 1 });
    expect(await refused(send('DELETE', id))).toEqual([404, 'NOT_FOUND']);
    expect(await refused(send('PATCH', id, { rating: 5 }))).toEqual([404, 'NOT_FOUND']);
    await written(5);
    expect(await rated()).toEqual({ average: 4.5, count: 2 });
    const audits = await sql(app.database, "SELECT 1 FROM audit_records WHERE action = 'review.removed'");
    expect(audits).toEqual([]);
  });
});

describe("somebody else's review", () => {
  it('is not there to change, not even for an admin; nor under another course', async () => {
    const { id } = await written(4);
    const elsewhere = await publishedCourse(app, instructor);
    for (const who of [other, instructor, admin])
      expect(await refused(send('PATCH', id, { rating: 1 }, who))).toEqual([404, 'NOT_FOUND']);
    for (const who of [other, instructor])
      expect(await refused(send('DELETE', id, undefined, who))).toEqual([404, 'NOT_FOUND']);
    const misplaced = (method: string, body?: object) =>
      app.request(method, `/courses/${elsewhere.id}/reviews/${id}`, { body, token: student.token });
    expect(await refused(misplaced('PATCH', { rating: 1 }))).toEqual([404, 'NOT_FOUND']);
    expect(await refused(misplaced('DELETE'))).toEqual([404, 'NOT_FOUND']);
    expect((await app.request('DELETE', `${path()}/${id}`)).status).toBe(401);
    expect((await app.request('PATCH', `${path()}/${id}`, { body: { rating: 1 } })).status).toBe(401);
  });

  it('can be removed by an admin, which is on record', async () => {
    const { id } = await written(1);
    expect((await send('DELETE', id, undefined, admin)).status).toBe(204);
    expect(await rated()).toEqual({ average: null, count: 0 });
    const audits = await sql(
      app.database,
      'SELECT actor_id AS actor, action, before FROM audit_records WHERE object_id = $1',
      [id],
    );
    const before = { courseId: course.id, userId: student.id, rating: 1, text: '' };
    expect(audits).toEqual([{ actor: admin.id, action: 'review.removed', before }]);
  });
});

describe('who may review', () => {
  const place = (changes: string) =>
    sql(app.database, `UPDATE enrollments SET ${changes} WHERE course_id = $1 AND user_id = $2`, [
      course.id,
      student.id,
    ]);

  it.each(["status = 'COMPLETED'", "status = 'ACTIVE'"])('who has a place: %s', async (changes) => {
    await place(changes);
    await written(5);
  });

  it.each([
    ...['CANCELLED', 'SUSPENDED', 'EXPIRED', 'PENDING'].map((status) => `status = '${status}'`),
    "payment_status = 'REFUNDED'",
  ])('not who has none: %s', async (changes) => {
    await place(changes);
    expect(await refused(write({ rating: 1 }))).toEqual([403, 'NOT_ENROLLED']);
  });

  it('not who never had one, is not signed in, or teaches it', async () => {
    const stranger = await person(app);
    expect(await refused(write({ rating: 1 }, stranger))).toEqual([403, 'NOT_ENROLLED']);
    expect((await app.post(path(), { rating: 1 })).status).toBe(401);
    expect(await refused(write({ rating: 5 }, instructor))).toEqual([403, 'OWN_COURSE']);
    const [pure] = await enrolledMany(app, course.id, 1, 'INSTRUCTOR');
    expect(await refused(write({ rating: 5 }, pure))).toEqual([403, 'FORBIDDEN']);
  });

  it('a review stays and counts when its author has no place any more, who may still change it', async () => {
    const { id } = await written(2);
    await place("status = 'CANCELLED', payment_status = 'REFUNDED'");
    expect(await rated()).toEqual({ average: 2, count: 1 });
    expect((await send('PATCH', id, { rating: 3 })).status).toBe(200);
    expect(await rated()).toEqual({ average: 3, count: 1 });
  });

  it('of a course that is not published there is nothing to read; of none nothing at all', async () => {
    await written(4);
    await app.post(`/courses/${course.id}/archive`, {}, instructor.token);
    expect((await app.get(path())).status).toBe(404);
    expect((await app.get('/courses/crs_unknown/reviews')).status).toBe(404);
    expect((await app.post('/courses/crs_unknown/reviews', { rating: 4 }, student.token)).status).toBe(404);
    await sql(app.database, "UPDATE courses SET status = 'DRAFT' WHERE id = $1", [course.id]);
    expect((await write({ rating: 4 }, other)).status).toBe(404);
  });
});
