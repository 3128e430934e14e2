import { expect } from '@jest/globals';
import { withIdempotencyKey } from '../../src/platform/idempotency/idempotent.js';
import { newId } from '../../src/platform/ids/index.js';
import { BookSeat } from '../../src/seats/booking/book-seat.js';
import type { Lessons } from './lessons.js';
import type { Person } from './people.js';
import { type School, told } from './school.js';
import { holding, type SeatAnswer, type SeatDesk, waiting } from './seat-desk.js';

export type SeatRule = keyof SeatBattery['rules'];

const WALLET = `SELECT 1 FROM ledger_accounts WHERE code = 'liability:wallet:' || $1 FOR NO KEY UPDATE`;

/** Rules that keep seats from being sold twice, each tried on sessions of its own. */
export class SeatBattery {
  constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
    private readonly desk: SeatDesk,
  ) {}

  readonly rules = {
    'the last seat is sold once': async () => {
      const [[first, second], sessionId] = [await this.desk.people(2), await this.lessons.session({ capacity: 1 })];
      expect(await this.stopped(second!, [sessionId], () => this.desk.booked(sessionId, first!))).toEqual([
        'SESSION_FULL',
      ]);
      expect(await this.standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
      expect(await this.desk.wallets([first!, second!])).toEqual([
        { balance: 1000, held: 1000 },
        { balance: 1000, held: 0 },
      ]);
    },

    'the counter keeps its limits': async () => {
      const sessionId = await this.lessons.session({ capacity: 1 });
      for (const change of ['taken = 2', 'taken = -1', 'capacity = 0'])
        await expect(this.school.sql(`UPDATE class_sessions SET ${change} WHERE id = $1`, [sessionId])).rejects.toThrow(
          'class_sessions_seats',
        );
    },

    'a student is in one place at a time': async () => {
      const [student, one, other] = [
        await this.desk.person(5000),
        await this.lessons.session(),
        await this.lessons.session({ startsInHours: 48.5 }),
      ];
      expect(await this.stopped(student, [one, other])).toEqual(['SESSIONS_OVERLAP', 'done']);
      expect((await this.standing(one)).live + (await this.standing(other)).live).toBe(1);
      expect(await this.desk.wallets([student])).toEqual([{ balance: 5000, held: 1000 }]);
    },

    'a student has one seat in a session, even one that has not followed it': async () => {
      const [student, sessionId] = [await this.desk.person(5000), await this.lessons.session()];
      await this.desk.booked(sessionId, student);
      expect((await this.desk.edit(sessionId, { startTime: this.lessons.inHours(60) })).status).toBe(200);
      expect(told(await this.desk.cash(sessionId, student))).toBe('ALREADY_ENROLLED_IN_SESSION');
      expect(told(await this.desk.book(sessionId, student))).toBe('ALREADY_ENROLLED_IN_SESSION');
      expect(await this.standing(sessionId)).toMatchObject({ taken: 1, live: 1 });
    },

    'a booking has the time that the session has in the end': async () => {
      const [student, sessionId] = [await this.desk.person(), await this.lessons.session()];
      const edit = () => this.desk.edit(sessionId, { startTime: this.lessons.inHours(60) });
      expect(await this.stopped(student, [sessionId], edit)).toEqual(['done']);
      expect(await this.standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
    },

    'a canceled session sells nothing': async () => {
      const [student, sessionId] = [await this.desk.person(), await this.lessons.session()];
      expect(await this.stopped(student, [sessionId], () => this.desk.moved(sessionId, 'cancel'))).toEqual([
        'SESSION_CLOSED',
      ]);
      expect(await this.standing(sessionId)).toEqual({ taken: 0, live: 0, elsewhere: 0 });
    },

    'a seat is held': async () => {
      const [student, sessionId] = [await this.desk.person(1500), await this.lessons.session()];
      await this.desk.booked(sessionId, student);
      expect(await this.desk.wallets([student])).toEqual([{ balance: 1500, held: 1000 }]);
      expect(told(await this.desk.book(await this.lessons.session({ startsInHours: 90 }), student))).toBe(
        'INSUFFICIENT_CREDITS_OR_BALANCE',
      );
    },

    'credits come before the wallet, the oldest first, and of their own class': async () => {
      const student = await this.desk.person(1000);
      const other = await this.lessons.anotherClass();
      const packages = [
        await this.packageOf(student, 1, { classId: other }),
        await this.packageOf(student, 1, { suspended: true }),
      ];
      packages.push(await this.packageOf(student, 1), await this.packageOf(student, 1));
      await this.desk.booked(await this.lessons.session(), student);
      expect(await Promise.all(packages.map(this.creditsLeft))).toEqual([1, 1, 0, 1]);
      await this.desk.booked(await this.lessons.session({ startsInHours: 60 }), student);
      await this.desk.booked(await this.lessons.session({ startsInHours: 70 }), student);
      expect(await Promise.all(packages.map(this.creditsLeft))).toEqual([1, 1, 0, 0]);
      expect(await this.desk.wallets([student])).toEqual([{ balance: 1000, held: 1000 }]);
    },

    'the last credit pays one seat': async () => {
      const [student, sessions] = [
        await this.desk.person(1000),
        [await this.lessons.session(), await this.lessons.session({ startsInHours: 60 })],
      ];
      const bought = await this.packageOf(student, 1);
      const row = 'SELECT 1 FROM student_packages WHERE id = $1 FOR UPDATE';
      await holding(this.school, row, [bought], async (letGo) => {
        const bookings = sessions.map((id) => this.desk.book(id, student));
        await waiting(this.school, 2);
        await letGo();
        const methods = (await Promise.all(bookings)).map(({ body }) => body.paymentMethod).toSorted();
        expect(methods).toEqual(['PACKAGE', 'WALLET']);
      });
      expect(await this.desk.wallets([student])).toEqual([{ balance: 1000, held: 1000 }]);
    },

    'when the last credit of a package goes meanwhile, the next package pays': async () => {
      const [student, sessions] = [
        await this.desk.person(1000),
        [await this.lessons.session(), await this.lessons.session({ startsInHours: 60 })],
      ];
      const packages = [await this.packageOf(student, 1), await this.packageOf(student, 1)];
      const row = 'SELECT 1 FROM student_packages WHERE id = $1 FOR UPDATE';
      await holding(this.school, row, [packages[0]!], async (letGo) => {
        const bookings = sessions.map((id) => this.desk.book(id, student));
        await waiting(this.school, 2);
        await letGo();
        const methods = (await Promise.all(bookings)).map(({ body }) => body.paymentMethod);
        expect(methods).toEqual(['PACKAGE', 'PACKAGE']);
      });
      expect(await Promise.all(packages.map(this.creditsLeft))).toEqual([0, 0]);
      expect(await this.desk.wallets([student])).toEqual([{ balance: 1000, held: 0 }]);
    },

    "a seat that is being offered is nobody else's": async () => {
      const [student, sessionId] = [await this.desk.person(), await this.lessons.session()];
      await this.school.sql('INSERT INTO waitlist_promotions (session_id, due_at) VALUES ($1, $2)', [
        sessionId,
        this.lessons.inHours(1),
      ]);
      expect(told(await this.desk.book(sessionId, student))).toBe('SESSION_FULL');
    },

    'a resumed booking is the seat that there is': async () => {
      const [student, sessionId] = [await this.desk.person(5000), await this.lessons.session()];
      const book = () =>
        withIdempotencyKey('resumed', () => this.school.app.get(BookSeat).execute(sessionId, student.id));
      const first = await book();
      expect(await book()).toEqual(first);
    },

    'a seat is given up once': async () => {
      const [[one, other], sessionId] = [await this.desk.people(2), await this.lessons.session()];
      const seat = await this.desk.booked(sessionId, one!);
      await this.desk.booked(sessionId, other!);
      await this.atOnce(sessionId, () => this.desk.act(seat, 'cancel', this.school.admin));
      expect(await this.desk.wallets([one!])).toEqual([{ balance: 1000, held: 0 }]);
    },

    'a seat of a student without a wallet is given up once': async () => {
      const [payer, sessionId] = [await this.desk.person(0), await this.lessons.session()];
      await this.desk.booked(sessionId, await this.desk.person());
      const { body: seat } = await this.desk.cash(sessionId, payer);
      await this.atOnce(sessionId, () => this.desk.act(seat, 'cancel', payer));
    },
  } satisfies Record<string, () => Promise<void>>;

  /** What is not kept, in words; empty when all is well. */
  async complaints(): Promise<string[]> {
    const found: string[] = [];
    for (const [name, rule] of Object.entries(this.rules))
      await rule().catch((error: unknown) => found.push(`${name}: ${(error as Error).message}`));
    return found;
  }

  /** What stands about a session: its counter, its live seats, and how many of those are at another time than it. */
  private async standing(sessionId: string): Promise<{ taken: number; live: number; elsewhere: number }> {
    const [row] = await this.school.sql<{ taken: number; live: number; elsewhere: number }>(
      `SELECT taken, count(s.id)::int AS live,
       count(s.id) FILTER (WHERE (s.start_time, s.end_time) <> (n.start_time, n.end_time))::int AS elsewhere
     FROM class_sessions n LEFT JOIN seats s ON s.session_id = n.id AND s.status IN ('LOCKED', 'PAID') WHERE n.id = $1 GROUP BY n.id`,
      [sessionId],
    );
    return row!;
  }

  /** A package of free credits for the class that lessons are of, or for another one. */
  private async packageOf(
    student: Person,
    credits: number,
    { classId = this.lessons.classId, suspended = false } = {},
  ): Promise<string> {
    const [offer, bought, now] = [newId('classPackage'), newId('studentPackage'), this.school.clock.now()];
    await this.school.sql(
      `INSERT INTO class_packages (id, class_id, name, session_count, price, currency, created_at, updated_at)
     VALUES ($1, $2, 'Some', $3, 0, 'USD', $4, $4)`,
      [offer, classId, credits, now],
    );
    await this.school.sql(
      `INSERT INTO student_packages (id, package_id, class_id, student_id, name, payment_session_id, session_count, remaining_sessions,
       suspended, paid, tax, currency, net_left, tax_left, created_at, updated_at)
     VALUES ($1, $2, $3, $4, 'Some', $1, $5, $5, $6, 0, 0, 'USD', 0, 0, $7, $7)`,
      [bought, offer, classId, student.id, credits, suspended, now],
    );
    return bought;
  }

  private creditsLeft = async (id: string) =>
    (
      await this.school.sql<{ left: number }>('SELECT remaining_sessions AS left FROM student_packages WHERE id = $1', [
        id,
      ])
    )[0]!.left;

  /** Several begin to book, and stop at the student's wallet with what they have read; something happens; they go on. */
  private async stopped(
    student: Person,
    sessions: string[],
    meanwhile: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<string[]> {
    return holding(this.school, WALLET, [student.id], async (letGo) => {
      const bookings = sessions.map((id) => this.desk.book(id, student));
      await waiting(this.school, sessions.length);
      await meanwhile();
      await letGo();
      return (await Promise.all(bookings)).map(told).toSorted();
    });
  }

  /** Two give the same seat up, the first stopped at the session's counter; one seat of two is left. */
  private async atOnce(sessionId: string, cancel: () => Promise<SeatAnswer>): Promise<void> {
    const counter = 'SELECT 1 FROM class_sessions WHERE id = $1 FOR NO KEY UPDATE';
    await holding(this.school, counter, [sessionId], async (letGo) => {
      const cancels = [cancel(), cancel()];
      await waiting(this.school, 2);
      await letGo();
      expect((await Promise.all(cancels)).map(told)).toEqual(['done', 'done']);
    });
    expect(await this.standing(sessionId)).toEqual({ taken: 1, live: 1, elsewhere: 0 });
  }
}
