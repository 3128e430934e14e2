import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CashReconciliationDto } from '../src/finance/cash/reconciliation.dto.js';
import { Invariants } from '../src/ledger/index.js';
import type { SeatDto } from '../src/seats/seats.dto.js';
import { CashDesk, goTo, signedIn } from './support/cash-desk.js';
import { openBranch, sessionAt } from './support/class-sessions.js';
import { Lessons } from './support/lessons.js';
import type { Person } from './support/people.js';
import { books, expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';

/*
 * A day at a branch in Berlin, from the evening before to the next morning: what is sold at the door, what the drawer should hold, what is
 * found in it, and what the office sees of it. Local time is UTC + 2.
 */

let school: School;
let lessons: Lessons;
let door: SeatDesk;
let desk: CashDesk;
let staff: Person;
let admin: Person;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  goTo(school, '2031-05-05T15:00:00Z');
  lessons = await Lessons.open(school);
  door = new SeatDesk(school, lessons);
  desk = new CashDesk(school, lessons.branchId, () => staff);
  await signIn();
}, 60_000);
afterAll(() => school.close());

async function signIn(): Promise<void> {
  [staff, admin] = await Promise.all([signedIn(school, lessons.staff), signedIn(school, school.admin)]);
}

/** A time of the day in question, or of another in May, by the clocks of Berlin. */
async function at(time: string, day = 6): Promise<void> {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  goTo(school, new Date(Date.UTC(2031, 4, day, hours - 2, minutes)).toISOString());
  await signIn();
}

async function pays(sessionId: string): Promise<SeatDto> {
  return expectStatus(201, await door.cash(sessionId, await door.person(0), staff));
}

async function moveSession(sessionId: string, ...moves: ('check-in' | 'start' | 'finish')[]): Promise<void> {
  for (const what of moves) expectStatus(200, await door.move(sessionId, what, staff));
  await school.settle();
}

/** From midnight to midnight in Berlin. */
const day = (number: number) => `from=2031-05-0${number - 1}T22:00:00Z&to=2031-05-0${number}T22:00:00Z`;

async function reconciled(query: string): Promise<unknown[]> {
  const path = `/finance/reports/cash-reconciliation?branchId=${lessons.branchId}&${query}`;
  const { rows } = expectStatus(200, await school.get<CashReconciliationDto>(path, admin.token));
  for (const row of rows)
    expect(row).toMatchObject({ branchId: lessons.branchId, branchName: 'Branch', currency: 'USD' });
  return rows.map(({ expected, actual, difference, status }) => [expected, actual, difference, status]);
}

it('is told to the cent: by the summary, by the reconciliation and by the books', async () => {
  // The evening before, somebody pays for the noon session of the next day.
  const noon = await lessons.session({ startsInHours: 19, price: 1500, tax: 240 });
  const early = await pays(noon);
  expect(early).toMatchObject({ status: 'PAID', paymentMethod: 'CASH', paidAmount: 1500 });
  expect(await reconciled('')).toEqual([[0, 1500, 1500, 'OVER']]);
  expect(await desk.counted(1500, { closeDay: true })).toMatchObject({ day: '2031-05-05', result: 'PERFECT' });

  // Morning: change from the bank, then two at the door of the first session, of whom one does not come in.
  await at('8:00');
  await desk.moved('FLOAT', 5000);
  // Somebody pays for noon, and the seat is given up in time; cash is not refunded, so it stays in the drawer and is earned at noon.
  const cancelled = await pays(noon);
  expectStatus(200, await door.act(cancelled, 'cancel', admin));
  const morning = await lessons.session({ startsInHours: 2 });
  await at('9:50');
  await moveSession(morning, 'check-in');
  const [present, absent] = [await pays(morning), await pays(morning)];
  expectStatus(200, await door.act(present, 'check-in', staff));
  await at('10:01');
  await moveSession(morning, 'start');
  expectStatus(200, await door.act(absent, 'no-show', staff));
  await at('11:00');
  await moveSession(morning, 'finish');

  // Noon: one who has paid, and one who pays now.
  await at('11:55');
  await moveSession(noon, 'check-in');
  const late = await pays(noon);
  for (const seat of [early, late]) expectStatus(200, await door.act(seat, 'check-in', staff));
  await at('12:01');
  await moveSession(noon, 'start');
  await at('13:00');
  await moveSession(noon, 'finish');

  // Afternoon: something small is paid, most goes to the bank, and the drawer is miscounted, then counted again.
  await at('16:00');
  await desk.moved('PAY_OUT', 300);
  await desk.moved('BANKING', 8000);
  const evening = await lessons.session({ startsInHours: 3, price: 700, tax: 112 });
  expect(await desk.day(staff)).toMatchObject({ opening: null, closing: null });
  expect(await desk.counted(3100, { note: 'in a hurry' })).toMatchObject({
    expected: 3200,
    difference: -100,
    result: 'SHORT',
  });
  expect(await desk.counted(3200)).toMatchObject({ expected: 3100, difference: 100, result: 'OVER' });

  // Evening: one more pays, for a session that is not over when the office looks.
  await at('18:50');
  await moveSession(evening, 'check-in');
  await pays(evening);
  expect(await reconciled('')).toEqual([[5000, 7200, 2200, 'OVER']]);
  await at('19:01');
  await moveSession(evening, 'start');
  await at('20:00');
  await moveSession(evening, 'finish');
  // The seat that was cancelled is not expected, and its cash is there: all in all it is over by that.
  expect(await reconciled('')).toEqual([[5700, 7200, 1500, 'OVER']]);
  expect(await reconciled(day(5))).toEqual([[0, 1500, 1500, 'OVER']]);
  // On the day itself the one who paid the evening before is missing, and as much is there for the seat that was given up.
  expect(await reconciled(day(6))).toEqual([[5700, 5700, 0, 'MATCHED']]);
  expect(await reconciled('from=2031-05-06T12:00:00Z')).toEqual([[700, 700, 0, 'MATCHED']]);
  expect(await reconciled('from=2031-05-06T09:00:00Z&to=2031-05-06T09:58:00Z')).toEqual([[0, 1500, 1500, 'OVER']]);
  expect(await reconciled('from=2031-05-06T09:58:00Z&to=2031-05-06T12:00:00Z')).toEqual([[3000, 0, -3000, 'UNDER']]);
  expect(await reconciled(day(7))).toEqual([]);

  // The day is closed, and stays so.
  const closing = await desk.counted(3890, { closeDay: true });
  expect(closing).toMatchObject({
    day: '2031-05-06',
    expected: 3900,
    difference: -10,
    result: 'SHORT',
    closedDay: true,
  });
  const night = await lessons.session({ startsInHours: 1 });
  const [student] = await door.people(1, 0);
  expect(await door.cash(night, student!, staff)).toMatchObject({ status: 409, body: { code: 'CASH_DAY_CLOSED' } });
  expect(await lessons.taken(night)).toBe(0);
  const whole = {
    currency: 'USD',
    opening: 1500,
    seats: 5,
    takenForSeats: 5700,
    floats: 5000,
    banked: 8000,
    paidOut: 300,
    overShort: -10,
    closing: 3890,
    counts: [
      expect.objectContaining({
        expected: 3200,
        counted: 3100,
        difference: -100,
        countedBy: staff.id,
        closedDay: false,
      }),
      expect.objectContaining({ expected: 3100, counted: 3200, difference: 100, closedDay: false }),
      closing,
    ],
    closed: true,
  };
  expect(await desk.day(staff)).toEqual(whole);
  expect(await desk.day(admin)).toEqual(whole);
  expect(await books(school, admin)).toEqual({
    [`asset:cash:${lessons.branchId} USD`]: 3890,
    'asset:bank USD': 3000,
    'expense:petty-cash USD': 300,
    'expense:cash-over-short USD': 10,
    'liability:tax:de USD': 160 + 160 + 240 + 240 + 240 + 112,
    'revenue:sessions USD': 840 + 840 + 1260 + 1260 + 1260 + 588,
  });

  // The next day is open, and begins with what the last one ended with.
  await at('8:00', 7);
  await desk.moved('BANKING', 90);
  await pays(await lessons.session());
  expect(await desk.day(admin)).toMatchObject({ opening: 3890, seats: 1, banked: 90, closing: 4800, closed: false });
  expect(await desk.day(staff, '?date=2031-05-06')).toEqual(whole);
  expect(await desk.day(staff)).toMatchObject({ opening: null, closing: null });
  expect(await school.app.get(Invariants).check()).toEqual([]);
});

it('is reconciled branch by branch, by admins alone', async () => {
  const kampala = await openBranch(school);
  const ours = await signedIn(school, kampala.staff);
  const session = await sessionAt(school, kampala);
  expectStatus(201, await door.cash(session, await door.person(0), ours));
  const report = (query = '', by = admin) =>
    school.get<CashReconciliationDto & { code: string }>(`/finance/reports/cash-reconciliation${query}`, by.token);
  const { rows } = expectStatus(200, await report());
  expect(rows.map(({ branchName, expected, actual }) => [branchName, expected, actual])).toEqual([
    ['Branch', 5700, 8200],
    ['Kampala', 0, 5000],
  ]);
  expect((await report(`?branchId=${kampala.id}`)).body.rows).toEqual([
    {
      branchId: kampala.id,
      branchName: 'Kampala',
      currency: 'USD',
      expected: 0,
      actual: 5000,
      difference: 5000,
      status: 'OVER',
    },
  ]);
  expect((await report('?branchId=brn_unknown')).body.rows).toEqual([]);
  const file = await fetch(`${school.url}/api/finance/reports/cash-reconciliation?format=csv`, {
    headers: { authorization: `Bearer ${admin.token}` },
  });
  expect(file.headers.get('content-type')).toBe('text/csv; charset=utf-8');
  expect(await file.text()).toBe(
    'branchId,branchName,currency,expected,actual,difference,status\n' +
      `${lessons.branchId},Branch,USD,5700,8200,2500,OVER\n${kampala.id},Kampala,USD,0,5000,5000,OVER\n`,
  );
  expect((await report('?from=yesterday')).body.code).toBe('VALIDATION_FAILED');
  for (const by of [staff, ours]) expect((await report('', by)).status).toBe(403);
  expect(await school.app.get(Invariants).check()).toEqual([]);
});
