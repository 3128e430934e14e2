import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CourseCompleted, StudyDayBegun } from '../src/enrollments/index.js';
import { inTransaction } from '../src/platform/database/index.js';
import { MoveTokens } from '../src/tokens/account/move-tokens.js';
import { FollowLearning } from '../src/tokens/streaks/follow-learning.js';
import { MarkStreak } from '../src/tokens/streaks/mark-streak.js';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type Learner, LearningDesk, type Taught } from './support/learning-desk.js';
import { person, sql } from './support/people.js';
import { StreakDesk } from './support/streak-desk.js';

/* Days and courses in a row, in time zones whose clocks are changed, and what they bring. */

let app: TestApp;
let learning: LearningDesk;
let desk: StreakDesk;
let course: Taught;
beforeAll(async () => {
  // The days lie in the past: the clock may not stand later than the tokens are good for.
  app = await startTestApp({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  learning = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
  desk = new StreakDesk(app, learning);
  course = await learning.course(['a', 'b']);
});
afterAll(() => app.close());
keepBooks(() => app);

/** In Berlin from the 26th to the 1st, at any hour; the clocks go forward on Sunday, the 29th. */
const week = [
  '2026-03-26T22:59:00Z',
  '2026-03-26T23:00:00Z',
  '2026-03-28T22:59:00Z',
  '2026-03-29T21:59:00Z',
  '2026-03-29T22:00:00Z',
  '2026-03-31T12:00:00Z',
  '2026-04-01T21:59:00Z',
];
const bonusOf = (tokens: number, length: number, day: string) =>
  `BONUS ${tokens} streak:DAYS:${length}:${day}: ${length} days in a row`;
const ofTheWeek = [bonusOf(10, 3, '2026-03-28'), bonusOf(50, 7, '2026-04-01')];

const hear = (payload: object) => app.app.get(FollowLearning).onStudyDayBegun(payload as StudyDayBegun);
const learnerIn = async (timeZone: string) => learning.learner(course.id, await desk.personIn(timeZone));

describe('days in a row', () => {
  let who: Learner;
  const standing = (moment: string) => desk.standing(who.student, 'DAYS', moment);
  const streakDays = async () => (await learning.place(who)).streakDays;

  it('across the night on which the clocks are changed bring each bonus once, and a freeze', async () => {
    who = await learnerIn('Europe/Berlin');
    expect(await standing('2026-03-26T12:00:00Z')).toEqual([0, 0, 0, null]);
    await desk.learns(who, week.slice(0, 6));
    expect(await desk.bonuses(who.student)).toEqual(ofTheWeek.slice(0, 1));
    await desk.learns(who, week.slice(6));
    expect(await desk.bonuses(who.student)).toEqual(ofTheWeek);
    expect(await standing(week.at(-1)!)).toEqual([7, 7, 1, '2026-04-01']);
    expect([await desk.tokens(who.student), await streakDays()]).toEqual([60, 7]);
  });

  it('stand while freezes last: what was missed counts from the end of the day on', async () => {
    // The 2nd may still be learnt on; on the 3rd it was missed; on the 4th two were.
    expect(await standing('2026-04-02T21:59:59Z')).toEqual([7, 7, 1, '2026-04-01']);
    expect(await standing('2026-04-02T22:00:00Z')).toEqual([7, 7, 0, '2026-04-01']);
    expect(await standing('2026-04-03T22:00:00Z')).toEqual([0, 7, 1, '2026-04-01']);
  });

  it('go on over a missed day, which takes a freeze, and end with two', async () => {
    await desk.learns(who, ['2026-04-03T10:00:00Z']);
    expect(await standing('2026-04-03T10:00:00Z')).toEqual([8, 8, 0, '2026-04-03']);
    await desk.learns(who, ['2026-04-06T10:00:00Z', '2026-04-07T10:00:00Z']);
    expect(await standing('2026-04-07T10:00:00Z')).toEqual([2, 8, 0, '2026-04-07']);
    expect(await desk.bonuses(who.student)).toEqual(ofTheWeek);
    await desk.learns(who, ['2026-04-08T10:00:00Z']);
    expect(await desk.bonuses(who.student)).toEqual([...ofTheWeek, bonusOf(10, 3, '2026-04-08')]);
    // A place knows no freezes.
    expect(await streakDays()).toBe(3);
  });

  it('go on after a move over the date line, either way; a day that comes again counts once', async () => {
    who = await learnerIn('America/Los_Angeles');
    // Friday and Saturday evening; then, after thirteen hours, Monday morning.
    await desk.learns(who, ['2026-02-21T04:00:00Z', '2026-02-22T04:00:00Z']);
    await desk.move(who.student, 'Pacific/Auckland');
    await desk.learns(who, ['2026-02-22T17:00:00Z']);
    expect(await standing('2026-02-22T17:00:00Z')).toEqual([3, 3, 0, '2026-02-23']);
    expect(await desk.bonuses(who.student)).toEqual([bonusOf(10, 3, '2026-02-23')]);
    // Back: Sunday evening, then Monday once more, and Tuesday.
    await desk.move(who.student, 'America/Los_Angeles');
    await desk.learns(who, ['2026-02-23T04:00:00Z', '2026-02-23T20:00:00Z']);
    expect(await standing('2026-02-23T20:00:00Z')).toEqual([3, 3, 0, '2026-02-23']);
    await desk.learns(who, ['2026-02-24T20:00:00Z']);
    expect(await standing('2026-02-24T20:00:00Z')).toEqual([4, 4, 0, '2026-02-24']);
    expect([await desk.tokens(who.student), await streakDays()]).toEqual([10, 4]);
  });

  it('are of the person, in whatever course', async () => {
    const student = await desk.personIn('UTC');
    const [here, there] = [
      await learning.learner(course.id, student),
      await learning.learner((await learning.course(['a'])).id, student),
    ];
    await desk.learns(here, ['2026-02-01T10:00:00Z', '2026-02-03T10:00:00Z']);
    await desk.learns(there, ['2026-02-02T10:00:00Z', '2026-02-03T09:00:00Z']);
    expect(await desk.standing(student, 'DAYS', '2026-02-03T12:00:00Z')).toEqual([3, 3, 0, '2026-02-03']);
    expect(await desk.bonuses(student)).toEqual([bonusOf(10, 3, '2026-02-03')]);
    // Heard of after that of ten o'clock, and before it.
    const first = `SELECT at FROM streak_marks WHERE user_id = $1 AND source = '2026-02-03'`;
    const nine = [{ at: new Date('2026-02-03T09:00:00Z') }];
    expect(await sql(app.database, first, [student.id])).toEqual(nine);
    await hear({ userId: student.id, day: '2026-02-03', at: '2026-02-03T10:00:00.000Z', timeZone: 'UTC' });
    expect(await sql(app.database, first, [student.id])).toEqual(nine);
  });
});

describe('what is told of learning', () => {
  it.each<[string, (all: object[]) => object[]]>([
    ['late', (all) => all],
    ['twice', (all) => all.flatMap((one) => [one, one])],
    ['in the wrong order', (all) => all.toReversed()],
    ['the middle last, and all again', (all) => [...all.slice(4), ...all.slice(0, 3), ...all, ...all.toReversed()]],
  ])('and heard %s comes to the same', async (_, inOrder) => {
    const who = await learnerIn('Europe/Berlin');
    await desk.learns(who, [...week, '2026-04-01T21:59:59Z'], { later: true });
    const told = await desk.untold(who.student);
    expect(told.map(({ name }) => name)).toEqual(week.map(() => 'StudyDayBegun'));
    for (const payload of inOrder(told.map((one) => one.payload))) await hear(payload);
    await app.settle();
    expect(await desk.standing(who.student, 'DAYS', week.at(-1)!)).toEqual([7, 7, 1, '2026-04-01']);
    expect(await desk.tokens(who.student)).toBe(60);
  });

  it('and heard many times at once comes to the same', async () => {
    const who = await learnerIn('Europe/Berlin');
    await desk.learns(who, week, { later: true });
    const told = await desk.untold(who.student);
    await Promise.all([...told, ...told, ...told].map(({ payload }) => hear(payload)));
    expect(await desk.standing(who.student, 'DAYS', week.at(-1)!)).toEqual([7, 7, 1, '2026-04-01']);
    expect(await desk.tokens(who.student)).toBe(60);
  });

  it('so late that one row was two takes back what one has not got', async () => {
    const who = await learnerIn('Europe/Berlin');
    await desk.learns(who, week, { later: true });
    const told = await desk.untold(who.student);
    for (const { payload } of [...told.slice(0, 3), ...told.slice(4), told[3]!]) await hear(payload);
    expect(await desk.bonuses(who.student)).toEqual([
      bonusOf(10, 3, '2026-03-28'),
      bonusOf(10, 3, '2026-04-01'),
      bonusOf(50, 7, '2026-04-01'),
      'ADJUSTMENT -10 streak:DAYS:3:2026-04-01:1: 3 days in a row: paid before all of them were known',
    ]);
    await app.settle();
    expect(await desk.tokens(who.student)).toBe(60);
  });

  it('takes back nothing that is spent', async () => {
    const { id: userId } = await person(app);
    const complete = (source: string, day: string) =>
      app.app
        .get(MarkStreak)
        .execute({ userId, kind: 'COMPLETIONS' }, { source, day, zone: 'UTC', at: new Date(`${day}T12:00Z`) });
    const put = (amount: bigint, sourceEvent: string) =>
      inTransaction(() =>
        app.app
          .get(MoveTokens)
          .execute({ userId, type: 'ADJUSTMENT', amount, reason: 'Put right', sourceEvent, actorId: 'system' }),
      );
    for (const day of ['2026-01-01', '2026-01-02', '2026-01-03']) await complete(day, day);
    for (const day of ['2026-02-03', '2026-02-04', '2026-02-05']) await complete(day, day);
    await put(-150n, 'test:1');
    await complete('between', '2026-01-20');
    expect([await desk.tokens({ id: userId }), (await desk.bonuses({ id: userId })).length]).toEqual([50, 2]);
    await put(60n, 'test:2');
    await complete('later', '2026-02-06');
    expect(await desk.tokens({ id: userId })).toBe(110);
  });

  it('late of a row that is over pays that row', async () => {
    const who = await learnerIn('UTC');
    const days = ['2026-01-01', '2026-01-02', '2026-01-03', '2026-01-20'].map((day) => `${day}T10:00:00Z`);
    await desk.learns(who, days, { later: true });
    const told = await desk.untold(who.student);
    for (const { payload } of told.toReversed()) await hear(payload);
    expect(await desk.standing(who.student, 'DAYS', '2026-01-20T12:00:00Z')).toEqual([1, 3, 0, '2026-01-20']);
    expect(await desk.bonuses(who.student)).toEqual([bonusOf(10, 3, '2026-01-03')]);
  });

  it('pays nothing for a row that was over before there was a reward', async () => {
    const who = await person(app);
    const userId = who.id;
    await sql(app.database, 'INSERT INTO token_accounts (user_id) VALUES ($1)', [userId]);
    await sql(
      app.database,
      `INSERT INTO streak_marks (user_id, kind, source, day, zone, at)
       SELECT $1, 'DAYS', day, day, 'UTC', (day || 'T12:00:00Z')::timestamptz
       FROM unnest(ARRAY['2026-01-01', '2026-01-02', '2026-01-03']) day`,
      [userId],
    );
    await hear({ userId, day: '2026-01-20', at: '2026-01-20T12:00:00.000Z', timeZone: 'UTC' });
    expect(await desk.standing(who, 'DAYS', '2026-01-20T12:00:00Z')).toEqual([1, 3, 0, '2026-01-20']);
    expect(await desk.bonuses({ id: userId })).toEqual([]);
  });
});

describe('courses in a row', () => {
  it('count each once, and bring their bonus', async () => {
    const student = await desk.personIn('Asia/Tokyo');
    const days = ['2026-01-05T16:00:00Z', '2026-02-04T16:00:00Z', '2026-02-04T17:00:00Z'];
    let last: Learner | undefined;
    for (const moment of days) {
      const { id, lectures } = await learning.course(['a']);
      const who = await learning.learner(id, student);
      await app.clock.at(moment, () => learning.completed(who, lectures.a!));
      last = who;
    }
    const told = (await desk.untold(student)).filter(({ name }) => name === 'CourseCompleted');
    expect(told).toHaveLength(3);
    for (const { payload } of told.toReversed())
      await app.app.get(FollowLearning).onCourseCompleted(payload as CourseCompleted);
    await app.settle();
    await app.clock.at('2026-02-05T10:00:00Z', () => learning.record(last!, {}));
    await app.settle();
    expect(await desk.standing(student, 'COMPLETIONS', days.at(-1)!)).toEqual([3, 3, 0, '2026-02-05']);
    expect(await desk.standing(student, 'COMPLETIONS', '2026-03-07T14:59:59Z')).toEqual([3, 3, 0, '2026-02-05']);
    expect(await desk.standing(student, 'COMPLETIONS', '2026-03-07T15:00:00Z')).toEqual([0, 3, 0, '2026-02-05']);
    expect(await desk.bonuses(student)).toEqual(['BONUS 100 streak:COMPLETIONS:3:2026-02-05: 3 courses in a row']);
  });

  it('are told by where one was, wherever one is when they are heard of, once or again', async () => {
    const student = await desk.personIn('Asia/Tokyo');
    for (const moment of ['2026-05-01T16:00:00Z', '2026-05-10T16:00:00Z', '2026-05-20T16:00:00Z']) {
      const { id, lectures } = await learning.course(['a']);
      const who = await learning.learner(id, student);
      await app.clock.at(moment, () => learning.completed(who, lectures.a!));
    }
    const told = (await desk.untold(student)).filter(({ name }) => name === 'CourseCompleted');
    for (const timeZone of ['Asia/Tokyo', 'America/Los_Angeles']) {
      await desk.move(student, timeZone);
      for (const { payload } of told) await app.app.get(FollowLearning).onCourseCompleted(payload as CourseCompleted);
      expect(await desk.standing(student, 'COMPLETIONS', '2026-05-21T10:00:00Z')).toEqual([3, 3, 0, '2026-05-21']);
    }
    await app.settle();
    expect(await desk.bonuses(student)).toEqual(['BONUS 100 streak:COMPLETIONS:3:2026-05-21: 3 courses in a row']);
  });
});
