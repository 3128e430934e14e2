import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Lessons } from '../../test/support/lessons.js';
import type { Person } from '../../test/support/people.js';
import { openSchool, type School } from '../../test/support/school.js';
import { holding, type SeatAnswer, SeatDesk, waiting } from '../../test/support/seat-desk.js';
import type { LockAccount } from '../ledger/index.js';
import { accounts } from '../ledger/index.js';
import { newId } from '../platform/ids/index.js';
import { withIdempotencyKey } from '../platform/idempotency/idempotent.js';
import { BookSeat } from './booking/book-seat.js';
import { Seats } from './settling/seats.js';

/*
 * Tests that can fail: what keeps seats from being sold twice is taken away, one thing at a time, and the battery must notice. A fault in SQL
 * is made of the real source by replacing a text that must be there exactly once, so that a change of the source breaks loudly here.
 */

let school: School;
let lessons: Lessons;
let desk: SeatDesk;
beforeAll(async () => {
  // Sweeps run only when a rule says so: a session that was moved stays unsettled.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  lessons = await Lessons.open(school);
  desk = new SeatDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());

const WALLET = `SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`;
const inHours = (hours: number) => new Date(school.clock.now().getTime() + hours * 3_600_000).toISOString();

/** What stands about a session: its counter, its live seats, and how many of those are at another time than it. */
async function standing(sessionId: string): Promise<{ taken: number; live: number; elsewhere: number }> {
  const [row] = await school.sql<{ taken: number; live: number; elsewhere: number }>(
    `SELECT taken, count(s.id)::int AS live,
       count(s.id) FILTER (WHERE (s.start_time, s.end_time) <> (n.start_time, n.end_time))::int AS elsewhere
     FROM class_sessions n LEFT JOIN seats s ON s.session_id = n.id AND s.status IN ('LOCKED', 'PAID') WHERE n.id = $1 GROUP BY n.id`,
    [sessionId],
  );
  return row!;
}

/** A package of free credits for the class that lessons are of, or for another one. */
async function packageOf(
  student: Person,
  credits: number,
  { classId = lessons.classId, suspended = false } = {},
): Promise<string> {
  const [offer, bought, now] = [newId('classPackage'), newId('studentPackage'), school.clock.now()];
  await school.sql(
    `INSERT INTO class_packages (id, class_id, name, session_count, price, currency, created_at, updated_at)
     VALUES ($1, $2, 'Some', $3, 0, 'USD', $4, $4)`,
    [offer, classId, credits, now],
  );
  await school.sql(
    `INSERT INTO student_packages (id, package_id, class_id, student_id, name, payment_session_id, session_count, remaining_sessions,
       suspended, paid, tax, currency, net_left, tax_left, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'Some', $1, $5, $5, $6, 0, 0, 'USD', 0, 0, $7, $7)`,
    [bought, offer, classId, student.id, credits, suspended, now],
  );
  return bought;
}

const creditsLeft = async (id: string) =>
  (
    await school.sql<{ left: number }>('SELECT remaining_sessions AS left FROM student_packages WHERE id = $1', [id])
  )[0]!.left;

const told = ({ status, body }: SeatAnswer) => (status < 300 ? 'done' : body.code);

/** Several begin to book, and stop at the student's wallet with what they have read; something happens; they go on. */
async function stopped(
  student: Person,
  sessions: string[],
  meanwhile: () => Promise<unknown> = () => Promise.resolve(),
): Promise<string[]> {
  return holding(school, WALLET, [student.id], async (letGo) => {
    const bookings = sessions.map((id) => desk.book(id, student));
    await waiting(school, sessions.length);
    await meanwhile();
    await letGo();
    return (await Promise.all(bookings)).map(told).toSorted();
  });
}

const rules = {
  'the last seat is sold once': async () => {
    const [[first, second], sessionId] = [await desk.people(2), await lessons.session({ capacity: 1 })];
    expect(await stopped(second!, [sessionId], () => desk.booked(sessionId, first!))).toEqual(['SESSION_FULL']);
    expect(await standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
    expect(await desk.wallets([first!, second!])).toEqual([
      { balance: 1000, held: 1000 },
      { balance: 1000, held: 0 },
    ]);
  },

  'the counter keeps its limits': async () => {
    const sessionId = await lessons.session({ capacity: 1 });
    for (const change of ['taken = 2', 'taken = -1', 'capacity = 0'])
      await expect(school.sql(`UPDATE class_sessions SET ${change} WHERE id = $1`, [sessionId])).rejects.toThrow(
        'class_sessions_seats',
      );
  },

  'a student is in one place at a time': async () => {
    const [student, one, other] = [
      await desk.person(5000),
      await lessons.session(),
      await lessons.session({ startsInHours: 48.5 }),
    ];
    expect(await stopped(student, [one, other])).toEqual(['SESSIONS_OVERLAP', 'done']);
    expect((await standing(one)).live + (await standing(other)).live).toBe(1);
    expect(await desk.wallets([student])).toEqual([{ balance: 5000, held: 1000 }]);
  },

  'a student has one seat in a session, even one that has not followed it': async () => {
    const [student, sessionId] = [await desk.person(5000), await lessons.session()];
    await desk.booked(sessionId, student);
    expect((await desk.edit(sessionId, { startTime: inHours(60) })).status).toBe(200);
    expect(told(await desk.cash(sessionId, student))).toBe('ALREADY_ENROLLED_IN_SESSION');
    expect(told(await desk.book(sessionId, student))).toBe('ALREADY_ENROLLED_IN_SESSION');
    expect(await standing(sessionId)).toMatchObject({ taken: 1, live: 1 });
  },

  'a booking has the time that the session has in the end': async () => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    const edit = () => desk.edit(sessionId, { startTime: inHours(60) });
    expect(await stopped(student, [sessionId], edit)).toEqual(['done']);
    expect(await standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
  },

  'a canceled session sells nothing': async () => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    expect(await stopped(student, [sessionId], () => desk.moved(sessionId, 'cancel'))).toEqual(['SESSION_CLOSED']);
    expect(await standing(sessionId)).toEqual({ taken: 0, live: 0, elsewhere: 0 });
  },

  'a seat is held': async () => {
    const [student, sessionId] = [await desk.person(1500), await lessons.session()];
    await desk.booked(sessionId, student);
    expect(await desk.wallets([student])).toEqual([{ balance: 1500, held: 1000 }]);
    expect(told(await desk.book(await lessons.session({ startsInHours: 90 }), student))).toBe(
      'INSUFFICIENT_CREDITS_OR_BALANCE',
    );
  },

  'credits come before the wallet, the oldest first, and of their own class': async () => {
    const student = await desk.person(1000);
    const other = await lessons.anotherClass();
    const packages = [
      await packageOf(student, 1, { classId: other }),
      await packageOf(student, 1, { suspended: true }),
    ];
    packages.push(await packageOf(student, 1), await packageOf(student, 1));
    await desk.booked(await lessons.session(), student);
    expect(await Promise.all(packages.map(creditsLeft))).toEqual([1, 1, 0, 1]);
    await desk.booked(await lessons.session({ startsInHours: 60 }), student);
    await desk.booked(await lessons.session({ startsInHours: 70 }), student);
    expect(await Promise.all(packages.map(creditsLeft))).toEqual([1, 1, 0, 0]);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 1000 }]);
  },

  'the last credit pays one seat': async () => {
    const [student, sessions] = [
      await desk.person(1000),
      [await lessons.session(), await lessons.session({ startsInHours: 60 })],
    ];
    const bought = await packageOf(student, 1);
    const row = 'SELECT 1 FROM student_packages WHERE id = $1 FOR UPDATE';
    await holding(school, row, [bought], async (letGo) => {
      const bookings = sessions.map((id) => desk.book(id, student));
      await waiting(school, 2);
      await letGo();
      const methods = (await Promise.all(bookings)).map(({ body }) => body.paymentMethod).toSorted();
      expect(methods).toEqual(['PACKAGE', 'WALLET']);
    });
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 1000 }]);
  },

  'when the last credit of a package goes meanwhile, the next package pays': async () => {
    const [student, sessions] = [
      await desk.person(1000),
      [await lessons.session(), await lessons.session({ startsInHours: 60 })],
    ];
    const packages = [await packageOf(student, 1), await packageOf(student, 1)];
    const row = 'SELECT 1 FROM student_packages WHERE id = $1 FOR UPDATE';
    await holding(school, row, [packages[0]!], async (letGo) => {
      const bookings = sessions.map((id) => desk.book(id, student));
      await waiting(school, 2);
      await letGo();
      const methods = (await Promise.all(bookings)).map(({ body }) => body.paymentMethod);
      expect(methods).toEqual(['PACKAGE', 'PACKAGE']);
    });
    expect(await Promise.all(packages.map(creditsLeft))).toEqual([0, 0]);
    expect(await desk.wallets([student])).toEqual([{ balance: 1000, held: 0 }]);
  },

  "a seat that is being offered is nobody else's": async () => {
    const [student, sessionId] = [await desk.person(), await lessons.session()];
    await school.sql('INSERT INTO waitlist_promotions (session_id, due_at) VALUES ($1, $2)', [sessionId, inHours(1)]);
    expect(told(await desk.book(sessionId, student))).toBe('SESSION_FULL');
  },

  'a resumed booking is the seat that there is': async () => {
    const [student, sessionId] = [await desk.person(5000), await lessons.session()];
    const book = () => withIdempotencyKey('resumed', () => school.app.get(BookSeat).execute(sessionId, student.id));
    const first = await book();
    expect(await book()).toEqual(first);
  },

  'a seat is given up once': async () => {
    const [[one, other], sessionId] = [await desk.people(2), await lessons.session()];
    const seat = await desk.booked(sessionId, one!);
    await desk.booked(sessionId, other!);
    await atOnce(sessionId, () => desk.act(seat, 'cancel', school.admin));
    expect(await desk.wallets([one!])).toEqual([{ balance: 1000, held: 0 }]);
  },

  'a seat of a student without a wallet is given up once': async () => {
    const [payer, sessionId] = [await desk.person(0), await lessons.session()];
    await desk.booked(sessionId, await desk.person());
    const { body: seat } = await desk.cash(sessionId, payer);
    await atOnce(sessionId, () => desk.act(seat, 'cancel', payer));
  },
} satisfies Record<string, () => Promise<void>>;

type Rule = keyof typeof rules;

/** Two give the same seat up, the first stopped at the session's counter; one seat of two is left. */
async function atOnce(sessionId: string, cancel: () => Promise<SeatAnswer>): Promise<void> {
  const counter = 'SELECT 1 FROM class_sessions WHERE id = $1 FOR NO KEY UPDATE';
  await holding(school, counter, [sessionId], async (letGo) => {
    const cancels = [cancel(), cancel()];
    await waiting(school, 2);
    await letGo();
    expect((await Promise.all(cancels)).map(told)).toEqual(['done', 'done']);
  });
  expect(await standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
}

/** What is not kept, in words; empty when all is well. */
async function complaints(): Promise<string[]> {
  const found: string[] = [];
  for (const [name, rule] of Object.entries(rules))
    await rule().catch((error: unknown) => found.push(`${name}: ${(error as Error).message}`));
  return found;
}

const source = readFileSync(join('src', 'seats', 'sql', 'seat_book.sql'), 'utf8');

/** seat_book with these texts replaced. */
function broken(...replacements: [from: string, to: string][]): string {
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`seat_book does not have "${from}" exactly once`);
    return text.replace(from, () => to);
  }, source);
}

const sameSession = `
    AND (start_time, end_time, price, tax) = (session.start_time, session.end_time, session.price, session.tax)`;

const inSql: [name: string, statements: string, noticedBy: Rule][] = [
  [
    'bookings do not look at the capacity in the end',
    broken([' AND taken < capacity', '']),
    'the last seat is sold once',
  ],
  [
    'bookings do not look at the capacity in the end, and nothing says so',
    `${broken([' AND taken < capacity', ''])} ALTER TABLE class_sessions DROP CONSTRAINT class_sessions_seats`,
    'the last seat is sold once',
  ],
  [
    'the counter has no limits',
    'ALTER TABLE class_sessions DROP CONSTRAINT class_sessions_seats',
    'the counter keeps its limits',
  ],
  ['the counter does not count', broken(['taken = taken + 1', 'taken = taken']), 'the last seat is sold once'],
  ['seats may overlap', 'ALTER TABLE seats DROP CONSTRAINT seats_overlap', 'a student is in one place at a time'],
  [
    'a student may have two seats in a session',
    'DROP INDEX seats_live',
    'a student has one seat in a session, even one that has not followed it',
  ],
  [
    'a seat that has not followed is not seen',
    broken(['session_id = p_session_id OR tstzrange', 'tstzrange']),
    'a student has one seat in a session, even one that has not followed it',
  ],
  [
    'bookings keep the time they have read',
    broken([sameSession, '']),
    'a booking has the time that the session has in the end',
  ],
  [
    'bookings keep the status they have read',
    broken([`AND status = 'SCHEDULED' AND taken`, 'AND taken']),
    'a canceled session sells nothing',
  ],
  ['nothing is held', broken(['PERFORM ledger_place_hold(', `PERFORM format('%s %s %s %s %s %s', `]), 'a seat is held'],
  [
    'credits are passed over',
    broken(['p.class_id = session.class_id', 'false']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'any credit will do',
    broken(['p.class_id = session.class_id', 'true']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'the newest package goes first',
    broken(['ORDER BY p.id LIMIT 1', 'ORDER BY p.id DESC LIMIT 1']),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  [
    'suspended credits are used',
    source.replaceAll('AND NOT p.suspended', ''),
    'credits come before the wallet, the oldest first, and of their own class',
  ],
  ['packages are read and not locked', broken([' FOR UPDATE;', ';']), 'the last credit pays one seat'],
  [
    "what is offered is anybody's",
    source.replaceAll('NOT p_promoted AND EXISTS', 'false AND EXISTS'),
    "a seat that is being offered is nobody else's",
  ],
  [
    'a key is forgotten',
    broken(['seat.idempotency_key = p_key', 'false']),
    'a resumed booking is the seat that there is',
  ],
];

type Internals = { find: Seats['find']; lockAccount: LockAccount };

const inCode: [name: string, lock: (this: Internals, id: string) => ReturnType<Seats['lock']>, noticedBy: Rule][] = [
  [
    'seats are read and not locked',
    function (id) {
      return this.find(id);
    },
    'a seat is given up once',
  ],
  [
    'wallets are locked and seats are not',
    async function (id) {
      const seat = await this.find(id);
      if (!seat) return undefined;
      if (seat.amount > 0n) await this.lockAccount.execute(accounts.wallet(seat.studentId), seat.currency);
      return this.find(id);
    },
    'a seat of a student without a wallet is given up once',
  ],
];

/** What the faults take away, as the database itself says it. */
const DEFINITIONS = `
  SELECT conname AS name, format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS statement
  FROM pg_constraint WHERE conname IN ('class_sessions_seats', 'seats_overlap')
  UNION ALL SELECT 'seats_live', pg_get_indexdef('seats_live'::regclass)`;

describe('the battery', () => {
  let definitions: { name: string; statement: string }[];
  beforeAll(async () => {
    definitions = await school.sql(DEFINITIONS);
    expect(definitions).toHaveLength(3);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    // What a fault has let through no longer stands in the way of what it took away.
    await school.sql(`UPDATE seats SET status = 'NO_SHOW' WHERE status <> 'NO_SHOW'`);
    await school.sql('UPDATE class_sessions SET taken = 0');
    await school.sql(source);
    for (const { name, statement } of definitions) {
      const there =
        'SELECT 1 FROM pg_constraint WHERE conname = $1 UNION ALL SELECT 1 FROM pg_class WHERE relname = $1';
      if ((await school.sql(there, [name])).length === 0) await school.sql(statement);
    }
  });

  it('has nothing to say about seats as they are', async () => {
    expect(await complaints()).toEqual([]);
  });

  it.each(inSql)('notices that %s', async (_, statements, noticedBy) => {
    await school.sql(statements);
    await expect(rules[noticedBy]()).rejects.toThrow();
  });

  it.each(inCode)('notices that %s', async (_, lock, noticedBy) => {
    jest.spyOn(Seats.prototype, 'lock').mockImplementation(lock);
    await expect(rules[noticedBy]()).rejects.toThrow();
  });

  it('has nothing to say once everything is back', async () => {
    expect(await complaints()).toEqual([]);
  });
});
