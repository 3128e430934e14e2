import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BundleDesk } from './support/bundle-desk.js';
import { CourseLine } from './support/course-line.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School, told } from './support/school.js';

/* Places in courses with a capacity, asked for and given up at the same moment: never one too many, and none lost. */

let school: School;
let desk: BundleDesk;
beforeAll(async () => {
  school = await openSchool();
  desk = new BundleDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const people = (count: number) => Promise.all(Array.from({ length: count }, () => person(school)));
const richPeople = async (count: number) => {
  const [{ buyer: giver }, all] = await Promise.all([desk.topUp(500_000), people(count)]);
  for (const { id } of all)
    await school.post('/finance/wallets/transfer', { toUserId: id, amount: 20_000, currency: 'USD' }, giver.token);
  return all;
};
const counted = (answers: readonly string[], answer: string) => answers.filter((one) => one === answer).length;

describe('at once', () => {
  it('the last place in a course is bought by 20 from their wallets: one has it, the others have their money', async () => {
    const all = await richPeople(20);
    const course = await CourseLine.open(school, desk, { capacity: 1, price: 10_000 });
    const answers = await Promise.all(
      all.map(async (who) => told(await desk.ask({ courseId: course.id, provider: 'WALLET', country: 'US' }, who))),
    );
    expect([counted(answers, 'done'), counted(answers, 'COURSE_FULL')]).toEqual([1, 19]);
    const wallets = await Promise.all(all.map((who) => desk.wallet(who)));
    expect(wallets).toEqual(answers.map((answer) => (answer === 'done' ? 10_000 : 20_000)));
  });

  it('three paid on the page for the last place: one has it, the others’ money goes back', async () => {
    const course = await CourseLine.open(school, desk, { capacity: 1, price: 10_000 });
    const sales = [];
    for (let number = 0; number < 3; number += 1) sales.push(await desk.order({ courseId: course.id }));
    for (const sale of sales) desk.pay(sale);
    await desk.quiet();
    const sessions = await Promise.all(sales.map((sale) => desk.session(sale)));
    expect(sessions.map(({ reason }) => reason).toSorted()).toEqual(['COURSE_FULL', 'COURSE_FULL', null]);
    const refunds = await Promise.all(sales.map((sale) => desk.refunds(sale)));
    expect(refunds.flat()).toEqual([
      ['SUCCEEDED', 10_000],
      ['SUCCEEDED', 10_000],
    ]);
  });

  it('20 ask for five places and would wait: five have one, and the others stand in one line', async () => {
    const all = await people(20);
    const course = await CourseLine.open(school, desk, { capacity: 5 });
    const answers = await Promise.all(all.map((who) => course.wait(who)));
    expect(
      counted(
        answers.map(({ body }) => body.status),
        'ACTIVE',
      ),
    ).toBe(5);
    const positions = await Promise.all(all.map(async (who) => (await course.place(who)).position ?? 0));
    expect(positions.filter((position) => position > 0).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 15 }, (_, index) => index + 1),
    );
  });

  it('places are given up, asked for, waited for and left, and the capacity raised: all of them are had, and the line is kept', async () => {
    const all = await people(24);
    const course = await CourseLine.open(school, desk, { capacity: 6 });
    const [holders, line, newcomers] = [all.slice(0, 6), all.slice(6, 16), all.slice(16)];
    for (const who of [...holders, ...line]) await course.wait(who);
    await Promise.all([
      ...holders.slice(0, 4).map((who) => course.leave(who)),
      ...line.slice(2, 4).map((who) => course.leave(who)),
      ...newcomers.slice(0, 4).map((who) => course.wait(who)),
      ...newcomers.slice(4).map((who) => course.enter(who)),
      course.edit({ capacity: 7 }),
    ]);
    await desk.quiet();
    // Two of the six are left, and five of the line are next, but for the two that left it. Nobody who came later has passed them.
    expect(await course.states(holders)).toEqual([...Array.from({ length: 4 }, () => 'CANCELLED'), 'ACTIVE', 'ACTIVE']);
    const states = await course.states(line);
    expect(states.filter((_, index) => index < 2 || (index > 3 && index < 7))).toEqual(
      Array.from({ length: 5 }, () => 'ACTIVE'),
    );
    expect(states.slice(7)).toEqual(['PENDING', 'PENDING', 'PENDING']);
    expect(await course.states(newcomers.slice(4))).toEqual(['none', 'none', 'none', 'none']);
    expect(await course.count()).toBe(7);
  });

  it('a course is given a capacity while people enroll: it is refused, or it holds', async () => {
    const all = await people(12);
    const course = await CourseLine.open(school, desk, { capacity: 100 });
    await course.edit({ capacity: null });
    const [edited, ...answers] = await Promise.all([
      course.edit({ capacity: 4 }),
      ...all.map((who) => course.enter(who)),
    ]);
    const entered = counted(answers.map(told), 'done');
    expect(edited.status).toBe(entered > 4 ? 409 : 200);
    expect(entered).toBe(edited.status === 200 ? 4 : 12);
  });

  it('the last place is bought alone and in bundles: one has it', async () => {
    const all = await richPeople(8);
    const scarce = await CourseLine.open(school, desk, { capacity: 1, price: 4000 });
    const [scarceCourse, plenty] = [await scarce.read(), await desk.course(6000)];
    const bundles = [
      await desk.bundle([scarceCourse, plenty]),
      await desk.bundle([plenty, scarceCourse], { title: 'Backwards' }),
    ];
    const wants = [{ courseId: scarce.id }, { bundleId: bundles[0]!.id }, { bundleId: bundles[1]!.id }];
    const answers = await Promise.all(
      all.map(async (who, index) =>
        told(await desk.ask({ ...wants[index % 3], provider: 'WALLET', country: 'US' }, who)),
      ),
    );
    expect([counted(answers, 'done'), counted(answers, 'COURSE_FULL')]).toEqual([1, 7]);
  });
});
