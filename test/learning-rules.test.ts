import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { LearningDesk } from './support/learning-desk.js';
import { person, sql } from './support/people.js';

/* What must hold of learning: each fault is planted and found. */

let app: TestApp;
let desk: LearningDesk;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  desk = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
});
afterAll(() => app.close());

async function half() {
  const course = await desk.course(['a', 'b']);
  const learner = await desk.learner(course.id);
  await desk.completed(learner, course.lectures.a!);
  return { course, learner };
}
const change = (text: string, ...values: unknown[]) => sql(app.database, text, values);
const found = async () => (await app.app.get(Invariants).check()).map(({ rule, subject }) => [rule, subject]);

it.each([
  ['without all progress', `UPDATE enrollments SET status = 'COMPLETED', completed_at = now() WHERE id = $1`],
  [
    'without a certificate',
    `UPDATE enrollments SET status = 'COMPLETED', completed_at = now(), progress = 100 WHERE id = $1`,
  ],
])('a completed place %s is found', async (_, fault) => {
  const { learner } = await half();
  await change(fault, learner.id);
  expect(await found()).toEqual([['a completed place has all progress and a certificate', learner.id]]);
  await change(`UPDATE enrollments SET status = 'ACTIVE', completed_at = NULL WHERE id = $1`, learner.id);
});

it('a completed place that opens nothing is found', async () => {
  const { course, learner } = await half();
  await desk.completed(learner, course.lectures.b!);
  await change('UPDATE access_grants SET revoked_at = now() WHERE source_id = $1', learner.id);
  expect(await found()).toEqual([['an active place opens its course', learner.id]]);
  await change('UPDATE access_grants SET revoked_at = NULL WHERE source_id = $1', learner.id);
});

it('a certificate of another person is found', async () => {
  const { course, learner } = await half();
  await desk.completed(learner, course.lectures.b!);
  const [certificate] = await change(
    `UPDATE certificates SET user_id = 'usr_x' WHERE enrollment_id = $1 RETURNING serial`,
    learner.id,
  );
  expect(await found()).toEqual([['a certificate is of the student and the course of its place', certificate!.serial]]);
  await change('UPDATE certificates SET user_id = $2 WHERE enrollment_id = $1', learner.id, learner.student.id);
});

it('a completed lecture of another course is found; one that was removed is none', async () => {
  const { course, learner } = await half();
  await desk.removed(course, course.lectures.a!);
  expect(await found()).toEqual([]);
  const other = await desk.course(['x']);
  await change('INSERT INTO lecture_completions VALUES ($1, $2, now())', learner.id, other.lectures.x);
  expect(await found()).toEqual([['what is completed belongs to the course', learner.id]]);
});
