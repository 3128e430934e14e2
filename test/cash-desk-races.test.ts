import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { cashRules } from '../src/finance/cash/cash-rules.js';
import { LockDrawer } from '../src/finance/cash/lock-drawer.js';
import type { Answer } from './support/app.js';
import { goTo, type OpenCashDesk, openCashDesk, nothing, signedIn } from './support/cash-desk.js';
import { keepBooks } from './support/keep-books.js';
import type { Person } from './support/people.js';
import { openSchool, type School, told } from './support/school.js';
import { holding, times, waiting } from './support/seat-desk.js';

let school: School;
let admin: Person;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  // 10 in the morning in Berlin, far from its midnight.
  goTo(school, '2031-02-03T09:00:00Z');
  admin = await signedIn(school, school.admin);
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

describe('many at once', () => {
  it('movements and counts keep the drawer exact', async () => {
    const { desk } = await openCashDesk(school);
    const answers = await times<Answer<{ code: string }>>(36, 36, (index) => {
      if (index % 3 === 0) return desk.move('FLOAT', 100);
      return index % 3 === 1 ? desk.move('PAY_OUT', 70) : desk.count(1000 + index);
    });
    const counts = answers.filter((_, index) => index % 3 === 2);
    expect(counts.every(({ status }) => status === 201)).toBe(true);
    expect(new Set(answers.map(told))).toEqual(
      new Set(answers.some(({ status }) => status === 400) ? ['done', 'NOT_IN_DRAWER'] : ['done']),
    );
    const day = await desk.day(admin);
    const paidOut = answers.filter(({ status }, index) => index % 3 === 1 && status === 201).length * 70;
    expect(day).toMatchObject({ opening: 0, floats: 1200, paidOut });
    expect(day.overShort).toBe(day.counts.reduce((sum, { difference }) => sum + difference, 0));
    expect(day.closing).toBe(1200 - paidOut + day.overShort);
    expect(await desk.balance()).toBe(day.closing);
  });

  it('a drawer that is opened in the very moment is counted as it is then', async () => {
    const { desk } = await openCashDesk(school);
    type Internals = { isOpen: (code: string, currency: string) => Promise<boolean> };
    const internals: Internals = school.app.get<Internals>(LockDrawer);
    jest.spyOn(internals, 'isOpen').mockImplementationOnce(async (code, currency) => {
      await desk.moved('FLOAT', 100);
      return internals.isOpen(code, currency);
    });
    expect(await desk.counted(100)).toMatchObject({ expected: 100, counted: 100, difference: 0 });
    jest.restoreAllMocks();
  });

  it('one of many closings wins, and nothing comes after it', async () => {
    const { desk, door, lessons } = await openCashDesk(school);
    const sessionId = await lessons.session({ capacity: 20 });
    const students = await door.people(8, 0);
    const answers = await times<Answer<{ code: string }>>(30, 30, (index) => {
      if (index % 3 === 0) return desk.move('FLOAT', 100);
      return index % 3 === 1 && index < 24
        ? door.cash(sessionId, students[(index - 1) / 3]!)
        : desk.count(500, { closeDay: true });
    });
    const outcomes = answers.map(told);
    expect(new Set(outcomes)).toEqual(new Set(['done', 'CASH_DAY_CLOSED']));
    const closings = answers.filter(({ body }) => 'closedDay' in body);
    expect(closings).toHaveLength(1);
    const seats = outcomes.filter((outcome, index) => index % 3 === 1 && index < 24 && outcome === 'done').length;
    expect(await lessons.taken(sessionId)).toBe(seats);
    const day = await desk.day(admin);
    expect(day).toMatchObject({ seats, takenForSeats: seats * 1000, closing: 500, closed: true });
    expect(day.counts).toHaveLength(1);
    expect(day.counts[0]!.expected).toBe(seats * 1000 + day.floats);
    expect(await desk.balance()).toBe(500);
  });
});

describe('cash for a seat against a closing', () => {
  const DRAWER = `SELECT 1 FROM ledger_accounts WHERE code = 'asset:cash:' || $1 FOR NO KEY UPDATE`;
  const UNOPENED = `SELECT pg_advisory_xact_lock(hashtextextended('asset:cash:' || $1 || ' USD', 0))`;

  /** Both stop at the drawer, one after the other, and go on. */
  function inTurn<A, B>(
    lock: string,
    { desk }: OpenCashDesk,
    first: () => Promise<A>,
    second: () => Promise<B>,
  ): Promise<[A, B]> {
    return holding(school, lock, [desk.branchId], async (letGo) => {
      const begun = first();
      await waiting(school, 1);
      const both = Promise.all([begun, second()]);
      await waiting(school, 2);
      await letGo();
      return both;
    });
  }

  /** A desk with this much in its drawer, and somebody who pays for a session at its door. */
  async function payer(float: number) {
    const at = await openCashDesk(school);
    if (float > 0) await at.desk.moved('FLOAT', float);
    const [sessionId, student] = [await at.lessons.session(), await at.door.person(0)];
    return {
      at,
      pay: () => at.door.cash(sessionId, student),
      close: (counted: number) => () => at.desk.count(counted, { closeDay: true }),
      taken: () => at.lessons.taken(sessionId),
    };
  }

  it.each([
    ['of an open drawer', DRAWER, 100],
    ['of one that nobody has opened', UNOPENED, 0],
  ])('%s: who comes first is first', async (_, lock, float) => {
    const early = await payer(float);
    const [paid, closed] = await inTurn(lock, early.at, early.pay, early.close(1000));
    expect([told(paid), await early.taken()]).toEqual(['done', 1]);
    expect(closed.body).toMatchObject({ expected: 1000 + float, counted: 1000, closedDay: true });

    const late = await payer(float);
    const [closedBefore, refused] = await inTurn(lock, late.at, late.close(float), late.pay);
    expect(closedBefore.body).toMatchObject({ expected: float, result: 'PERFECT', closedDay: true });
    expect([told(refused), await late.taken()]).toEqual(['CASH_DAY_CLOSED', 0]);
    expect(await late.at.desk.balance()).toBe(float);
  });

  it('of a drawer that both would open: one of them does', async () => {
    const { at, pay, close, taken } = await payer(0);
    const [closed, paid] = await inTurn(UNOPENED, at, close(500), pay);
    expect(closed.status).toBe(201);
    expect([told(paid), await taken()]).toEqual(paid.status === 201 ? ['done', 1] : ['CASH_DAY_CLOSED', 0]);
    expect(closed.body).toMatchObject({ expected: paid.status === 201 ? 1000 : 0, counted: 500 });
    expect(await at.desk.balance()).toBe(500);
  });

  it('a closing that waits until the day is over closes none', async () => {
    const { desk } = await openCashDesk(school);
    await desk.moved('FLOAT', 100);
    const answer = await holding(school, DRAWER, [desk.branchId], async (letGo) => {
      const closing = desk.count(100, { closeDay: true });
      await waiting(school);
      goTo(school, '2031-02-03T23:00:00Z');
      await letGo();
      return closing;
    });
    expect([answer.status, answer.body.code]).toEqual([409, 'CASH_DAY_OVER']);
    expect(await desk.written()).toEqual({ ...nothing, movements: 1, postings: 1 });
    expect(await desk.counted(100, { closeDay: true })).toMatchObject({ day: '2031-02-04' });
  });
});

describe('what the invariants ask', () => {
  const POST = `SELECT ledger_post('ent_' || $1, $3, 'planted:' || $1, 'cash-' || $1, 'csm_planted', $2, $2, 'system', jsonb_build_array(
    jsonb_build_object('code', 'asset:cash:' || $4, 'currency', 'USD', 'amount', '7', 'ownerId', $4, 'strict', true, 'floor', 0),
    jsonb_build_object('code', 'asset:bank', 'currency', 'USD', 'amount', '-7')))`;
  const MOVEMENT = `INSERT INTO cash_movements (id, branch_id, day, kind, amount, currency, reason, actor_id, created_at)
    VALUES ('csm_planted', $2, '2031-02-04', 'FLOAT', 8, 'USD', 'planted', 'nobody', $1)`;
  const COUNT = `INSERT INTO cash_counts (id, branch_id, day, currency, expected, counted, counted_by, created_at)
    VALUES ('cct_planted', $2, '2031-02-04', 'USD', 0, 1, 'nobody', $1)`;
  const now = () => school.clock.now();

  /** What is found of a rule after something that must not be was written; it is taken back at once. */
  async function found(rule: keyof typeof cashRules, ...planted: [string, unknown[]][]): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: school.database.superuserUrl });
    await client.connect();
    try {
      await client.query('BEGIN');
      for (const [text, values] of planted) await client.query(text, values);
      const { text, values } = cashRules[rule];
      return (await client.query<{ subject: string }>(text, values)).rows.map(({ subject }) => subject);
    } finally {
      await client.end();
    }
  }

  it('notices a count or a movement without its entry, another mover, and what comes after a closing', async () => {
    const { desk } = await openCashDesk(school);
    const { branchId } = desk;
    expect(
      await found('a cash count has booked its difference, once, and left what was counted', [
        COUNT,
        [now(), branchId],
      ]),
    ).toEqual(['cct_planted']);
    expect(await found('a cash movement is booked once', [MOVEMENT, [now(), branchId]])).toEqual(['csm_planted']);
    const short: [string, unknown[]] = [POST, ['movement', now(), 'cash.float', branchId]];
    expect(await found('a cash movement is booked once', [MOVEMENT, [now(), branchId]], short)).toEqual([
      'csm_planted',
    ]);
    const stranger: [string, unknown[]] = [POST, ['other', now(), 'seat.delivered', branchId]];
    expect(await found('only seats, movements and counts move a drawer', stranger)).toEqual(['ent_other']);
    const { id } = await desk.counted(30, { closeDay: true });
    expect(await found('a closed day ends with what was counted, and nothing is booked into it after')).toEqual([]);
    expect(await found('a closed day ends with what was counted, and nothing is booked into it after', short)).toEqual([
      id,
    ]);
  });
});
