import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { goTo, type OpenCashDesk, openCashDesk, nothing, postingsOf, signedIn } from './support/cash-desk.js';
import { keepBooks } from './support/keep-books.js';
import type { Person } from './support/people.js';
import { openSchool, type School, told } from './support/school.js';

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

describe('a movement', () => {
  it('is one entry: from the bank, to the bank, or for something small', async () => {
    const { desk, staff } = await openCashDesk(school);
    const drawer = `asset:cash:${desk.branchId}`;
    const float = await desk.moved('FLOAT', 5000);
    expect(float).toEqual({
      id: expect.stringMatching(/^csm_/),
      cashboxId: desk.id,
      branchId: desk.branchId,
      day: '2031-02-03',
      kind: 'FLOAT',
      amount: 5000,
      currency: 'USD',
      reason: 'as agreed',
      actorId: staff.id,
      createdAt: expect.any(String),
    });
    const banking = await desk.moved('BANKING', 3000);
    const payOut = await desk.moved('PAY_OUT', 250);
    expect(await postingsOf(school, float.id)).toEqual({
      [`cash.float ${drawer}`]: 5000,
      'cash.float asset:bank': -5000,
    });
    expect(await postingsOf(school, banking.id)).toEqual({
      'cash.banked asset:bank': 3000,
      [`cash.banked ${drawer}`]: -3000,
    });
    expect(await postingsOf(school, payOut.id)).toEqual({
      'cash.paid-out expense:petty-cash': 250,
      [`cash.paid-out ${drawer}`]: -250,
    });
    expect(await desk.balance()).toBe(1750);
  });

  it.each([
    ['no amount', { kind: 'FLOAT', amount: 0 }, '#/amount'],
    ['a negative amount', { kind: 'FLOAT', amount: -5 }, '#/amount'],
    ['a decimal', { kind: 'BANKING', amount: 10.5 }, '#/amount'],
    ['more than any drawer holds', { kind: 'FLOAT', amount: 1_000_000_000_001 }, '#/amount'],
    ['another kind', { kind: 'THEFT', amount: 5 }, '#/kind'],
    ['no reason', { kind: 'FLOAT', amount: 5, reason: ' ' }, '#/reason'],
    ['no currency', { kind: 'FLOAT', amount: 5, currency: 'dollars' }, '#/currency'],
    ['a field of its own', { kind: 'FLOAT', amount: 5, day: '2031-01-01' }, '#/day'],
  ])('with %s is refused by name, and nothing has changed', async (_, body, pointer) => {
    const { desk, staff } = untouched;
    const answer = await school.post<{ code: string; errors: { pointer: string }[] }>(
      `/finance/cashboxes/${desk.id}/movements`,
      { currency: 'USD', reason: 'as agreed', ...body },
      staff.token,
    );
    expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', errors: [{ pointer }] } });
    expect(await desk.written()).toEqual(nothing);
  });

  it('in a currency that is not taken is refused, unless there is a drawer of it', async () => {
    const { desk } = await openCashDesk(school);
    expect(told(await desk.move('FLOAT', 5, { currency: 'CHF' }))).toBe('CURRENCY_NOT_OFFERED');
    expect(told(await desk.count(0, { currency: 'CHF' }))).toBe('CURRENCY_NOT_OFFERED');
    expect(await desk.written()).toEqual(nothing);
    await school.sql(
      `INSERT INTO ledger_accounts (code, type, currency, owner_id, strict, floor, created_at) VALUES ($1, 'ASSET', 'CHF', $2, true, 0, $3)`,
      [`asset:cash:${desk.branchId}`, desk.branchId, school.clock.now()],
    );
    expect(told(await desk.count(0, { currency: 'CHF' }))).toBe('done');
  });

  it.each(['BANKING', 'PAY_OUT'])(
    '%s of more than is in the drawer is refused in words without a figure',
    async (kind) => {
      const { desk } = await openCashDesk(school);
      expect(told(await desk.move(kind, 1))).toBe('NOT_IN_DRAWER');
      await desk.moved('FLOAT', 777);
      const refused = await desk.move(kind, 778);
      expect([refused.status, refused.body.code]).toEqual([400, 'NOT_IN_DRAWER']);
      expect(refused.body.detail).toBe('There is not as much in the drawer');
      expect(Object.values(refused.body)).not.toContain(777);
      expect([await desk.balance(), await desk.written()]).toEqual([777, { ...nothing, movements: 1, postings: 1 }]);
      await desk.moved(kind, 777);
      expect(await desk.balance()).toBe(0);
    },
  );
});

describe('a count', () => {
  it('tells what was expected after it is in, and books the difference', async () => {
    const { desk, staff } = await openCashDesk(school);
    const drawer = `asset:cash:${desk.branchId}`;
    await desk.moved('FLOAT', 5000);
    const short = await desk.counted(4900, { note: 'one note is missing' });
    expect(short).toEqual({
      id: expect.stringMatching(/^cct_/),
      cashboxId: desk.id,
      branchId: desk.branchId,
      day: '2031-02-03',
      currency: 'USD',
      expected: 5000,
      counted: 4900,
      difference: -100,
      result: 'SHORT',
      note: 'one note is missing',
      closedDay: false,
      countedBy: staff.id,
      createdAt: expect.any(String),
    });
    expect(await postingsOf(school, short.id)).toEqual({
      'cash.counted expense:cash-over-short': 100,
      [`cash.counted ${drawer}`]: -100,
    });
    const over = await desk.counted(5025);
    expect(over).toMatchObject({ expected: 4900, counted: 5025, difference: 125, result: 'OVER', note: '' });
    expect(await postingsOf(school, over.id)).toEqual({
      [`cash.counted ${drawer}`]: 125,
      'cash.counted expense:cash-over-short': -125,
    });
    const perfect = await desk.counted(5025, { by: admin });
    expect(perfect).toMatchObject({ expected: 5025, difference: 0, result: 'PERFECT', countedBy: admin.id });
    expect(await postingsOf(school, perfect.id)).toEqual({});
    expect(await desk.balance()).toBe(5025);
    const audits = await school.sql(
      'SELECT actor_id, action, object_type, after, reason FROM audit_records WHERE object_id = $1 ORDER BY id',
      [desk.id],
    );
    const after = { day: '2031-02-03', currency: 'USD' };
    const common = { action: 'cash.counted', object_type: 'cashbox' };
    expect(audits).toEqual([
      {
        ...common,
        actor_id: staff.id,
        reason: 'one note is missing',
        after: { ...after, countId: short.id, expected: 5000, counted: 4900, difference: -100 },
      },
      {
        ...common,
        actor_id: staff.id,
        reason: null,
        after: { ...after, countId: over.id, expected: 4900, counted: 5025, difference: 125 },
      },
      {
        ...common,
        actor_id: admin.id,
        reason: null,
        after: { ...after, countId: perfect.id, expected: 5025, counted: 5025, difference: 0 },
      },
    ]);
  });

  it('of a drawer that never had anything in it finds what is there', async () => {
    const { desk } = await openCashDesk(school);
    expect(await desk.counted(0)).toMatchObject({ expected: 0, result: 'PERFECT' });
    expect(await desk.day(admin)).toMatchObject({ opening: 0, closing: 0, counts: [{}] });
    expect(await desk.counted(40)).toMatchObject({ expected: 0, difference: 40, result: 'OVER' });
    expect(await desk.balance()).toBe(40);
  });

  it.each([
    ['a negative amount', { countedAmount: -1 }],
    ['a decimal', { countedAmount: 0.5 }],
    ['no amount', {}],
    ['a day of its own', { countedAmount: 1, day: '2031-01-01' }],
    ['a text for a flag', { countedAmount: 1, closeDay: 'yes' }],
  ])('with %s is refused, and nothing has changed', async (_, body) => {
    const { desk, staff } = untouched;
    const path = `/finance/cashboxes/${desk.id}/audit`;
    const answer = await school.post<{ code: string }>(path, { currency: 'USD', ...body }, staff.token);
    expect([answer.status, answer.body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(await desk.written()).toEqual(nothing);
  });
});

describe('the same request twice', () => {
  /** As if the process had died after the commit, before the answer was stored. */
  const loseAnswer = (key: string) =>
    school.sql(`UPDATE idempotency_keys SET status_code = NULL, body = NULL, lease_until = $2 WHERE key = $1`, [
      key,
      school.clock.in(-1),
    ]);

  it('is one movement, one count and one refusal, with equal answers, also when the first answer was lost', async () => {
    const { desk } = await openCashDesk(school);
    const attempts = {
      float: () => desk.move('FLOAT', 900, { key: `${desk.id}-float` }),
      tooMuch: () => desk.move('BANKING', 901, { key: `${desk.id}-much` }),
      count: () => desk.count(890, { key: `${desk.id}-count` }),
      closing: () => desk.count(880, { key: `${desk.id}-close`, closeDay: true }),
    };
    for (const attempt of Object.values(attempts)) {
      const first = await attempt();
      const again = await attempt();
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      expect([again.status, again.body]).toEqual([first.status, first.body]);
    }
    for (const name of ['float', 'count', 'close']) await loseAnswer(`${desk.id}-${name}`);
    // The day is closed by now: these are not new.
    for (const attempt of [attempts.float, attempts.count, attempts.closing])
      expect(await attempt()).toMatchObject({ status: 201 });
    expect(await attempts.count().then(({ body }) => body)).toMatchObject({ expected: 900, counted: 890 });
    expect(await desk.written()).toEqual({ movements: 1, counts: 2, postings: 3, audits: 2 });
    expect(await desk.balance()).toBe(880);
    expect((await desk.move('FLOAT', 901, { key: `${desk.id}-float` })).status).toBe(422);
  });
});
