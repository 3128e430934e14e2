import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keepBooks } from './support/keep-books.js';
import { LearningDesk } from './support/learning-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Many at once: once is once. */

let school: School;
let desk: LearningDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new LearningDesk(school, school.instructor);
});
afterAll(() => school.close());
keepBooks(() => school);

const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

it('the last lecture completed 50 times at once completes the course once: one event, one certificate, one letter, one award', async () => {
  const course = await desk.course(['a', 'b']);
  const learner = await desk.learner(course.id);
  await desk.completed(learner, course.lectures.a!);
  const answers = await times(50, () => desk.complete(learner, course.lectures.b!));
  expect(new Set(answers.map(({ status, body }) => `${status} ${body.enrollment.progress}`))).toEqual(
    new Set(['200 100']),
  );
  expect(new Set(answers.map(({ body }) => body.enrollment.completedAt)).size).toBe(1);
  expect(await desk.completions(learner)).toEqual({ told: 1, certificates: 1 });
  await school.quiet();
  const letters = await school.sql(`SELECT template FROM emails WHERE recipient_id = $1 ORDER BY template`, [
    learner.student.id,
  ]);
  expect(letters).toEqual([{ template: 'course-completed' }, { template: 'token-award' }]);
});

it('all lectures completed at once, each several times, complete it once and lose none', async () => {
  const titles = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const course = await desk.course(titles);
  const learner = await desk.learner(course.id);
  await times(21, (index) => desk.completed(learner, course.lectures[titles[index % 7]!]!));
  expect(await desk.place(learner)).toMatchObject({ status: 'COMPLETED', completedLectures: 7, progress: 100 });
  expect(await desk.completions(learner)).toEqual({ told: 1, certificates: 1 });
});

it('a place that is given up at the same time is either completed before, or not at all', async () => {
  const course = await desk.course(['a']);
  for (let turn = 0; turn < 5; turn += 1) {
    const learner = await desk.learner(course.id);
    const [completed] = await Promise.all([
      desk.complete(learner, course.lectures.a!),
      school.post(`/enrollments/${learner.id}/cancel`, {}, learner.student.token).then((one) => expectStatus(200, one)),
    ]);
    expect([200, 409]).toContain(completed.status);
    const done = completed.status === 200;
    expect(await desk.standing(learner)).toEqual([done ? 100 : 0, 'CANCELLED', done]);
  }
});
