import { EditSession } from '../../src/classes/sessions/edit-session.js';
import { MoveDueSessions } from '../../src/classes/sessions/move-due-sessions.js';
import { MoveSession } from '../../src/classes/sessions/move-session.js';
import { RescheduleSession } from '../../src/classes/sessions/reschedule-session.js';
import type { Principal } from '../../src/platform/auth/index.js';
import { type ClassSessionStatus, Database, Prisma } from '../../src/platform/database/index.js';
import { DomainError } from '../../src/platform/errors/index.js';
import { CheckInSeat } from '../../src/seats/attendance/check-in-seat.js';
import { DecideSeat } from '../../src/seats/attendance/decide-seat.js';
import { MarkNoShow } from '../../src/seats/attendance/mark-no-show.js';
import { BookSeat } from '../../src/seats/booking/book-seat.js';
import { CancelSeat } from '../../src/seats/booking/cancel-seat.js';
import { RegisterCash } from '../../src/seats/booking/register-cash.js';
import { SettleSessions } from '../../src/seats/settling/settle-sessions.js';
import type { Lessons } from '../support/lessons.js';
import type { Person } from '../support/people.js';
import type { School } from '../support/school.js';
import { SeatDesk } from '../support/seat-desk.js';
import {
  type Action,
  FEE,
  LENGTH,
  onward,
  type Outcome,
  PRICE,
  PURSE,
  SESSIONS,
  SHORTLY,
  STUDENTS,
  TAX,
  WINDOW,
} from './seat-actions.js';
import type { KeptSeat, SeatState } from './seat-model.js';

/** Three new sessions and four new students in a running application, and what happens to them, by the operations that the API calls. */
export class SeatWorld {
  /** Ids and owners of the seats, in the order in which they were taken. */
  private readonly seats: { id: string; student: number }[] = [];
  private readonly staff: Principal;
  private readonly admin: Principal;
  private minute = 0;

  private constructor(
    private readonly school: School,
    lessons: Lessons,
    private readonly begun: number,
    private readonly sessions: string[],
    private readonly students: Person[],
  ) {
    this.staff = { userId: lessons.staff.id, roles: ['STAFF'], timeZone: 'UTC' };
    this.admin = { userId: school.admin.id, roles: ['ADMIN'], timeZone: 'UTC' };
  }

  static async open(school: School, lessons: Lessons): Promise<SeatWorld> {
    const sessions: string[] = [];
    for (const { policy, start, capacity } of SESSIONS)
      sessions.push(
        await lessons.session({
          ...{ startsInHours: start / 60, hours: LENGTH / 60, capacity, policy, price: PRICE, tax: TAX },
          noShowFee: policy === 'FLEXIBLE' ? FEE : 0,
        }),
      );
    const students = await new SeatDesk(school, lessons).people(STUDENTS, PURSE);
    const begun = school.clock.now();
    await school.sql(
      `UPDATE class_sessions SET start_time = $1::timestamptz + make_interval(mins => p.start), end_time = $1::timestamptz + make_interval(mins => p.start + $4),
         cancel_until = $1::timestamptz + make_interval(mins => p.start - $5)
       FROM unnest($2::text[], $3::int[]) AS p(id, start) WHERE class_sessions.id = p.id`,
      [begun, sessions, SESSIONS.map(({ start }) => start), LENGTH, WINDOW],
    );
    return new SeatWorld(school, lessons, begun.getTime(), sessions, students);
  }

  /** Whether there is anything for it to act on. */
  knows(action: Action): boolean {
    return !('seat' in action) || this.seats.length > 0;
  }

  /** Refusals are outcomes; anything else that is thrown is a failure of the property. */
  async perform(action: Action): Promise<Outcome> {
    try {
      await this.act(action);
      return 'done';
    } catch (error) {
      if (error instanceof DomainError) return error.problem.code;
      throw error;
    }
  }

  /** Every job until none finds anything to do. */
  async settleAll(): Promise<void> {
    await this.school.sql('UPDATE session_settlements SET due_at = $1', [this.school.clock.now()]);
    await this.school.settle();
  }

  async state(): Promise<SeatState> {
    const row = await this.school.app
      .get(Database)
      .row<{ state: Omit<SeatState, 'seats'> & { seats: (KeptSeat & { id: string })[] } }>(
        stateOf(
          this.sessions,
          this.students.map(({ id }) => id),
        ),
      );
    const { seats, ...state } = row!.state;
    const kept = new Map(seats.map(({ id, ...seat }) => [id, seat]));
    return { ...state, seats: this.seats.map(({ id }) => kept.get(id)!) };
  }

  private async act(action: Action): Promise<void> {
    const { app } = this.school;
    switch (action.kind) {
      case 'book':
        return this.taken(
          action.student,
          (await app.get(BookSeat).execute(this.sessions[action.session]!, this.students[action.student]!.id)).id,
        );
      case 'cash':
        return this.taken(
          action.student,
          await app
            .get(RegisterCash)
            .execute(
              { sessionId: this.sessions[action.session]!, studentId: this.students[action.student]!.id },
              this.staff,
            ),
        );
      case 'cancel': {
        const { id, student } = this.pick(action.seat);
        return app.get(CancelSeat).execute(id, action.by === 'admin' ? this.admin : this.studentAs(student));
      }
      case 'checkIn':
        return app.get(CheckInSeat).execute(this.pick(action.seat).id, this.staff);
      case 'noShow':
        return app.get(MarkNoShow).execute(this.pick(action.seat).id, this.staff);
      case 'charge':
        return app.get(DecideSeat).charge(this.pick(action.seat).id, this.admin);
      case 'release':
        return app.get(DecideSeat).release(this.pick(action.seat).id, this.admin);
      case 'move':
        return app.get(MoveSession).execute(this.sessions[action.session]!, action.to, this.staff);
      case 'goOn': {
        const { status, start } = await this.session(action.session);
        const to = onward[status];
        if (action.wait) this.advance(Math.max(0, (start.getTime() - this.begun) / 60_000 - SHORTLY - this.minute));
        return to && this.act({ kind: 'move', session: action.session, to });
      }
      case 'reschedule':
        return app
          .get(RescheduleSession)
          .execute(this.sessions[action.session]!, this.timeIn(action.inMinutes), this.staff);
      case 'edit':
        return app.get(EditSession).execute(this.sessions[action.session]!, this.timeIn(action.inMinutes), this.staff);
      case 'capacity':
        return app.get(EditSession).execute(this.sessions[action.session]!, { capacity: action.capacity }, this.staff);
      case 'settle':
        return this.settle(this.sessions[action.session]!);
      case 'moveDue':
        await app.get(MoveDueSessions).run();
        return;
      case 'clock':
        return this.advance(action.minutes);
    }
  }

  private async session(number: number): Promise<{ status: ClassSessionStatus; start: Date }> {
    const { status, startTime: start } = await this.school.app
      .get(Database)
      .client.classSession.findUniqueOrThrow({ where: { id: this.sessions[number]! } });
    return { status, start };
  }

  private advance(minutes: number): void {
    this.minute += minutes;
    this.school.clock.advance(minutes * 60);
  }

  private taken(student: number, id: string): void {
    this.seats.push({ id, student });
  }

  private pick(number: number): { id: string; student: number } {
    return this.seats[number % this.seats.length]!;
  }

  private studentAs(number: number): Principal {
    return { userId: this.students[number]!.id, roles: ['STUDENT'], timeZone: 'UTC' };
  }

  /** By this world's minutes, so that times which are equal for the model are equal here. */
  private timeIn(minutes: number): { startTime: Date; endTime: Date } {
    const start = this.begun + (this.minute + minutes) * 60_000;
    return { startTime: new Date(start), endTime: new Date(start + LENGTH * 60_000) };
  }

  /** This session alone: the job takes what is due in any order, and the model says in which. */
  private async settle(sessionId: string): Promise<void> {
    const { clock } = this.school;
    await this.school.sql(
      'UPDATE session_settlements SET due_at = CASE WHEN session_id = $1 THEN $2::timestamptz ELSE $3::timestamptz END',
      [sessionId, clock.now(), clock.in(86_400)],
    );
    await this.school.app.get(SettleSessions).run();
  }
}

const stateOf = (sessions: string[], students: string[]) => Prisma.sql`
  SELECT json_build_object(
    'sessions', (
      SELECT json_agg(json_build_object('status', n.status, 'capacity', n.capacity, 'taken', n.taken,
        'unsettled', EXISTS (SELECT FROM session_settlements WHERE session_id = n.id)) ORDER BY p.place)
      FROM unnest(${sessions}::text[]) WITH ORDINALITY AS p(id, place) JOIN class_sessions n ON n.id = p.id),
    'seats', (
      SELECT coalesce(json_agg(json_build_object('id', id, 'session', array_position(${sessions}::text[], session_id) - 1,
        'student', array_position(${students}::text[], student_id) - 1, 'status', status, 'cash', payment_method = 'CASH', 'paid', paid_amount,
        'checkedIn', checked_in_at IS NOT NULL, 'givenBack', given_back_at IS NOT NULL, 'delivered', delivered_at IS NOT NULL,
        'reason', cancel_reason)), '[]')
      FROM seats WHERE session_id = ANY (${sessions}::text[])),
    'wallets', (
      SELECT json_agg(json_build_object('balance', balance, 'held', held) ORDER BY p.place)
      FROM unnest(${students}::text[]) WITH ORDINALITY AS p(id, place) JOIN ledger_accounts ON code = 'liability:wallet:' || p.id),
    'books', (
      SELECT json_build_object(
        'drawer', coalesce(sum(l.amount) FILTER (WHERE a.code LIKE 'asset:cash:%'), 0),
        'tax', coalesce(-sum(l.amount) FILTER (WHERE a.code LIKE 'liability:tax:%'), 0),
        'deferred', coalesce(-sum(l.amount) FILTER (WHERE a.code = 'liability:deferred:sessions'), 0),
        'revenue', coalesce(-sum(l.amount) FILTER (WHERE a.code = 'revenue:sessions'), 0))
      FROM seats s JOIN ledger_entries e ON e.object_type = 'seat' AND e.object_id = s.id
        JOIN ledger_postings l ON l.entry_id = e.id JOIN ledger_accounts a ON a.id = l.account_id
      WHERE s.session_id = ANY (${sessions}::text[]))) AS state`;
