import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import type { Page } from '../src/platform/http/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { LearningDesk } from './support/learning-desk.js';
import { person, sql } from './support/people.js';
import { expectStatus } from './support/school.js';
import { statementsOf } from './support/statements.js';

/* Lectures are completed, and what a place makes of it. */

let app: TestApp;
let desk: LearningDesk;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  desk = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
});
afterAll(() => app.close());
keepBooks(() => app);

describe('progress', () => {
  it('is the lectures that are completed, in per cent rounded down; the last one completes the course', async () => {
    const course = await desk.course(['a', 'b', 'c']);
    const { a, b, c } = course.lectures;
    const learner = await desk.learner(course.id);
    expect(await desk.standing(learner)).toEqual([0, 'ACTIVE', false]);
    const first = expectStatus(200, await desk.complete(learner, b!));
    expect(first).toMatchObject({ completed: true, quiz: null, enrollment: { progress: 33, status: 'ACTIVE' } });
    expectStatus(200, await desk.complete(learner, a!));
    expect(await desk.standing(learner)).toEqual([66, 'ACTIVE', false]);
    const last = expectStatus(200, await desk.complete(learner, c!));
    expect(last.enrollment).toMatchObject({ status: 'COMPLETED', progress: 100, completionPercentage: 100 });
    expect(last.enrollment).toEqual(await desk.place(learner));
    expect(last.enrollment.completedAt).toBe(last.enrollment.certificateEarnedAt);
    expect(await desk.completions(learner)).toEqual({ told: 1, certificates: 1 });
  });

  it('is shown lecture by lecture, in order, in the list and in the place', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    await desk.completed(learner, course.lectures.b!);
    await desk.record(learner, { currentLectureId: course.lectures.a });
    const path = '/enrollments?limit=5';
    await app.get(path, learner.student.token);
    let list: Page<EnrollmentDto> | undefined;
    const statements = await statementsOf(async () => {
      list = expectStatus(200, await app.get<Page<EnrollmentDto>>(path, learner.student.token));
    });
    expect(statements).toHaveLength(2);
    const [place] = list!.data;
    expect(place).toEqual(await desk.place(learner));
    expect(place).toMatchObject({
      ...{
        progress: 50,
        completionPercentage: 50,
        completedLectures: 1,
        totalLectures: 2,
        totalTimeSpent: 0,
        streakDays: 1,
      },
      ...{
        currentLectureId: course.lectures.a,
        completedAt: null,
        certificateEarned: false,
        certificateEarnedAt: null,
      },
    });
    expect(place!.course.modules).toEqual([
      {
        ...{ id: course.moduleId, title: 'Greetings', position: 1 },
        lectures: [
          { id: course.lectures.a, title: 'a', position: 1, kind: 'LESSON', completed: false },
          { id: course.lectures.b, title: 'b', position: 2, kind: 'LESSON', completed: true },
        ],
      },
    ]);
  });

  it('counts a lecture once, however often it is completed', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    await desk.completed(learner, course.lectures.a!, course.lectures.a!);
    expect(await desk.standing(learner)).toEqual([50, 'ACTIVE', false]);
    await desk.completed(learner, course.lectures.b!);
    const { completedAt } = await desk.place(learner);
    await desk.completed(learner, course.lectures.b!, course.lectures.a!);
    expect((await desk.place(learner)).completedAt).toBe(completedAt);
    expect(await desk.completions(learner)).toEqual({ told: 1, certificates: 1 });
  });

  it('is the server’s: what a client says of it is refused by name', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    for (const [field, value] of Object.entries({
      progress: 100,
      status: 'COMPLETED',
      completedLectures: 2,
      streakDays: 9,
    }))
      for (const answer of [
        await desk.record(learner, { [field]: value, timeSpent: 1 }),
        await desk.complete(learner, course.lectures.a!, { [field]: value }),
      ])
        expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, `#/${field}`]);
    expect(await desk.place(learner)).toMatchObject({
      progress: 0,
      status: 'ACTIVE',
      totalTimeSpent: 0,
      streakDays: 0,
    });
  });
});

describe('a course that changes', () => {
  it('un-completes nobody when a lecture is added', async () => {
    const course = await desk.course(['a']);
    const [done, half] = [await desk.learner(course.id), await desk.learner(course.id)];
    await desk.completed(done, course.lectures.a!);
    const later = await desk.lecture(course, 'later');
    await desk.completed(half, course.lectures.a!);
    expect(await desk.standing(half)).toEqual([50, 'ACTIVE', false]);
    await desk.record(done, { currentLectureId: later });
    expect(await desk.place(done)).toMatchObject({
      progress: 100,
      status: 'COMPLETED',
      completedLectures: 1,
      totalLectures: 2,
    });
    await desk.completed(done, later);
    expect(await desk.completions(done)).toEqual({ told: 1, certificates: 1 });
  });

  it('takes no progress away when lectures are added or completed ones are removed', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    await desk.completed(learner, course.lectures.a!);
    await desk.lecture(course, 'c');
    await desk.lecture(course, 'd');
    await desk.removed(course, course.lectures.a!);
    await desk.record(learner, {});
    expect(await desk.place(learner)).toMatchObject({ progress: 50, completedLectures: 0, totalLectures: 3 });
    await desk.completed(learner, course.lectures.b!);
    expect(await desk.standing(learner)).toEqual([50, 'ACTIVE', false]);
  });

  it('completes at their next step whom a removed lecture had held up; where they were is no longer anywhere', async () => {
    const course = await desk.course(['a', 'b']);
    const learner = await desk.learner(course.id);
    await desk.completed(learner, course.lectures.a!);
    await desk.record(learner, { currentLectureId: course.lectures.b });
    await desk.removed(course, course.lectures.b!);
    expect(await desk.place(learner)).toMatchObject({ progress: 50, status: 'ACTIVE', currentLectureId: null });
    expect(await desk.record(learner, {})).toMatchObject({ status: 200, body: { progress: 100, status: 'COMPLETED' } });
    expect(await desk.completions(learner)).toEqual({ told: 1, certificates: 1 });
  });

  it('completes nobody when it has no lecture', async () => {
    const course = await desk.course(['a']);
    const learner = await desk.learner(course.id);
    await sql(app.database, 'DELETE FROM lectures WHERE id = $1', [course.lectures.a]);
    expect(await desk.record(learner, {})).toMatchObject({
      status: 200,
      body: { progress: 0, status: 'ACTIVE', totalLectures: 0 },
    });
  });
});

describe('what is not one’s own', () => {
  it('a place of another person is not found, nor is one that there is not; only students learn', async () => {
    const course = await desk.course(['a']);
    const owner = await desk.learner(course.id);
    const before = await desk.place(owner);
    for (const [who, status] of [
      [await person(app), 404],
      [await person(app, 'ADMIN'), 404],
      [desk.instructor, 404],
    ] as const) {
      expect((await desk.complete({ ...owner, student: who }, course.lectures.a!)).status).toBe(status);
      expect((await desk.record({ ...owner, student: who }, { timeSpent: 5 })).status).toBe(status);
    }
    const none = { ...owner, id: 'enr_none' };
    expect([(await desk.complete(none, course.lectures.a!)).status, (await desk.record(none, {})).status]).toEqual([
      404, 404,
    ]);
    const admin = await person(app, 'ADMIN');
    await sql(app.database, `UPDATE users SET roles = '{ADMIN}' WHERE id = $1`, [admin.id]);
    expect((await desk.record({ ...owner, student: admin }, {})).status).toBe(403);
    expect(await desk.place(owner)).toEqual(before);
  });

  it('a lecture of another course is not found, and is nowhere to be', async () => {
    const [course, other] = [await desk.course(['a']), await desk.course(['x'])];
    const learner = await desk.learner(course.id);
    for (const id of [other.lectures.x!, 'lec_none']) {
      expect((await desk.complete(learner, id)).status).toBe(404);
      const answer = await desk.record(learner, { currentLectureId: id });
      expect([answer.status, answer.body.errors?.[0]?.pointer]).toEqual([400, '#/currentLectureId']);
    }
    expect(await desk.place(learner)).toMatchObject({ progress: 0, currentLectureId: null, lastAccessedAt: null });
  });
});
