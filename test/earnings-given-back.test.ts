import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarningsDto } from '../src/finance/earnings/earnings.dto.js';
import type { RevenueRowDto } from '../src/finance/reports/revenue.dto.js';
import { winOnAppeal } from './support/dispute-desk.js';
import { Desk, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { ReportDesk } from './support/report-desk.js';
import { expectStatus, openSchool, publishedCourse, type School } from './support/school.js';

/* Where a share is found that was the instructor's already when it is taken back, and where it goes when it is given again. */

const DAY = 86_400;
let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
  // Stripe has enough to pay anybody out.
  await desk.buy({ price: 900_000, card: '4000000000000077' });
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

interface Teacher extends Person {
  courseId: string;
}

async function teacher(): Promise<Teacher> {
  const instructor = await person(school, 'INSTRUCTOR');
  const { id: courseId } = await publishedCourse(school, instructor, { price: 10_000 });
  return { ...instructor, courseId };
}

/** Their part is 7,000, past its hold period by now. */
async function released(who: Teacher): Promise<Sale> {
  const sale = await desk.buy({ courseId: who.courseId });
  await school.sql('UPDATE earnings SET held_until = $2, due_at = $2 WHERE payee_id = $1 AND due_at IS NOT NULL', [
    who.id,
    school.clock.now(),
  ]);
  await school.quiet();
  return sale;
}

async function paidOut(who: Teacher, amount?: number): Promise<string> {
  const onboarding = { body: { provider: 'STRIPE', country: 'US' }, token: who.token };
  const account = await school.request<{ externalId: string }>('PUT', '/finance/payout-account', onboarding);
  stripe().connect.onboard(expectStatus(200, account).externalId);
  await school.quiet();
  const body = { currency: 'USD', amount };
  const answer = await school.post<{ id: string }>('/finance/payouts', body, who.token);
  const { id } = expectStatus(201, answer);
  expectStatus(200, await school.post(`/finance/payouts/${id}/approve`, {}, school.admin.token));
  return id;
}

async function standing(who: Person): Promise<[pending: number, available: number, owed: number]> {
  await desk.quiet();
  const { currencies } = expectStatus(200, await school.get<EarningsDto>('/finance/earnings', who.token));
  const { pending, available, owed } = currencies[0] ?? { pending: 0, available: 0, owed: 0 };
  return [pending, available, owed];
}

describe('a dispute of a sale whose share was released', () => {
  it('freezes what is there, also over time; won, it is theirs again at once', async () => {
    const who = await teacher();
    const sale = await released(who);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
    const { id } = stripe().dispute(sale.intent);
    expect(await standing(who)).toEqual([7_000, 0, 0]);
    await school.clock.at(school.clock.in(30 * DAY), () => school.quiet());
    expect(await standing(who)).toEqual([7_000, 0, 0]);
    stripe().winDispute(id);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
  });

  it('lost, is taken from what was frozen; won on appeal, it is given again', async () => {
    const who = await teacher();
    const sale = await released(who);
    const { id } = stripe().dispute(sale.intent, { amount: 4_000 });
    expect(await standing(who)).toEqual([7_000, 0, 0]);
    stripe().loseDispute(id);
    expect(await standing(who)).toEqual([0, 4_200, 0]);
    winOnAppeal(school, id);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
  });

  it('freezes what was not paid out; lost, the rest is owed, and given again on appeal', async () => {
    const who = await teacher();
    const sale = await released(who);
    await paidOut(who, 5_000);
    const { id } = stripe().dispute(sale.intent);
    expect(await standing(who)).toEqual([2_000, 0, 0]);
    stripe().loseDispute(id);
    expect(await standing(who)).toEqual([0, 0, 5_000]);
    winOnAppeal(school, id);
    expect(await standing(who)).toEqual([0, 2_000, 0]);
  });

  it('takes what was recovered from the next sale into account: the appeal gives that back', async () => {
    const who = await teacher();
    const sale = await released(who);
    await paidOut(who);
    const { id } = stripe().dispute(sale.intent);
    stripe().loseDispute(id);
    expect(await standing(who)).toEqual([0, 0, 7_000]);
    await released(who);
    expect(await standing(who)).toEqual([0, 0, 0]);
    winOnAppeal(school, id);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
  });
});

describe('a refund that fails later gives the share back to where it was', () => {
  const failed = (refund: { providerRefundId: string | null }) => stripe().failRefund(refund.providerRefundId!);

  it('in its hold period', async () => {
    const who = await teacher();
    const refund = await desk.refunded(await desk.buy({ courseId: who.courseId }), { amount: 3_000 });
    expect(await standing(who)).toEqual([4_900, 0, 0]);
    failed(refund);
    expect(await standing(who)).toEqual([7_000, 0, 0]);
  });

  it('past it', async () => {
    const who = await teacher();
    const refund = await desk.refunded(await released(who), { amount: 3_000 });
    expect(await standing(who)).toEqual([0, 4_900, 0]);
    failed(refund);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
  });

  it('paid out in part', async () => {
    const who = await teacher();
    const sale = await released(who);
    await paidOut(who, 6_000);
    const refund = await desk.refunded(sale, { amount: 3_000 });
    expect(await standing(who)).toEqual([0, 0, 1_100]);
    failed(refund);
    expect(await standing(who)).toEqual([0, 1_000, 0]);
  });

  it('disputed meanwhile: it waits with the rest', async () => {
    const who = await teacher();
    const sale = await released(who);
    const refund = await desk.refunded(sale, { amount: 3_000 });
    const { id } = stripe().dispute(sale.intent, { amount: 1_000 });
    expect(await standing(who)).toEqual([4_900, 0, 0]);
    failed(refund);
    expect(await standing(who)).toEqual([7_000, 0, 0]);
    stripe().winDispute(id);
    expect(await standing(who)).toEqual([0, 7_000, 0]);
  });

  it('and what follows takes no less than nothing, whatever was rounded', async () => {
    const who = await teacher();
    // A tenth: of 4 + 2 nothing and one, so that of 2 + 1 nothing is left to be taken.
    const sale = await desk.buy({ courseId: who.courseId, shareBasisPoints: 1_000 });
    const first = await desk.refunded(sale, { amount: 4 });
    await desk.refunded(sale, { amount: 2 });
    expect(await standing(who)).toEqual([999, 0, 0]);
    failed(first);
    await desk.quiet();
    await desk.refunded(sale, { amount: 1 });
    expect(await standing(who)).toEqual([999, 0, 0]);
    await desk.refunded(sale);
    expect(await standing(who)).toEqual([0, 0, 0]);
  });
});

describe('the share', () => {
  const legs = async ({ paymentId }: Sale) =>
    school.sql(
      `SELECT split_part(a.code, ':', 2) AS account, abs(p.amount)::int AS amount FROM ledger_postings p JOIN ledger_accounts a ON a.id = p.account_id
       JOIN ledger_entries e ON e.id = p.entry_id WHERE e.reference = $1 || ':sold' ORDER BY p.position`,
      [paymentId],
    );
  const earned = async ({ paymentId }: Pick<Sale, 'paymentId'>) =>
    school.sql('SELECT share::int, payee_id AS payee FROM earnings WHERE payment_id = $1', [paymentId]);

  it.each([
    [0, 0],
    [10_000, 10_000],
  ])('may be %i basis points', async (shareBasisPoints, share) => {
    const who = await teacher();
    const sale = await desk.buy({ courseId: who.courseId, shareBasisPoints });
    const parts = [
      { account: 'earnings-pending', amount: share },
      { account: 'courses', amount: 10_000 - share },
    ].filter(({ amount }) => amount > 0);
    expect(await legs(sale)).toEqual([{ account: 'provider', amount: 10_000 }, ...parts]);
    expect(await earned(sale)).toEqual(share === 0 ? [] : [{ share, payee: who.id }]);
    expect(await standing(who)).toEqual([share, 0, 0]);
    await desk.refunded(sale);
    expect(await standing(who)).toEqual([0, 0, 0]);
  });

  it('of a free course, and of one that a coupon makes free, is none', async () => {
    const who = await teacher();
    const free = await publishedCourse(school, who, { isPremium: false, price: 0 });
    const buyer = await person(school);
    expectStatus(201, await school.post('/enrollments', { courseId: free.id }, buyer.token));
    const coupon = { code: 'ALL', name: 'All off', discountType: 'PERCENTAGE', discountValue: 100 };
    expectStatus(201, await school.post('/coupons', coupon, school.admin.token));
    const gift = await desk.begin({ courseId: who.courseId, couponCode: 'ALL' });
    await desk.quiet();
    expect(await desk.standing(gift)).toMatchObject({ place: 'ACTIVE' });
    expect(await earned(gift)).toEqual([]);
    expect(expectStatus(200, await school.get<EarningsDto>('/finance/earnings', who.token)).currencies).toEqual([]);
  });

  it('is as it was when the purchase began, whatever the course says later', async () => {
    const who = await teacher();
    const sale = await desk.begin({ courseId: who.courseId, shareBasisPoints: 6_000 });
    const changed = (share: number) =>
      school.sql('UPDATE courses SET share_basis_points = $2 WHERE id = $1', [who.courseId, share]);
    await changed(9_000);
    desk.pay(sale);
    expect(await standing(who)).toEqual([6_000, 0, 0]);
    await changed(1_000);
    await desk.refunded(sale, { amount: 5_000 });
    expect(await standing(who)).toEqual([3_000, 0, 0]);
    await desk.refunded(sale);
    expect(await standing(who)).toEqual([0, 0, 0]);
  });
});

it('what is owed after a payout is the share of the revenue report, and no money that came back', async () => {
  const who = await teacher();
  const sale = await released(who);
  await paidOut(who, 5_000);
  await desk.refunded(sale, { amount: 8_000 });
  expect(await standing(who)).toEqual([0, 0, 3_600]);
  const rows = await new ReportDesk(school).rowsOf<RevenueRowDto>('revenue', { groupBy: 'course' });
  expect(rows.find(({ key }) => key === who.courseId)).toEqual({
    ...{ key: who.courseId, currency: 'USD', sales: 1, received: 10_000, refunded: 8_000, tax: 0 },
    ...{ instructorShare: 1_400, earned: 600, deferred: 0, losses: 0 },
  });
});
