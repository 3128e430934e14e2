import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { StatementDto, WalletDto } from '../src/finance/wallets/wallets.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import type { Answer } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { statementsOf } from './support/statements.js';
import { WalletDesk } from './support/wallet-desk.js';

let school: School;
let wallets: WalletDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  wallets = new WalletDesk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

interface Refusal {
  code: string;
  detail: string;
}
const transfer = (
  from: Person,
  body: object,
  headers?: Record<string, string>,
): Promise<Answer<Refusal & { entryId: string }>> =>
  school.post('/finance/wallets/transfer', { currency: 'USD', ...body }, from.token, headers);
const buy = (who: Person, courseId: string, headers?: Record<string, string>) =>
  school.post<CreatedSessionDto & Refusal>('/payments/sessions', { courseId, provider: 'WALLET' }, who.token, headers);

describe('a wallet', () => {
  it('is empty before anything is paid in, and is filled by a payment like any other', async () => {
    const who = await person(school);
    expect(await wallets.wallet(who)).toEqual([]);
    await wallets.topUp(who, 5000);
    await wallets.topUp(who, 700, 'EUR');
    await wallets.topUp(who, 300);
    expect(await wallets.wallet(who)).toEqual([
      { id: expect.stringMatching(/^wal_\d{12}$/), currency: 'EUR', balance: 700, lockedBalance: 0, available: 700 },
      { id: expect.stringMatching(/^wal_\d{12}$/), currency: 'USD', balance: 5300, lockedBalance: 0, available: 5300 },
    ]);
    const { body } = await school.get<{ balances: { wallets: object[] } }>('/auth/me', who.token);
    expect(body.balances.wallets).toHaveLength(2);
  });

  it('tells its movements, newest first, numbered, with the balance after each, page by page', async () => {
    const who = await wallets.rich(1000);
    const other = await person(school);
    for (const amount of [100, 200, 300]) expectStatus(200, await transfer(who, { toUserId: other.id, amount }));
    const first = expectStatus(
      200,
      await school.get<StatementDto>('/finance/wallets/me/statement?currency=USD&limit=3', who.token),
    );
    expect(first.data).toMatchObject([
      { sequence: 4, kind: 'wallet.transfer', amount: -300, balanceAfter: 400 },
      { sequence: 3, kind: 'wallet.transfer', amount: -200, balanceAfter: 700 },
      { sequence: 2, kind: 'wallet.transfer', amount: -100, balanceAfter: 900 },
    ]);
    const rest = expectStatus(
      200,
      await school.get<StatementDto>(
        `/finance/wallets/me/statement?currency=USD&limit=3&cursor=${first.nextCursor}`,
        who.token,
      ),
    );
    expect(rest).toMatchObject({
      data: [{ sequence: 1, kind: 'wallet-topup.sold', amount: 1000, balanceAfter: 1000 }],
      nextCursor: null,
    });
    const whole = await school.get<StatementDto>('/finance/wallets/me/statement?currency=USD&limit=4', who.token);
    expect([whole.body.data.length, whole.body.nextCursor]).toEqual([4, null]);
    expect((await school.get<StatementDto>('/finance/wallets/me/statement?currency=JPY', who.token)).body).toEqual({
      data: [],
      nextCursor: null,
    });
  });

  it('is seen by an admin and by nobody else', async () => {
    const who = await wallets.rich(1000);
    const [mine] = await wallets.wallet(who);
    for (const path of [
      `/finance/wallets/${who.id}/STUDENT`,
      `/finance/wallets/${mine!.id}/statement`,
      '/finance/wallets/total',
    ]) {
      expect((await school.get(path, who.token)).status).toBe(403);
      expect((await school.get(path, school.admin.token)).status).toBe(200);
    }
    expect(
      (await school.get<WalletDto>(`/finance/wallets/${who.id}/student`, school.admin.token)).body.balances,
    ).toEqual([mine]);
    expect(
      (await school.get<WalletDto>(`/finance/wallets/${who.id}/CENTER`, school.admin.token)).body.balances,
    ).toEqual([]);
    for (const path of [
      `/finance/wallets/${who.id}/PIRATE`,
      '/finance/wallets/wal_999999999999/statement',
      '/finance/wallets/nonsense/statement',
    ]) {
      expect((await school.get(path, school.admin.token)).status).toBe(404);
    }
    const totals = expectStatus(
      200,
      await school.get<{ ownerType: string; currency: string; balance: number }[]>(
        '/finance/wallets/total',
        school.admin.token,
      ),
    );
    const [owed] = await school.sql<{ sum: number }>(
      `SELECT sum(balance)::int FROM ledger_accounts WHERE code LIKE 'liability:wallet:%' AND currency = 'USD'`,
    );
    expect(totals.find(({ ownerType, currency }) => ownerType === 'STUDENT' && currency === 'USD')!.balance).toBe(
      owed!.sum,
    );
  });

  it.each([
    [{ amount: 0, currency: 'USD' }, 'VALIDATION_FAILED'],
    [{ amount: 10.5, currency: 'USD' }, 'VALIDATION_FAILED'],
    [{ amount: 49, currency: 'USD' }, 'AMOUNT_TOO_SMALL'],
    [{ amount: 1000, currency: 'CHF' }, 'CURRENCY_NOT_OFFERED'],
    [{ amount: 1000, currency: 'USD', provider: 'WALLET' }, 'PROVIDER_NOT_OFFERED'],
  ])('is not filled by %j', async (body, code) => {
    expect(await school.post('/finance/actions/wallet-topup', body, school.student.token)).toMatchObject({
      status: 400,
      body: { code },
    });
  });
});

describe('a transfer', () => {
  it('moves money between two wallets, to the unit', async () => {
    const from = await wallets.rich(1000);
    const to = await person(school);
    expectStatus(200, await transfer(from, { toUserId: to.id, amount: 999 }));
    expect([await wallets.available(from), await wallets.available(to)]).toEqual([1, 999]);
  });

  it('is refused without the money, to oneself, to nobody, and of nothing; and then nothing has changed', async () => {
    const from = await wallets.rich(1000);
    const to = await person(school);
    const refusals: [object, number, string][] = [
      [{ toUserId: to.id, amount: 1001 }, 400, 'INSUFFICIENT_BALANCE'],
      [{ toUserId: to.id, amount: 1, currency: 'EUR' }, 400, 'INSUFFICIENT_BALANCE'],
      [{ toUserId: from.id, amount: 1 }, 400, 'TRANSFER_TO_ONESELF'],
      [{ toUserId: 'usr_nobody', amount: 1 }, 400, 'UNKNOWN_RECIPIENT'],
      [{ toUserId: to.id, amount: 0 }, 400, 'VALIDATION_FAILED'],
      [{ toUserId: to.id, amount: -5 }, 400, 'VALIDATION_FAILED'],
      [{ toUserId: to.id, amount: 1, fromUserId: school.admin.id }, 403, 'FORBIDDEN'],
    ];
    for (const [body, status, code] of refusals)
      expect(await transfer(from, body)).toMatchObject({ status, body: { code } });
    expect([await wallets.available(from), await wallets.available(to)]).toEqual([1000, 0]);
  });

  it("for others is an admin's, with a reason, and leaves an audit record", async () => {
    const from = await wallets.rich(1000);
    const to = await person(school);
    const body = { fromUserId: from.id, toUserId: to.id, amount: 400 };
    expect((await transfer(school.admin, body)).body.code).toBe('REASON_MISSING');
    const done = expectStatus(200, await transfer(school.admin, { ...body, reason: 'paid the wrong child' }));
    expect([await wallets.available(from), await wallets.available(to)]).toEqual([600, 400]);
    const { data } = expectStatus(
      200,
      await school.get<{ data: object[] }>(`/admin/audit-log?objectId=${from.id}`, school.admin.token),
    );
    expect(data).toMatchObject([
      {
        action: 'wallet.transferred',
        actorId: school.admin.id,
        reason: 'paid the wrong child',
        after: { entryId: done.entryId, amount: 400 },
      },
    ]);
  });

  it('with one Idempotency-Key is made once, however often it is sent', async () => {
    const from = await wallets.rich(1000);
    const to = await person(school);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => transfer(from, { toUserId: to.id, amount: 100 }, { 'idempotency-key': 'rent' })),
    );
    expect(new Set(answers.map(({ body }) => body.entryId)).size).toBe(1);
    expect(await wallets.available(to)).toBe(100);
  });

  it('500 at once around a ring of ten wallets: none fails for the lock, the sum stands, none is below zero', async () => {
    const ring = await Promise.all(Array.from({ length: 10 }, () => wallets.rich(2000)));
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => {
        const [from, to] = index % 2 ? [index % 10, (index + 1) % 10] : [(index + 1) % 10, index % 10];
        return transfer(ring[from]!, { toUserId: ring[to]!.id, amount: 50 + (index % 7) * 100 });
      }),
    );
    const outcomes = answers.map(({ status, body }) => (status === 200 ? 'moved' : `${status} ${body.code}`));
    expect(new Set(outcomes.filter((outcome) => outcome !== 'moved'))).toEqual(
      outcomes.includes('400 INSUFFICIENT_BALANCE') ? new Set(['400 INSUFFICIENT_BALANCE']) : new Set(),
    );
    const balances = await Promise.all(ring.map((who) => wallets.available(who)));
    expect(balances.reduce((sum, balance) => sum + balance, 0)).toBe(20_000);
    expect(Math.min(...balances)).toBeGreaterThanOrEqual(0);
  }, 60_000);
});

describe('a purchase from the wallet', () => {
  it('is one request: paid, given, booked', async () => {
    const buyer = await wallets.rich();
    const course = await school.course();
    const { session, redirectUrl } = expectStatus(201, await buy(buyer, course.id));
    expect(session).toMatchObject({
      status: 'COMPLETED',
      provider: 'WALLET',
      finalAmount: 9999,
      redirectUrl: null,
      completedAt: expect.any(String),
    });
    expect(redirectUrl).toBeNull();
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).body).toMatchObject({
      status: 'ACTIVE',
      amountPaid: 9999,
    });
    expect(await wallets.available(buyer)).toBe(50_000 - 9999);
    const { data } = expectStatus(
      200,
      await school.get<{ data: { kind: string; postings: object[] }[] }>(
        `/finance/ledger/entries?objectId=${session.paymentId}`,
        school.admin.token,
      ),
    );
    expect(data).toMatchObject([
      {
        kind: 'course.sold',
        postings: [
          { account: `liability:wallet:${buyer.id}`, amount: 9999 },
          { account: `liability:earnings-pending:${school.instructor.id}`, amount: -6999 },
          { account: 'revenue:courses', amount: -3000 },
        ],
      },
    ]);
  });

  it('takes at most 12 statements', async () => {
    const buyer = await wallets.rich();
    const course = await school.course();
    await school.get('/auth/me', buyer.token);
    const statements = await statementsOf(() => buy(buyer, course.id));
    expect(statements.length).toBeGreaterThan(5);
    expect(statements.length <= 12 ? [] : statements).toEqual([]);
  });

  it('is refused when the money is not there, and then there is no trace of it', async () => {
    const buyer = await wallets.rich(9998);
    const course = await school.course();
    expect(await buy(buyer, course.id)).toMatchObject({
      status: 400,
      body: { code: 'INSUFFICIENT_BALANCE', detail: 'Insufficient wallet balance' },
    });
    expect(await buy(await person(school), course.id)).toMatchObject({
      status: 400,
      body: { code: 'INSUFFICIENT_BALANCE' },
    });
    expect(await wallets.available(buyer)).toBe(9998);
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [course.id])).toEqual([]);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(404);
  });

  it('of one course twice at once is one: the other is refused and keeps its money', async () => {
    const buyer = await wallets.rich();
    const course = await school.course();
    const answers = await Promise.all([buy(buyer, course.id), buy(buyer, course.id), buy(buyer, course.id)]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 400, 400]);
    expect(answers.find(({ status }) => status === 400)!.body.code).toBe('ALREADY_ENROLLED');
    expect(await wallets.available(buyer)).toBe(50_000 - 9999);
  });

  it('of many courses at once spends no more than there is', async () => {
    const buyer = await wallets.rich(25_000);
    const courses = await Promise.all(Array.from({ length: 6 }, () => school.course()));
    const answers = await Promise.all(courses.map(({ id }) => buy(buyer, id)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 201, 400, 400, 400, 400]);
    expect(await wallets.available(buyer)).toBe(25_000 - 2 * 9999);
  });

  it('with one Idempotency-Key is made once', async () => {
    const buyer = await wallets.rich();
    const course = await school.course();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => buy(buyer, course.id, { 'idempotency-key': 'this course' })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.session.id}`)).size).toBe(1);
    expect(await wallets.available(buyer)).toBe(50_000 - 9999);
  });
});
