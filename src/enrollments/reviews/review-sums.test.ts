import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { enrolledMany } from '../../../test/support/enrolled.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus, publishedCourse } from '../../../test/support/school.js';
import type { CourseDto } from '../../courses/catalogue/courses.dto.js';
import { Invariants } from '../../ledger/index.js';
import type { ReviewDto } from './reviews.dto.js';

let app: TestApp;
let admin: Person;
let instructor: Person;
let course: CourseDto;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  [admin, instructor] = await Promise.all([person(app, 'ADMIN'), person(app, 'INSTRUCTOR')]);
});
beforeEach(async () => {
  course = await publishedCourse(app, instructor, { isPremium: false, price: 0 });
});
afterAll(() => app.close());

const path = () => `/courses/${course.id}/reviews`;
const write = (rating: number, who: Person) => app.post<ReviewDto>(path(), { rating }, who.token);
const send = (method: string, id: string, who: Person, body?: object) =>
  app.request<ReviewDto>(method, `${path()}/${id}`, { body, token: who.token });
const rated = async () => (await app.get<CourseDto>(`/courses/${course.id}`, instructor.token)).body.rating;

describe('the average', () => {
  it.each<[number[], number]>([
    [[5, 4, 5], 4.67],
    [[1, 1, 2], 1.33],
    [[4, 4, 4, 4, 4, 4, 4, 5], 4.13],
    [[3, 2], 2.5],
  ])('of %j is %d: to hundredths, half a hundredth upwards', async (ratings, average) => {
    const people = await enrolledMany(app, course.id, ratings.length);
    for (const [index, rating] of ratings.entries()) expectStatus(201, await write(rating, people[index]!));
    expect(await rated()).toEqual({ average, count: ratings.length });
    expect(await app.app.get(Invariants).check()).toEqual([]);
  });

  it.each([
    'UPDATE courses SET rating_sum = rating_sum + 1 WHERE id = $1',
    'UPDATE courses SET rating_sum = rating_sum + 4, rating_count = rating_count + 1 WHERE id = $1',
    'UPDATE courses SET rating = rating + 1 WHERE id = $1',
    'DELETE FROM reviews WHERE course_id = $1',
  ])('is checked: %s', async (fault) => {
    const [one, two] = await enrolledMany(app, course.id, 2);
    await write(4, one!);
    await write(3, two!);
    await sql(app.database, fault, [course.id]);
    const broken = await app.app.get(Invariants).check();
    expect(broken.map(({ rule, subject }) => [rule, subject])).toEqual([
      ['a course is rated as its reviews say', course.id],
    ]);
    await sql(app.database, 'DELETE FROM reviews WHERE course_id = $1', [course.id]);
    await sql(app.database, 'UPDATE courses SET rating_sum = 0, rating_count = 0, rating = 0 WHERE id = $1', [
      course.id,
    ]);
  });
});

it('is exact under a hundred who write, change and remove reviews at once', async () => {
  const people = await enrolledMany(app, course.id, 100);
  const ratingOf = (index: number) => (index % 5) + 1;
  const first = await Promise.all(
    people.map(async (who, index) => expectStatus(201, await write(ratingOf(index), who))),
  );
  expect(await rated()).toEqual({ average: 3, count: 100 });

  // A third changes its mind, a third takes it back (some twice, and an admin too), and the rest writes once more in vain; an edit meanwhile.
  const answers = await Promise.all([
    ...first.flatMap(({ id }, index) => {
      const who = people[index]!;
      if (index % 3 === 0) return [send('PATCH', id, who, { rating: 5 }), send('PATCH', id, who, { rating: 5 })];
      if (index % 3 === 1) return [send('DELETE', id, who), send('DELETE', id, admin)];
      return [write(1, who)];
    }),
    app.request('PATCH', `/courses/${course.id}`, { body: { title: 'Meanwhile' }, token: instructor.token }),
  ]);
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  expect([...counts].toSorted(([a], [b]) => a - b)).toEqual([
    [200, 69],
    [204, 33],
    [404, 33],
    [409, 33],
  ]);
  const left = first.map((_, index) => (index % 3 === 0 ? 5 : index % 3 === 1 ? 0 : ratingOf(index)));
  const sum = left.reduce((all, rating) => all + rating, 0);
  expect(await rated()).toEqual({ average: Math.round((100 * sum) / 67) / 100, count: 67 });
  expect(await app.app.get(Invariants).check()).toEqual([]);
}, 60_000);
