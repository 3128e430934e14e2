import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type Learner, LearningDesk, type Taught } from './support/learning-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus } from './support/school.js';

/* How long somebody has been at it, and on how many days in a row. */

const MINUTE = 60_000;

let app: TestApp;
let desk: LearningDesk;
let course: Taught;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
  course = await desk.course(['a', 'b']);
});
afterAll(() => app.close());
keepBooks(() => app);

/** A moment so long after the beginning of the test, at which the clock stands for what is done. */
let began: number;
const after = <T>(ms: number, work: () => Promise<T>) => app.clock.at(new Date(began + ms), work);
async function learner(student?: Person): Promise<Learner> {
  began = Date.now();
  return after(0, () => desk.learner(course.id, student));
}
const spend = async (who: Learner, timeSpent: number) => {
  const { timeCounted, totalTimeSpent } = expectStatus(200, await desk.record(who, { timeSpent }));
  return [timeCounted, totalTimeSpent];
};

describe('time spent', () => {
  it('adds up; what cannot have been is cut, and the answer says so', async () => {
    const who = await learner();
    expect(await after(10 * MINUTE, () => spend(who, 300))).toEqual([300, 300]);
    expect(await after(15 * MINUTE, () => spend(who, 86_400))).toEqual([360, 660]);
    expect(await after(15 * MINUTE, () => spend(who, 60))).toEqual([0, 660]);
    expect(await after(17 * MINUTE, () => spend(who, 200))).toEqual([120, 780]);
    expect((await desk.place(who)).totalTimeSpent).toBe(780);
  });

  it('is not what a completion in between took away', async () => {
    const who = await learner();
    await after(9 * MINUTE, () => desk.completed(who, course.lectures.a!));
    expect(await after(10 * MINUTE, () => spend(who, 600))).toEqual([600, 600]);
  });

  it('is counted once when it is told many times at once', async () => {
    const who = await learner();
    const counted = await after(10 * MINUTE, () => Promise.all(Array.from({ length: 10 }, () => spend(who, 600))));
    expect(counted.map(([one]) => one!).reduce((sum, one) => sum + one)).toBe(660);
    expect((await desk.place(who)).totalTimeSpent).toBe(660);
  });

  it.each([0, -5, 86_401, 1.5, '60', null])('%j is refused', async (timeSpent) => {
    const who = await learner();
    const { status, body } = await after(10 * MINUTE, () => desk.record(who, { timeSpent }));
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '#/timeSpent']);
    expect(await desk.place(who)).toMatchObject({ totalTimeSpent: 0, lastAccessedAt: null });
  });
});

describe('a day on which something was learnt', () => {
  // The clock may not stand later than the tokens are good for, so the days lie in the past; whoever learns has been there since.
  const at = (moment: string, work: () => Promise<unknown>) => app.clock.at(moment, work);

  it('counts by the calendar of the student, in whatever zone they are by then', async () => {
    const student = await person(app);
    const move = (timeZone: string) =>
      app
        .request('PATCH', '/users/me', { body: { timeZone }, token: student.token })
        .then((one) => expectStatus(200, one));
    await move('Africa/Nairobi');
    const who = await learner(student);
    const days = async (moment: string, how: 'record' | 'complete' = 'record') => {
      await at(moment, () => (how === 'record' ? desk.record(who, {}) : desk.complete(who, course.lectures.a!)));
      const { streakDays, lastAccessedAt } = await desk.place(who);
      expect(lastAccessedAt).toBe(new Date(moment).toISOString());
      return streakDays;
    };
    expect(await days('2026-11-10T20:59:00Z')).toBe(1);
    expect(await days('2026-11-10T21:00:00Z', 'complete')).toBe(2);
    expect(await days('2026-11-11T20:59:00Z')).toBe(2);
    expect(await days('2026-11-12T20:59:00Z')).toBe(3);
    await move('America/New_York');
    expect(await days('2026-11-13T04:59:00Z')).toBe(3);
    expect(await days('2026-11-13T05:00:00Z')).toBe(4);
    expect(await days('2026-11-15T05:00:00Z')).toBe(1);
  });
});
