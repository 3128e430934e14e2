import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SchedulePayouts } from '../src/finance/payouts/schedule-payouts.js';
import { Settings } from '../src/platform/config/index.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone } from './support/mpesa-desk.js';
import { Desk } from './support/giving-back.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import type { Person } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess } from './support/process.js';
import { openSchool, type School } from './support/school.js';

/* Payouts that begin by themselves: once for each instructor, currency and period, whoever looks and how often. */

let school: School;
let desk: PayoutDesk;
beforeAll(async () => {
  const settings = {
    ...{ ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_MINIMUMS: 'USD:50' },
    PAYOUT_APPROVAL_ABOVE: 'USD:1000,KES:100000',
  };
  school = await openSchool(settings);
  desk = new PayoutDesk(school);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const DAY = 86_400;
const run = () => school.app.get(SchedulePayouts).run();
const scheduled = async ({ id }: Person) =>
  (
    await school.sql<{ payout: string }>(
      `SELECT currency || ' ' || amount || ' ' || status AS payout FROM payouts WHERE payee_id = $1 AND requested_by = 'system' ORDER BY id`,
      [id],
    )
  ).map(({ payout }) => payout);

/** What is done while payouts begin by themselves; before and after that none does. */
async function withSchedule(schedule: 'weekly' | 'monthly', work: () => Promise<unknown>): Promise<void> {
  const settings = school.app.get(Settings);
  settings.PAYOUT_SCHEDULE = schedule;
  try {
    await work();
  } finally {
    settings.PAYOUT_SCHEDULE = 'manual';
  }
}

/** What the schedule does then, looking several times at once. */
function lookAt(moment: Date, schedule: 'weekly' | 'monthly' = 'weekly'): Promise<void> {
  return withSchedule(schedule, () =>
    school.clock.at(moment, async () => {
      await Promise.all([run(), run(), run()]);
      await school.quiet();
    }),
  );
}

/** The Monday after so many more, at six in the morning. */
function monday(weeks: number): Date {
  const now = school.clock.now();
  const days = ((8 - now.getUTCDay()) % 7 || 7) + 7 * weeks;
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() + days, 6));
}

async function sellsAgain(payee: Person, price = 10_000): Promise<void> {
  await desk.earner({ who: payee, price });
}

it('weekly begins each payout once in a week, for each currency, however many look', async () => {
  const payee = await desk.stripePayee();
  await desk.earner({ who: payee, currency: 'KES', price: 250_000 });
  await desk.setAccount(payee, { provider: 'MPESA', phone: freshPhone() });
  await lookAt(monday(0));
  expect((await scheduled(payee)).toSorted()).toEqual(['KES 175000 PAID', 'USD 7000 PAID']);
  await sellsAgain(payee, 20_000);
  await lookAt(new Date(monday(1).getTime() - DAY * 1000));
  expect(await scheduled(payee)).toHaveLength(2);
  await lookAt(monday(1));
  expect((await scheduled(payee)).at(-1)).toBe('USD 14000 PAID');
});

it('two processes that look at once begin one between them', async () => {
  const payees = await desk.stripePayees(3);
  await withSchedule('weekly', async () => {
    const settings = { ...school.settings, ROLE: 'all', PAYOUT_SCHEDULE: 'weekly' };
    const other = startProcess(school.database, await freePort(), settings);
    const payouts = () =>
      school.sql<{ status: string }>(`SELECT status FROM payouts WHERE payee_id = ANY ($1)`, [
        payees.map(({ id }) => id),
      ]);
    // From now on, that is when the other one looks too.
    await eventually(payouts, (rows) => rows.length > 0, 30);
    await Promise.all([run(), run(), other]);
    await school.quiet();
    // Whoever has claimed one carries it out.
    await eventually(payouts, (rows) => rows.every(({ status }) => status === 'PAID'));
    await (await other).kill();
  });
  for (const payee of payees) {
    expect(await scheduled(payee)).toEqual(['USD 7000 PAID']);
    expect(desk.transfersTo(payee.account)).toEqual([[7_000, 0]]);
  }
}, 60_000);

it('monthly begins on the first of a month', async () => {
  const payee = await desk.stripePayee();
  const now = school.clock.now();
  const first = (months: number) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 1));
  await lookAt(first(3), 'monthly');
  await sellsAgain(payee);
  await lookAt(new Date(first(4).getTime() - 1), 'monthly');
  expect(await scheduled(payee)).toEqual(['USD 7000 PAID']);
  await lookAt(first(4), 'monthly');
  expect(await scheduled(payee)).toEqual(['USD 7000 PAID', 'USD 7000 PAID']);
});

it('too little waits until it is enough', async () => {
  const payee = await desk.stripePayee(7_000);
  await lookAt(monday(5));
  expect([await scheduled(payee), (await desk.standing(payee)).available]).toEqual([[], 4_900]);
  await sellsAgain(payee, 1_000);
  await lookAt(monday(6));
  expect(await scheduled(payee)).toEqual(['USD 5600 PAID']);
});

it('leaves out who owes, whose account is not ready, and who has none', async () => {
  const [stopped, none]: [Payee, Person] = [await desk.stripePayee(), await desk.earner()];
  school.sandbox.stripe.connect.restrict(stopped.account);
  const owing = await desk.stripePayee();
  const sales = new Desk(school);
  const { id: course } = await school.course({ price: 10_000 });
  await school.sql('UPDATE courses SET instructor_id = $2 WHERE id = $1', [course, owing.id]);
  const sale = await sales.buy({ courseId: course });
  await desk.released();
  await school.quiet();
  await lookAt(monday(8));
  expect(await scheduled(owing)).toEqual(['USD 14000 PAID']);
  await sales.refunded(sale);
  await desk.earner({ who: owing, price: 5_000, currency: 'KES' });
  await desk.setAccount(owing, { provider: 'MPESA', phone: freshPhone() });
  await lookAt(monday(9));
  expect([await scheduled(stopped), await scheduled(none), (await scheduled(owing)).length]).toEqual([[], [], 1]);
  expect(await school.sql(`SELECT 1 FROM payouts WHERE payee_id = ANY ($1)`, [[stopped.id, none.id]])).toEqual([]);
});

it('manual begins nothing', async () => {
  const payee = await desk.stripePayee();
  await school.clock.at(monday(12), async () => {
    expect(await run()).toBe(0);
    await school.quiet();
  });
  expect(await scheduled(payee)).toEqual([]);
});
