import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { FollowSeats } from '../src/licensing/seats/follow-seats.js';
import type { Answer } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type License, LicenseSeatDesk, licensesFile } from './support/license-seat-desk.js';
import { type Person, person } from './support/people.js';
import { openSchool, type School, told } from './support/school.js';
import { holding, waiting } from './support/seat-desk.js';

/* However many want seats at once, and whatever they do: no more are taken than are paid for, and what is said of them is so. */

let school: School;
let desk: LicenseSeatDesk;
let people: Person[];
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', LICENSES_FILE: await licensesFile() });
  desk = new LicenseSeatDesk(school);
  people = await Promise.all(Array.from({ length: 120 }, () => person(school)));
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

const anybody = (from: number, count = 1) => people.slice(from, from + count);
const counted = (answers: Answer<{ code: string }>[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[told(answer)] = (counts[told(answer)] ?? 0) + 1;
  return counts;
};
const highWater = (license: License) => desk.taken(license).then(([said]) => said);

describe('at once', () => {
  it('60 want 20 seats: 20 have one', async () => {
    const license = await desk.license({ seats: 20 });
    const takers = [
      ...anybody(0, 30).map(({ id }) => ({ userId: id })),
      ...Array.from({ length: 30 }, (_, index) => ({ email: `new-${index}@acme.example` })),
    ];
    const answers = await Promise.all(takers.map((taker) => desk.give(license, taker)));
    expect(counted(answers)).toEqual({ done: 20, NO_SEAT_LEFT: 40 });
    expect(await desk.taken(license)).toEqual([20, 20]);
  });

  it('200 are given, offered, accepted, moved and taken away, and never are more taken than there are', async () => {
    const license = await desk.license({ seats: 20 });
    const holders = anybody(0, 12);
    for (const { id } of holders) await desk.given(license, { userId: id });
    const offers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => desk.given(license, { email: `offered-${index}@acme.example` })),
    );
    let [most, done] = [0, false];
    const watch = (async () => {
      while (!done) most = Math.max(most, await highWater(license));
    })();
    const steps = Array.from({ length: 200 }, (_, index): Promise<Answer<{ code: string }>> => {
      const [holder, offer, other] = [holders[index % 12]!, offers[index % 8]!, anybody(20 + (index % 100))[0]!];
      switch (index % 5) {
        case 0:
          return desk.give(license, { userId: other.id });
        case 1:
          return desk.give(license, { email: `more-${index}@acme.example` });
        case 2:
          return desk.end(license, index % 2 ? holder.id : offer.id);
        case 3:
          return desk.pass(license, index % 2 ? holder.id : offer.id, { userId: other.id });
        default:
          return desk.accept(offer.code, other);
      }
    });
    const answers = counted(await Promise.all(steps));
    done = true;
    await watch;
    expect(most).toBeLessThanOrEqual(20);
    const [said, live] = await desk.taken(license);
    expect(said).toBe(live);
    expect(live).toBeLessThanOrEqual(20);
    // Nothing else than this was refused, least of all for want of time.
    const expected = ['done', 'NO_SEAT_LEFT', 'NOT_FOUND', 'SEAT_HELD', 'SEAT_INVITATION_OVER'];
    expect(Object.keys(answers).filter((answer) => !expected.includes(answer))).toEqual([]);
  });

  it('the same is asked ten times: it is done once', async () => {
    const license = await desk.license({ seats: 5 });
    const ten = <T>(run: () => Promise<T>) => Promise.all(Array.from({ length: 10 }, run));
    const ids = new Set((await ten(() => desk.given(license, { email: 'a@acme.example' }))).map(({ id }) => id));
    expect([ids.size, await desk.taken(license)]).toEqual([1, [1, 1]]);
    const { code, id } = await desk.given(license, { email: 'a@acme.example' });
    const accepted = await Promise.all(anybody(0, 10).map((one) => desk.accept(code, one)));
    expect(counted(accepted)).toEqual({ done: 1, SEAT_INVITATION_OVER: 9 });
    await desk.given(license, { userId: people[50]!.id });
    expect(counted(await ten(() => desk.end(license, id)))).toEqual({ done: 10 });
    expect(await desk.taken(license)).toEqual([1, 1]);
    // Ten would have it moved to them: one has.
    const moved = await Promise.all(
      anybody(60, 10).map((one) => desk.pass(license, people[50]!.id, { userId: one.id })),
    );
    expect(counted(moved)).toEqual({ done: 1, NOT_FOUND: 9 });
    expect(await desk.taken(license)).toEqual([1, 1]);
  });
});

/** How their places stand, each way once. */
const places = async (whose: Person[]) => {
  const rows = await desk.sql<{ standing: string }>(
    `SELECT DISTINCT type || ' ' || status AS standing FROM enrollments WHERE user_id = ANY ($1)`,
    [whose.map(({ id }) => id)],
  );
  return rows.map(({ standing }) => standing);
};

describe('who loses a seat in the moment', () => {
  let license: License;
  let who: Person;
  let courseId: string;
  beforeEach(async () => {
    [license, who] = [await desk.license(), await person(school)];
    courseId = (await school.course({ price: 5000 })).id;
    await desk.given(license, { userId: who.id });
    await school.settle();
  });
  const enrol = () => school.post<{ code: string }>('/enrollments', { courseId }, who.token);

  it('in which they take a place has none in the end: the seat goes when the place is seen', async () => {
    let steps: Promise<unknown>[] = [];
    await holding(school, 'SELECT FROM courses WHERE id = $1 FOR UPDATE', [courseId], async () => {
      steps = [enrol()];
      await waiting(school);
      const ended = desk.end(license, who.id);
      steps.push(ended);
      await Promise.race([ended, waiting(school, 2)]);
      await school.settle();
    });
    await Promise.all(steps);
    await school.settle();
    expect(await places([who])).toEqual(['LICENSE EXPIRED']);
  });

  it('in which it is back has their places: who follows later sees what the other did', async () => {
    expect(told(await enrol())).toBe('done');
    const follow = () => school.app.get(FollowSeats).run();
    let steps: Promise<unknown>[] = [];
    await holding(school, 'SELECT FROM enrollments WHERE user_id = $1 FOR UPDATE', [who.id], async () => {
      await desk.move(license, { suspendedAt: school.clock.now() });
      steps = [follow()];
      await waiting(school);
      await desk.move(license, { suspendedAt: null });
      const later = follow();
      steps.push(later);
      await Promise.race([later, waiting(school, 2)]);
    });
    await Promise.all(steps);
    await school.settle();
    expect(await places([who])).toEqual(['LICENSE ACTIVE']);
  });
});

describe('who has seats of several licences', () => {
  const deadlocks = async () => {
    const [row] = await desk.sql<{ count: number }>(
      'SELECT deadlocks::int AS count FROM pg_stat_database WHERE datname = current_database()',
    );
    return row!.count;
  };

  it('loses them all while they enrol: nobody waits for each other, and in the end they have nothing', async () => {
    const licenses = await Promise.all([1, 2, 3].map(() => desk.license({ seats: 30 })));
    const courses = await Promise.all([1, 2, 3, 4].map(() => school.course({ price: 5000, capacity: 100 })));
    const holders = await Promise.all(Array.from({ length: 12 }, () => person(school)));
    for (const license of licenses) await Promise.all(holders.map(({ id }) => desk.given(license, { userId: id })));
    const enrol = (who: Person, { id: courseId }: { id: string }) =>
      school.post<{ code: string }>('/enrollments', { courseId }, who.token);
    const [first, ...rest] = courses;
    expect(counted(await Promise.all(holders.map((who) => enrol(who, first!))))).toEqual({ done: 12 });
    await school.settle();
    const before = await deadlocks();
    // Each loses two of three one by one, all lose all of them at once, and what they lose is followed meanwhile.
    await Promise.all([
      ...holders.flatMap((who, turn) => [
        ...rest.map((course) => enrol(who, course)),
        desk.end(licenses[turn % 3]!, who.id),
        desk.end(licenses[(turn + 1) % 3]!, who.id),
      ]),
      ...licenses.map((license) => desk.move(license, { suspendedAt: school.clock.now() })),
      school.settle(),
    ]);
    await school.settle();
    expect(await places(holders)).toEqual(['LICENSE EXPIRED']);
    // What was not taken away one by one is back.
    await Promise.all([...licenses.map((license) => desk.move(license, { suspendedAt: null })), school.settle()]);
    await school.settle();
    expect(await places(holders)).toEqual(['LICENSE ACTIVE']);
    expect((await deadlocks()) - before).toBe(0);
  });
});
