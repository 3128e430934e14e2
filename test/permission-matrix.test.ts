import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import type { Role } from '../src/platform/database/index.js';
import type { Answer } from './support/app.js';
import { Lessons } from './support/lessons.js';
import { type Operation, Operations } from './support/operations.js';
import type { Person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';

/*
 * Who may do what with class sessions, their seats, waitlists, packages, cash desks and the money: every cell is tried, and what is refused has changed nothing. The people
 * of the matrix have one role each; what those may do who have two is at the end.
 */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
/** Students who have not booked yet, one for each cell and for each test beside them. */
let owners: Person[];
let operations: Operations;
let people: Record<Exclude<Who, 'student'>, Person>;

type Who = 'student' | 'another student' | 'staff here' | 'staff elsewhere' | 'admin';
const columns: Who[] = ['student', 'another student', 'staff here', 'staff elsewhere', 'admin'];

beforeAll(async () => {
  // Sweeps run only when a test says so.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', CURRENCIES: 'USD,EUR,GBP,JPY' });
  lessons = await Lessons.open(school);
  const foreign = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
  owners = await desk.people(Object.keys(matrix).length * columns.length + 10, 5000);
  operations = new Operations(school, lessons, desk, (await school.course({ price: 2000 })).id);
  people = {
    'another student': await desk.person(5000),
    'staff here': await staff(lessons, ['STAFF']),
    'staff elsewhere': await staff(foreign, ['STAFF']),
    admin: await desk.person(0, ['ADMIN']),
  };
}, 60_000);
afterAll(() => school.close());

async function staff({ branchId }: Lessons, roles: Role[], balance = 0): Promise<Person> {
  const one = await desk.person(balance, roles);
  await school.sql('INSERT INTO branch_staff (branch_id, user_id, created_at) VALUES ($1, $2, $3)', [
    branchId,
    one.id,
    school.clock.now(),
  ]);
  return one;
}

/** 409 is what an admin gets who has no payout account, and whoever has no subscription to change; 404 is what staff of other branches get, whoever asks for another person's seat, and whoever is nobody's friend. */
type Verdict = 200 | 201 | 204 | 400 | 403 | 404 | 409 | 'listed' | 'absent';

// prettier-ignore
const matrix = {
  //                                        student  another   here      elsewhere admin
  'view sessions: one':                    [200,      200,      200,      404,      200],
  'view sessions: the calendar':           ['listed', 'listed', 'listed', 'absent', 'listed'],
  'book sessions':                         [201,      201,      403,      403,      403],
  'manage sessions: list':                 [403,      403,      'listed', 'absent', 'listed'],
  'manage sessions: add':                  [403,      403,      201,      404,      201],
  'manage sessions: edit':                 [403,      403,      200,      404,      200],
  'manage sessions: delete':               [403,      403,      204,      404,      204],
  'manage sessions: open check-in':        [403,      403,      200,      404,      200],
  'manage sessions: start':                [403,      403,      200,      404,      200],
  'manage sessions: finish':               [403,      403,      200,      404,      200],
  'manage sessions: cancel':               [403,      403,      200,      404,      200],
  'manage sessions: schedule again':       [403,      403,      200,      404,      200],
  'manage sessions: set the status':       [403,      403,      200,      404,      200],
  'view enrollments: one':                 [200,      404,      200,      404,      200],
  'view enrollments: history':             ['listed', 'absent', 'listed', 'absent', 'listed'],
  'cancel enrollments: in the window':     [200,      404,      403,      403,      200],
  'cancel enrollments: after the window':  [400,      404,      403,      403,      200],
  'cancel enrollments: during the session':[400,      404,      403,      403,      200],
  'cash payments':                         [403,      403,      201,      404,      403],
  'check-in':                              [403,      403,      200,      404,      200],
  'no-show':                               [403,      403,      200,      404,      200],
  'MANUAL: charge':                        [403,      403,      403,      403,      200],
  'MANUAL: release':                       [403,      403,      403,      403,      200],
  'MANUAL: the undecided':                 [403,      403,      403,      403,      'listed'],
  'package management: list':              [403,      403,      'listed', 'absent', 'listed'],
  'package management: one':               [403,      403,      200,      404,      200],
  'package management: create':            [403,      403,      201,      404,      201],
  'package management: edit':              [403,      403,      200,      404,      200],
  'package management: delete':            [403,      403,      200,      404,      200],
  'package management: refund':            [403,      403,      403,      403,      200],
  'packages on sale':                      ['listed', 'listed', 'listed', 'listed', 'listed'],
  'own packages: list':                    ['listed', 'absent', 403,      403,      403],
  'own packages: summary':                 [200,      200,      403,      403,      403],
  'own packages: purchase':                [201,      201,      403,      403,      403],
  'finance reports':                       [403,      403,      403,      403,      200],
  'refunds: any payment':                  [403,      403,      403,      403,      200],
  'refunds: this payment':                 [403,      403,      403,      403,      200],
  'waitlist: join':                        [201,      201,      403,      403,      403],
  'waitlist: leave':                       [204,      404,      403,      403,      403],
  'cash desk: list':                       [403,      403,      'listed', 'absent', 'listed'],
  'cash desk: one':                        [403,      403,      200,      404,      200],
  'cash desk: daily summary':              [403,      403,      200,      404,      200],
  'cash desk: move':                       [403,      403,      201,      404,      201],
  'cash desk: count':                      [403,      403,      201,      404,      201],
  'cash desk: close the day':              [403,      403,      201,      404,      201],
  'payments: initiate':                    [201,      201,      403,      403,      403],
  'payments: initiate with the finance':   [201,      201,      201,      201,      201],
  'reconciliation: list':                  [403,      403,      403,      403,      200],
  'reconciliation: run':                   [403,      403,      403,      403,      200],
  'reconciliation: resolve':               [403,      403,      403,      403,      404],
  'earnings: own':                         [403,      403,      403,      403,      200],
  "earnings: a student's":                 [403,      403,      403,      403,      200],
  'earnings: the statement':               [403,      403,      403,      403,      200],
  'payouts: list':                         [403,      403,      403,      403,      200],
  'payouts: ask for one':                  [403,      403,      403,      403,      409],
  'payouts: approve':                      [403,      403,      403,      403,      404],
  'payouts: set the account':              [403,      403,      403,      403,      403],
  'payouts: the report':                   [403,      403,      403,      403,      200],
  'earnings: the report':                  [403,      403,      403,      403,      200],
  'subscriptions: own':                    [200,      200,      200,      200,      200],
  'subscriptions: preview':                [200,      200,      200,      200,      200],
  'subscriptions: begin the free one':     [409,      409,      409,      409,      409],
  'subscriptions: change':                 [409,      409,      409,      409,      409],
  'subscriptions: cancel':                 [409,      409,      409,      409,      409],
  'subscriptions: resume':                 [409,      409,      409,      409,      409],
  'licence keys: activate':                [403,      403,      403,      403,      400],
  'licence keys: leave a domain':          [403,      403,      403,      403,      404],
  'licence looks: set':                    [403,      403,      403,      403,      404],
  'tokens: what they are worth':           [200,      200,      200,      200,      200],
  'tokens: own':                           [200,      200,      200,      200,      200],
  'tokens: own history':                   [200,      200,      200,      200,      200],
  'tokens: award':                         [403,      403,      403,      403,      201],
  'tokens: redeem what is not there':      [400,      400,      400,      400,      400],
  'friends: own':                          [200,      200,      200,      200,      200],
  'friends: ask the student':              [400,      201,      201,      201,      201],
  'friends: accept who has not asked':     [404,      404,      404,      404,      404],
  'friends: remove who is none':           [404,      404,      404,      404,      404],
  'leaderboard: of everybody':             [200,      200,      200,      200,      200],
  'leaderboard: among friends':            [200,      200,      200,      200,      200],
  'leaderboard: be seen or not':           [200,      200,      200,      200,      200],
  'licences: the tiers':                  [200,      200,      200,      200,      200],
  'licences: list':                       [403,      403,      403,      403,      200],
  'licences: one':                        [403,      403,      403,      403,      404],
  'licences: sell':                       [403,      403,      403,      403,      404],
  'licences: mark as paid':               [403,      403,      403,      403,      404],
  'licences: renew':                      [403,      403,      403,      403,      404],
  'licences: suspend':                    [403,      403,      403,      403,      404],
  'licences: resume':                     [403,      403,      403,      403,      404],
  'licences: revoke':                     [403,      403,      403,      403,      404],
  'licences: pay for':                    [404,      404,      404,      404,      404],
  'licence seats: list':                   [403,      403,      403,      403,      404],
  'licence seats: offer':                  [403,      403,      403,      403,      404],
  'licence seats: move':                   [403,      403,      403,      403,      404],
  'licence seats: take away':              [403,      403,      403,      403,      404],
  'licence seats: accept what is not offered': [404,  404,      404,      404,      404],
  'licences: usage':                       [403,      403,      403,      403,      200],
  'organizations: list':                  [403,      403,      403,      403,      200],
  'organizations: add':                   [403,      403,      403,      403,      201],
  'organizations: change':                [403,      403,      403,      403,      404],
  'organizations: add an admin':          [403,      403,      403,      403,      404],
  'organizations: take an admin away':    [403,      403,      403,      403,      404],
  'cash reconciliation':                   [403,      403,      403,      403,      200],
} as const satisfies Record<keyof Operations['all'], readonly [Verdict, Verdict, Verdict, Verdict, Verdict]>;

/** All that an operation here could change. */
async function everything(): Promise<unknown> {
  const tables = [
    'seats class_sessions session_settlements ledger_entries ledger_postings ledger_holds ledger_accounts payments refunds',
    'enrollments class_packages student_packages audit_records outbox_messages waitlist_entries waitlist_promotions',
    'cash_movements cash_counts reconciliation_runs payouts payout_accounts subscriptions token_accounts',
    'token_transactions token_scores token_redemptions coupons friendships organizations licenses license_terms',
    'license_seats',
  ].flatMap((names) => names.split(' '));
  // Whatever is written has another transaction's number, and what is removed is not there any more.
  const sums = tables.map(
    (name) => `(SELECT format('%s %s', count(*), sum(xmin::text::bigint)) FROM ${name}) AS ${name}`,
  );
  // By a statement with a name, which is planned once: it is asked a thousand times.
  const asked = { name: 'everything', text: `SELECT ${sums.join(', ')}` };
  return (await school.database.superuser.query<object>(asked)).rows[0];
}

/** The answer; a refusal has changed nothing. */
async function asked(run: () => Promise<Answer<unknown>>): Promise<Answer<unknown>> {
  const before = await everything();
  const answer = await run();
  if (answer.status >= 400) expect(await everything()).toEqual(before);
  return answer;
}

const cells = Object.entries(matrix).flatMap(([name, verdicts]) =>
  columns.map((who, index) => ({ name: name as keyof typeof matrix, who, verdict: verdicts[index]! })),
);

it.each(cells)('$name, $who: $verdict', async ({ name, who, verdict }) => {
  const operation: Operation = operations.all[name];
  const things = await operations.prepare(operation, owners.pop()!);
  const answer = await asked(() => operation.run(things, who === 'student' ? things.student : people[who]));
  const status = typeof verdict === 'number' ? verdict : 200;
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  if (!operation.lists || status !== answer.status || status >= 400) return;
  const ids = (operation.lists(answer.body) as { id: string }[]).map(({ id }) => id);
  const { sessionId, cashboxId, seatId, packageId, studentPackageId } = things;
  const sought = [sessionId, cashboxId, seatId, packageId, studentPackageId].some(
    (id) => id !== '' && ids.includes(id),
  );
  expect(sought).toBe(verdict === 'listed');
});

it('nobody who has not signed in may do any of it', async () => {
  const things = await operations.prepare(
    { ...operations.all['check-in'], pays: true, package: 'bought' },
    owners.pop()!,
  );
  for (const [name, { run }] of Object.entries(operations.all)) {
    const { status } = await asked(() => run(things, { id: '', email: '', token: '' }));
    expect([name, status]).toEqual([name, 401]);
  }
});

it.each(['/webhooks/daraja/of-nobody', '/finance/webhooks/paymob', '/webhooks/stripe'])(
  'POST %s takes no token of ours for a proof, whoever has it',
  async (path) => {
    for (const who of [{ id: '', email: '', token: '' }, owners.pop()!, ...Object.values(people)]) {
      const answer = await asked(() => operations.call('POST', path, who, { paid: true }));
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_SIGNATURE' } });
    }
  },
);

/*
 * Registration makes everybody a student, and an admin adds to that: so staff are usually students as well. Each role gives what it gives;
 * the one thing that another role takes away is the sight of other branches.
 */
describe('who is a student and staff', () => {
  let both: Person;
  beforeAll(async () => {
    both = await staff(lessons, ['STUDENT', 'STAFF'], 5000);
  });

  it('books for themselves, at any branch, and gives that seat up as a student does', async () => {
    const foreign = await Lessons.open(school);
    const sessionId = await foreign.session({ startsInHours: 30 });
    const seat = await desk.booked(sessionId, both);
    expect((await operations.call('GET', `/enrollments/${seat.id}`, both)).status).toBe(200);
    const calendar = await operations.calendar(both);
    const { sessions } = calendar.body as { sessions: { id: string }[] };
    expect(sessions.map(({ id }) => id)).toContain(sessionId);
    expect(await desk.act(seat, 'cancel', both)).toMatchObject({ status: 200, body: { cancelReason: 'STUDENT' } });
    expect((await desk.wallets([both]))[0]).toEqual({ balance: 5000, held: 0 });
  });

  it("may not give up a student's seat at their own branch, nor see sessions of another", async () => {
    const seat = await desk.booked(await lessons.session({ startsInHours: 33 }), owners.pop()!);
    const cancel = await asked(() => operations.call('POST', `/enrollments/${seat.id}/cancel`, both, {}));
    expect(cancel.status).toBe(404);
    const foreign = await (await Lessons.open(school)).session();
    expect((await operations.call('GET', `/sessions/${foreign}`, both)).status).toBe(404);
  });

  it('takes cash for a student, and does not check in a seat at another branch', async () => {
    const [student, sessionId] = [owners.pop()!, await lessons.session({ startsInHours: 36 })];
    expect((await desk.cash(sessionId, student, both)).status).toBe(201);
    const foreign = await Lessons.open(school);
    const seat = await desk.booked(await foreign.session({ startsInHours: 39 }), student);
    expect((await asked(() => operations.call('POST', `/enrollments/${seat.id}/check-in`, both, {}))).status).toBe(404);
  });
});

describe('an admin', () => {
  it('who is a student too books like one', async () => {
    const both = await desk.person(1000, ['STUDENT', 'ADMIN']);
    const seat = await desk.booked(await lessons.session(), both);
    expect((await desk.wallets([both]))[0]).toEqual({ balance: 1000, held: 1000 });
    expect(seat.status).toBe('LOCKED');
  });

  it('who is staff too takes cash, at any branch', async () => {
    const both = await desk.person(0, ['STAFF', 'ADMIN']);
    expect((await desk.cash(await lessons.session(), owners.pop()!, both)).status).toBe(201);
  });
});

it('leaves the books as they must be', async () => {
  await school.quiet();
  expect(await school.app.get(Invariants).check()).toEqual([]);
});
