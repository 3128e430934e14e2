import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import type { Role } from '../src/platform/database/index.js';
import type { Answer } from './support/app.js';
import { Lessons, type SessionTerms } from './support/lessons.js';
import type { Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { SeatDesk } from './support/seat-desk.js';

/*
 * Who may do what with class sessions, their seats, packages and the money: every cell is tried, and what is refused has changed nothing. The people
 * of the matrix have one role each; what those may do who have two is at the end.
 */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
/** Students who have not booked yet, one for each cell. */
let owners: Person[];
let courseId: string;
let people: Record<Exclude<Who, 'student'>, Person>;

type Who = 'student' | 'another student' | 'staff here' | 'staff elsewhere' | 'admin';
const columns: Who[] = ['student', 'another student', 'staff here', 'staff elsewhere', 'admin'];

beforeAll(async () => {
  // Sweeps run only when a test says so.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  const foreign = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
  owners = await desk.people(200, 5000);
  courseId = (await school.course({ price: 2000 })).id;
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

/** 404 is what staff of other branches get, and whoever asks for another person's seat. */
type Verdict = 200 | 201 | 204 | 400 | 403 | 404 | 'listed' | 'absent';

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
} as const satisfies Record<string, readonly [Verdict, Verdict, Verdict, Verdict, Verdict]>;

/** A session, a seat in it, a payment and a package, all of the student's: what an operation acts on. */
interface Things {
  readonly student: Person;
  readonly sessionId: string;
  readonly seatId: string;
  readonly paymentId: string;
  readonly packageId: string;
  readonly studentPackageId: string;
}

interface Operation {
  readonly terms?: SessionTerms;
  /** What the session has become since the seat was booked. */
  readonly status?: string;
  /** Nobody has booked. */
  readonly empty?: true;
  /** There is a payment. */
  readonly pays?: true;
  /** There is a package on sale, or one that was bought. */
  readonly package?: 'offered' | 'bought';
  readonly run: (things: Things, by: Person) => Promise<Answer<unknown>>;
  /** For lists: the ids in the answer, of which one is looked for. */
  readonly lists?: (body: unknown) => unknown;
}

const inHours = (hours: number) => new Date(school.clock.now().getTime() + hours * 3_600_000).toISOString();
const dayIn = (hours: number) => inHours(hours).slice(0, 10);
const call = (method: string, path: string, { token }: Person, body?: object) =>
  school.request<unknown>(method, path, { token, body });
const page = (body: unknown) => (body as { data: unknown }).data;

const managing = (what: 'check-in' | 'start' | 'cancel', status: string): Operation => ({
  terms: { startsInHours: 0.5 },
  status,
  run: ({ sessionId }, by) => call('POST', `/sessions/${what}`, by, { sessionId }),
});
const acting = (what: string, terms: SessionTerms, status: string): Operation => ({
  terms,
  status,
  run: ({ seatId }, by) => call('POST', `/enrollments/${seatId}/${what}`, by, {}),
});

const operations: Record<keyof typeof matrix, Operation> = {
  'view sessions: one': { run: ({ sessionId }, by) => call('GET', `/sessions/${sessionId}`, by) },
  'view sessions: the calendar': {
    run: (_, by) => call('GET', `/sessions/calendar?from=${dayIn(24)}&to=${dayIn(72)}&timeZone=UTC`, by),
    lists: (body) => (body as { sessions: unknown }).sessions,
  },
  'book sessions': {
    empty: true,
    run: ({ sessionId }, by) => call('POST', '/enrollments/book', by, { sessionId }),
  },
  'manage sessions: list': { run: ({ sessionId }, by) => listAround(sessionId, by), lists: page },
  'manage sessions: add': {
    run: (_, by) => call('POST', '/sessions', by, { classId: lessons.classId, startTime: inHours(nextFree()) }),
  },
  'manage sessions: edit': { run: ({ sessionId }, by) => call('PUT', `/sessions/${sessionId}`, by, { capacity: 12 }) },
  'manage sessions: delete': { empty: true, run: ({ sessionId }, by) => call('DELETE', `/sessions/${sessionId}`, by) },
  'manage sessions: open check-in': managing('check-in', 'SCHEDULED'),
  'manage sessions: start': managing('start', 'CHECKING_IN'),
  'manage sessions: finish': {
    status: 'CONDUCTING',
    run: ({ sessionId }, by) => call('POST', `/sessions/${sessionId}/finish`, by, {}),
  },
  'manage sessions: cancel': managing('cancel', 'SCHEDULED'),
  'manage sessions: schedule again': {
    empty: true,
    status: 'CANCELED',
    run: ({ sessionId }, by) =>
      call('POST', `/sessions/${sessionId}/schedule`, by, { startTime: inHours(90), endTime: inHours(91) }),
  },
  'manage sessions: set the status': {
    terms: { startsInHours: 0.5 },
    run: ({ sessionId }, by) => call('PATCH', `/sessions/${sessionId}/status`, by, { status: 'CHECKING_IN' }),
  },
  'view enrollments: one': { run: ({ seatId }, by) => call('GET', `/enrollments/${seatId}`, by) },
  'view enrollments: history': {
    run: ({ sessionId }, by) => call('GET', `/enrollments/history?sessionId=${sessionId}`, by),
    lists: page,
  },
  'cancel enrollments: in the window': acting('cancel', {}, 'SCHEDULED'),
  'cancel enrollments: after the window': acting('cancel', { startsInHours: 1.5 }, 'SCHEDULED'),
  'cancel enrollments: during the session': acting('cancel', { startsInHours: 0.5 }, 'CONDUCTING'),
  'cash payments': {
    empty: true,
    run: ({ sessionId, student }, by) =>
      call('POST', '/enrollments/register-cash', by, { sessionId, studentId: student.id }),
  },
  'check-in': acting('check-in', { policy: 'FLEXIBLE' }, 'CONDUCTING'),
  'no-show': acting('no-show', { policy: 'FLEXIBLE' }, 'CONDUCTING'),
  'MANUAL: charge': acting('charge', { policy: 'MANUAL' }, 'CONDUCTING'),
  'MANUAL: release': acting('release', { policy: 'MANUAL' }, 'CONDUCTING'),
  'MANUAL: the undecided': {
    terms: { policy: 'MANUAL' },
    status: 'FINISHED',
    run: (_, by) => call('GET', '/enrollments/undecided?limit=100', by),
    lists: page,
  },
  'package management: list': {
    package: 'offered',
    run: (_, by) => call('GET', '/packages?limit=100', by),
    lists: page,
  },
  'package management: one': {
    package: 'offered',
    run: ({ packageId }, by) => call('GET', `/packages/${packageId}`, by),
  },
  'package management: create': {
    empty: true,
    run: (_, by) => {
      const { classId } = lessons;
      return call('POST', '/packages', by, { classId, name: 'Ten', sessionCount: 10, price: 9000 });
    },
  },
  'package management: edit': {
    package: 'offered',
    run: ({ packageId }, by) => call('PUT', `/packages/${packageId}`, by, { price: 1 }),
  },
  'package management: delete': {
    package: 'offered',
    run: ({ packageId }, by) => call('DELETE', `/packages/${packageId}`, by),
  },
  'package management: refund': {
    package: 'bought',
    run: ({ studentPackageId }, by) =>
      call('POST', `/student-packages/${studentPackageId}/refund`, by, { reason: 'asked' }),
  },
  'packages on sale': {
    package: 'offered',
    run: (_, by) => call('GET', `/packages/class/${lessons.classId}`, by),
    lists: (body) => body,
  },
  'own packages: list': { package: 'bought', run: (_, by) => call('GET', '/student-packages', by), lists: page },
  'own packages: summary': { package: 'bought', run: (_, by) => call('GET', '/student-packages/summary', by) },
  'own packages: purchase': {
    package: 'offered',
    run: ({ packageId }, by) => call('POST', '/student-packages/purchase', by, { packageId }),
  },
  'finance reports': { run: (_, by) => call('GET', '/finance/reports/revenue', by) },
  'refunds: any payment': {
    pays: true,
    run: ({ paymentId }, by) => call('POST', '/payments/refund', by, { paymentId, reason: 'asked' }),
  },
  'refunds: this payment': {
    pays: true,
    run: ({ paymentId }, by) => call('POST', `/finance/payments/${paymentId}/refund`, by, { reason: 'asked' }),
  },
};

let hour = 200;
/** A time at which the class's teacher has no session yet. */
function nextFree(): number {
  hour += 2;
  return hour;
}

async function listAround(sessionId: string, by: Person): Promise<Answer<unknown>> {
  const [row] = await school.sql<{ at: Date }>('SELECT start_time AS at FROM class_sessions WHERE id = $1', [
    sessionId,
  ]);
  const to = new Date(row!.at.getTime() + 1).toISOString();
  return call('GET', `/sessions?from=${row!.at.toISOString()}&to=${to}`, by);
}

async function prepare(operation: Operation, student: Person): Promise<Things> {
  const { terms, status, empty, pays } = operation;
  const sessionId = await lessons.session(terms);
  const seatId = empty ? '' : (await desk.booked(sessionId, student)).id;
  if (status)
    await school.sql('UPDATE class_sessions SET status = $2::class_session_status WHERE id = $1', [sessionId, status]);
  const paymentId = pays ? await boughtCourse(student) : '';
  const packageId = operation.package ? await offeredPackage() : '';
  const studentPackageId = operation.package === 'bought' ? await boughtPackage(packageId, student) : '';
  return { student, sessionId, seatId, paymentId, packageId, studentPackageId };
}

async function offeredPackage(): Promise<string> {
  const body = { classId: lessons.classId, name: 'Two lessons', sessionCount: 2, price: 1500 };
  return expectStatus(201, await school.post<{ id: string }>('/packages', body, lessons.staff.token)).id;
}

async function boughtPackage(packageId: string, { token }: Person): Promise<string> {
  expectStatus(201, await school.post('/student-packages/purchase', { packageId }, token));
  const [bought] = await school.sql<{ id: string }>('SELECT id FROM student_packages WHERE package_id = $1', [
    packageId,
  ]);
  return bought!.id;
}

async function boughtCourse({ token }: Person): Promise<string> {
  const body = { courseId, provider: 'WALLET' };
  const created = await school.post<{ session: { id: string } }>('/payments/sessions', body, token);
  const { session } = expectStatus(201, created);
  const [payment] = await school.sql<{ id: string }>('SELECT id FROM payments WHERE session_id = $1', [session.id]);
  return payment!.id;
}

/** All that an operation here could change. */
async function everything(): Promise<unknown> {
  const tables = [
    ...[
      'seats',
      'class_sessions',
      'session_settlements',
      'ledger_entries',
      'ledger_postings',
      'ledger_holds',
      'ledger_accounts',
    ],
    ...['payments', 'refunds', 'enrollments', 'class_packages', 'student_packages', 'audit_records', 'outbox_messages'],
  ];
  const sums = tables.map(
    (name) => `(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t) AS ${name}`,
  );
  return (await school.sql(`SELECT ${sums.join(', ')}`))[0];
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
  const operation = operations[name];
  const things = await prepare(operation, owners.pop()!);
  const answer = await asked(() => operation.run(things, who === 'student' ? things.student : people[who]));
  const status = typeof verdict === 'number' ? verdict : 200;
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  if (!operation.lists || status !== answer.status || status >= 400) return;
  const ids = (operation.lists(answer.body) as { id: string }[]).map(({ id }) => id);
  const { sessionId, seatId, packageId, studentPackageId } = things;
  const sought = [sessionId, seatId, packageId, studentPackageId].some((id) => id !== '' && ids.includes(id));
  expect(sought).toBe(verdict === 'listed');
});

it('nobody who has not signed in may do any of it', async () => {
  const things = await prepare({ pays: true, package: 'bought', run: operations['check-in'].run }, owners.pop()!);
  for (const [name, { run }] of Object.entries(operations)) {
    const { status } = await asked(() => run(things, { id: '', email: '', token: '' }));
    expect([name, status]).toEqual([name, 401]);
  }
});

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
    expect((await call('GET', `/enrollments/${seat.id}`, both)).status).toBe(200);
    const calendar = await call('GET', `/sessions/calendar?from=${dayIn(24)}&to=${dayIn(72)}&timeZone=UTC`, both);
    const { sessions } = calendar.body as { sessions: { id: string }[] };
    expect(sessions.map(({ id }) => id)).toContain(sessionId);
    expect(await desk.act(seat, 'cancel', both)).toMatchObject({ status: 200, body: { cancelReason: 'STUDENT' } });
    expect((await desk.wallets([both]))[0]).toEqual({ balance: 5000, held: 0 });
  });

  it("may not give up a student's seat at their own branch, nor see sessions of another", async () => {
    const seat = await desk.booked(await lessons.session({ startsInHours: 33 }), owners.pop()!);
    const cancel = await asked(() => call('POST', `/enrollments/${seat.id}/cancel`, both, {}));
    expect(cancel.status).toBe(404);
    const foreign = await (await Lessons.open(school)).session();
    expect((await call('GET', `/sessions/${foreign}`, both)).status).toBe(404);
  });

  it('takes cash for a student, and does not check in a seat at another branch', async () => {
    const [student, sessionId] = [owners.pop()!, await lessons.session({ startsInHours: 36 })];
    expect((await desk.cash(sessionId, student, both)).status).toBe(201);
    const foreign = await Lessons.open(school);
    const seat = await desk.booked(await foreign.session({ startsInHours: 39 }), student);
    expect((await asked(() => call('POST', `/enrollments/${seat.id}/check-in`, both, {}))).status).toBe(404);
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
