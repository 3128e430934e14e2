import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goTo, type OpenCashDesk, openCashDesk, signedIn } from './support/cash-desk.js';
import { keepBooks } from './support/keep-books.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
let admin: Person;
/** Where nothing is ever done: for all that is refused. */
let untouched: OpenCashDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  // 10 in the morning in Berlin, far from its midnight.
  goTo(school, '2031-02-03T09:00:00Z');
  admin = await signedIn(school, school.admin);
  untouched = await openCashDesk(school);
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

describe('a closed day', () => {
  it('takes no movement, no count and no cash for a seat any more; all else goes on', async () => {
    const { desk, door, lessons } = await openCashDesk(school);
    const elsewhere = await openCashDesk(school);
    const [sessionId, free] = [await lessons.session(), await lessons.session({ price: 0, tax: 0, startsInHours: 60 })];
    const [student, other] = [await door.person(0), await door.person(0)];
    await desk.moved('FLOAT', 500);
    expect(await desk.counted(500, { closeDay: true })).toMatchObject({ closedDay: true, result: 'PERFECT' });
    const before = await desk.written();
    for (const refused of [
      await desk.move('FLOAT', 100),
      await desk.move('BANKING', 100),
      await desk.move('PAY_OUT', 100, { by: admin }),
      // Nor does it tell that this is too much.
      await desk.move('PAY_OUT', 501),
      await desk.count(500),
      await desk.count(500, { closeDay: true, by: admin }),
      await door.cash(sessionId, student),
    ])
      expect([refused.status, refused.body.code]).toEqual([409, 'CASH_DAY_CLOSED']);
    expect([await desk.balance(), await desk.written()]).toEqual([500, before]);
    expect(await lessons.taken(sessionId)).toBe(0);
    expect(await school.sql('SELECT 1 FROM seats WHERE student_id = $1', [student.id])).toEqual([]);
    expect((await desk.box()).drawers).toEqual([{ currency: 'USD', balance: null, closedToday: true }]);
    expect(await desk.day(admin)).toMatchObject({ closed: true, closing: 500 });

    // A free seat moves no cash; another currency, another branch and a seat paid otherwise are not closed.
    expectStatus(201, await door.cash(free, other));
    await desk.moved('FLOAT', 20, { currency: 'EUR' });
    await elsewhere.desk.moved('FLOAT', 20);
    await door.booked(sessionId, await door.person(1000));
    expect((await desk.summary(admin)).body.drawers.map(({ currency, closed }) => [currency, closed])).toEqual([
      ['EUR', false],
      ['USD', true],
    ]);
  });

  it('closes those before it with it', async () => {
    const { desk } = await openCashDesk(school);
    await desk.counted(0, { closeDay: true });
    expect(await desk.day(admin, '?date=2031-02-02')).toMatchObject({ closed: true });
    expect(await desk.day(admin, '?date=2031-02-03')).toMatchObject({ closed: true });
    expect((await desk.summary(admin, '?date=2031-02-04')).body.drawers).toEqual([]);
  });
});

describe('the daily summary', () => {
  it('keeps what the count expects from staff until they have counted on that day', async () => {
    const { desk, door, lessons, staff } = await openCashDesk(school);
    await desk.moved('FLOAT', 2000);
    await desk.moved('FLOAT', 10, { currency: 'EUR' });
    await desk.moved('PAY_OUT', 150);
    expectStatus(201, await door.cash(await lessons.session(), await door.person(0)));
    const day = {
      currency: 'USD',
      opening: null,
      seats: 1,
      takenForSeats: 1000,
      floats: 2000,
      banked: 0,
      paidOut: 150,
      overShort: 0,
      closing: null,
      counts: [],
      closed: false,
    };
    expect(await desk.day(staff, '?currency=usd')).toEqual(day);
    expect(await desk.day(admin, '?currency=USD')).toEqual({ ...day, opening: 0, closing: 2850 });
    const count = await desk.counted(2850);
    const after = { ...day, opening: 0, closing: 2850, counts: [count] };
    expect(expectStatus(200, await desk.summary(staff))).toEqual({
      cashboxId: desk.id,
      branchId: desk.branchId,
      timeZone: 'Europe/Berlin',
      date: '2031-02-03',
      drawers: [expect.objectContaining({ currency: 'EUR', opening: null, closing: null, floats: 10 }), after],
    });
    // Of other days they have counted nothing.
    expect(await desk.day(staff, '?date=2031-02-02&currency=USD')).toMatchObject({ opening: null, closing: null });
  });

  it.each(['2031-02-30', '2031-2-3', 'yesterday', '2031-02-03T10:00:00Z'])('of %p is refused', async (date) => {
    const { desk, staff } = untouched;
    expect(await desk.summary(staff, `?date=${date}`)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: [{ pointer: '#/query/date' }] },
    });
  });
});

describe('a day on which the clocks are changed', () => {
  // Moments in UTC, the days in Berlin: 23 hours on March 30th, 25 on October 26th.
  it.each([
    [
      'forward',
      ['2031-03-29', '2031-03-30', '2031-03-31'],
      ['29T22:30', '29T23:30', '30T21:30', '30T22:30'],
      '2031-03-',
    ],
    ['back', ['2031-10-25', '2031-10-26', '2031-10-27'], ['25T21:30', '25T22:30', '26T22:30', '26T23:30'], '2031-10-'],
  ])('%s is as long as it is', async (_, [before, day, after], moments, month) => {
    goTo(school, `${month}${moments[0]}:00Z`);
    const { desk } = await openCashDesk(school);
    const boss = () => signedIn(school, admin);
    const days = [];
    for (const [index, moment] of moments.entries()) {
      goTo(school, `${month}${moment}:00Z`);
      const by = await boss();
      days.push((await desk.moved('FLOAT', 10 * 2 ** index, { by })).day);
    }
    expect(days).toEqual([before, day, day, after]);
    const by = await boss();
    expect(await desk.day(by, `?date=${before}`)).toMatchObject({ opening: 0, floats: 10, closing: 10 });
    expect(await desk.day(by, `?date=${day}`)).toMatchObject({ opening: 10, floats: 60, closing: 70 });
    expect(await desk.day(by, `?date=${after}`)).toMatchObject({ opening: 70, floats: 80, closing: 150 });
    expect(await desk.day(by)).toEqual(await desk.day(by, `?date=${after}`));
  });
});
