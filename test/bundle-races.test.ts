import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CourseDto } from '../src/courses/catalogue/courses.dto.js';
import type { BundleDto } from '../src/enrollments/bundles/bundles.dto.js';
import { BundleDesk } from './support/bundle-desk.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { openSchool, type School, told } from './support/school.js';

/* Bundles, and the courses in them, bought at the same moment. */

let school: School;
let desk: BundleDesk;
let courses: CourseDto[];
let bundle: BundleDto;
beforeAll(async () => {
  school = await openSchool();
  desk = new BundleDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

beforeEach(async () => {
  courses = await Promise.all([1, 2, 3].map((price) => desk.course(price * 1000)));
  bundle = await desk.bundle(courses, { price: 5001 });
});

const buy = async (buyer: Person, body: object) =>
  told(await desk.ask({ provider: 'WALLET', country: 'US', ...body }, buyer));

/** Entries of sales, and what left the wallet. */
async function sold(buyer: Person, wallet: number) {
  const kinds = await school.sql<{ kind: string }>(
    `SELECT kind FROM ledger_entries WHERE actor = $1 AND kind LIKE '%.sold' AND kind <> 'wallet-topup.sold' ORDER BY kind`,
    [buyer.id],
  );
  return { kinds: kinds.map(({ kind }) => kind), spent: wallet - (await desk.wallet(buyer)) };
}

describe('at once', () => {
  it('the same bundle from one wallet, ten times: it is one', async () => {
    const { buyer } = await desk.topUp(100_000);
    const answers = await Promise.all(Array.from({ length: 10 }, () => buy(buyer, { bundleId: bundle.id })));
    expect(answers.toSorted()).toEqual([...Array.from({ length: 9 }, () => 'ALREADY_ENROLLED'), 'done']);
    expect(await sold(buyer, 100_000)).toEqual({ kinds: ['bundle.sold'], spent: 5001 });
  });

  it('a bundle and each of its courses: every course is had once, and every purchase gave something', async () => {
    const { buyer } = await desk.topUp(100_000);
    const bodies = [{ bundleId: bundle.id }, ...courses.map(({ id }) => ({ courseId: id })), { bundleId: bundle.id }];
    const answers = await Promise.all(bodies.map((body) => buy(buyer, body)));
    expect(answers.filter((answer) => answer !== 'done' && answer !== 'ALREADY_ENROLLED')).toEqual([]);
    const places = await school.sql<{ paid: number; sessions: number }>(
      `SELECT sum(amount_paid)::int AS paid, count(DISTINCT payment_session_id)::int AS sessions
       FROM enrollments WHERE user_id = $1 AND status = 'ACTIVE' HAVING count(*) = 3`,
      [buyer.id],
    );
    const { kinds, spent } = await sold(buyer, 100_000);
    expect(places).toEqual([{ paid: spent, sessions: kinds.length }]);
  });

  it('two bundles with their courses the other way round, of one buyer, paid on the page: no standstill', async () => {
    const reversed = await desk.bundle(courses.toReversed(), { title: 'Backwards', kind: 'LEARNING_PATH' });
    const buyer = await person(school);
    const sales = [
      await desk.order({ bundleId: bundle.id }, buyer),
      await desk.order({ bundleId: reversed.id }, buyer),
    ];
    for (const sale of sales) desk.pay(sale);
    await desk.quiet();
    const sessions = await Promise.all(sales.map((sale) => desk.session(sale)));
    expect(sessions.map(({ status }) => status).toSorted()).toEqual(['COMPLETED', 'FAILED']);
    const paid = sales.find((_, index) => sessions[index]!.status === 'COMPLETED')!;
    expect(await desk.held(paid, courses)).toEqual(courses.map(() => 'ACTIVE open own'));
    expect(await desk.refunds(sales.find((sale) => sale !== paid)!)).toMatchObject([['SUCCEEDED', expect.any(Number)]]);
  });

  it('a refund of a bundle and a purchase of one of its courses: what is paid is had', async () => {
    const { buyer } = await desk.topUp(100_000);
    const sale = await desk.bought({ bundleId: bundle.id }, buyer);
    const [, answer] = await Promise.all([desk.giveBack(sale), buy(buyer, { courseId: courses[0]!.id })]);
    await desk.quiet();
    expect(await desk.held(sale, courses)).toEqual([
      answer === 'done' ? 'ACTIVE open of another' : 'CANCELLED closed own',
      ...['CANCELLED closed own', 'CANCELLED closed own'],
    ]);
  });
});
