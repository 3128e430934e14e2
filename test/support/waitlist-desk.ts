import { newId } from '../../src/platform/ids/index.js';
import type { SeatDto } from '../../src/seats/seats.dto.js';
import type { WaitlistEntryDto } from '../../src/seats/waitlist/waitlist.dto.js';
import type { Answer } from './app.js';
import type { Lessons, SessionTerms } from './lessons.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';
import { type SeatDesk, times } from './seat-desk.js';

/** A session whose every seat is taken, by whom. */
export interface FullSession {
  readonly sessionId: string;
  readonly holders: readonly Person[];
  readonly seats: readonly SeatDto[];
}

/** What is kept of somebody's waiting. */
export interface Kept {
  readonly studentId: string;
  readonly status: string;
  readonly seatId: string | null;
  readonly reason: string | null;
}

/** What people do with waitlists, over HTTP, and what is kept of it. */
export class WaitlistDesk {
  constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
    private readonly seats: SeatDesk,
  ) {}

  /** One seat unless told otherwise. */
  async full(terms: SessionTerms = {}): Promise<FullSession> {
    const { capacity = 1, price = 1000 } = terms;
    const sessionId = await this.lessons.session({ ...terms, capacity });
    const holders = await this.seats.people(capacity, 5 * price);
    const seats = await Promise.all(holders.map((holder) => this.seats.booked(sessionId, holder)));
    return { sessionId, holders, seats };
  }

  /** A session with no seat left, and somebody who waits for one. */
  async awaited(terms?: SessionTerms): Promise<FullSession & { waiting: Person }> {
    const [full, waiting] = [await this.full(terms), await this.seats.person()];
    await this.joined(full.sessionId, waiting);
    return { ...full, waiting };
  }

  /** A session with one seat, which somebody has. */
  async withOneSeat(holder: Person): Promise<{ sessionId: string; seat: { id: string } }> {
    const sessionId = await this.lessons.session({ capacity: 1 });
    return { sessionId, seat: await this.seats.booked(sessionId, holder) };
  }

  /** A session with so many seats, all taken, at no cost to the test. */
  async filled(capacity: number): Promise<string> {
    const sessionId = await this.lessons.session({ capacity, price: 0, tax: 0 });
    const holders = await this.seats.people(capacity, 0);
    await times(capacity, 10, (index) => this.seats.booked(sessionId, holders[index]!));
    await this.school.sql('UPDATE class_sessions SET price = 1000, tax = 160 WHERE id = $1', [sessionId]);
    return sessionId;
  }

  /** One of those who have a seat gives it up. */
  async cancel({ seats, holders }: FullSession, index = 0): Promise<SeatDto> {
    return expectStatus(200, await this.seats.act(seats[index]!, 'cancel', holders[index]!));
  }

  join(sessionId: string, { token }: Person): Promise<Answer<WaitlistEntryDto & { code: string; detail: string }>> {
    return this.school.post(`/sessions/${sessionId}/waitlist`, {}, token);
  }

  /** One after the other. */
  async joined(sessionId: string, ...people: Person[]): Promise<WaitlistEntryDto[]> {
    const entries: WaitlistEntryDto[] = [];
    for (const one of people) entries.push(expectStatus(201, await this.join(sessionId, one)));
    return entries;
  }

  leave(sessionId: string, { token }: Person): Promise<Answer<{ code: string }>> {
    return this.school.request('DELETE', `/sessions/${sessionId}/waitlist`, { token });
  }

  /** A crowd, in this order, in one statement. */
  async lined(sessionId: string, people: readonly Person[]): Promise<void> {
    await this.school.sql(
      `INSERT INTO waitlist_entries (id, session_id, student_id, created_at, updated_at)
       SELECT e.id, $1, e.student, $4, $4 FROM unnest($2::text[], $3::text[]) AS e(id, student)`,
      [sessionId, people.map(() => newId('waitlistEntry')), people.map(({ id }) => id), this.school.clock.now()],
    );
  }

  /** Money into a wallet, by an entry of its own each time. */
  async topUp({ id }: Person, amount = 1000): Promise<void> {
    await this.school.sql(
      `SELECT ledger_post($1, 'wallet.opened', $1, 'wallet', $2, $3, $3, 'system', jsonb_build_array(
         jsonb_build_object('code', 'equity:opening', 'currency', 'USD', 'amount', $4::text),
         jsonb_build_object('code', 'liability:wallet:' || $2, 'currency', 'USD', 'amount', $5::text, 'ownerId', $2, 'strict', true,
           'floor', 0)))`,
      [newId('ledgerEntry'), id, this.school.clock.now(), String(amount), String(-amount)],
    );
  }

  /** Everybody who ever waited, first come first. */
  line(sessionId: string): Promise<Kept[]> {
    return this.school.sql<Kept & Record<string, unknown>>(
      `SELECT student_id AS "studentId", status, seat_id AS "seatId", skip_reason AS reason FROM waitlist_entries
       WHERE session_id = $1 ORDER BY id`,
      [sessionId],
    );
  }

  async statuses(sessionId: string): Promise<string[]> {
    return (await this.line(sessionId)).map(({ status }) => status);
  }

  /** Who has a live seat. */
  async seated(sessionId: string): Promise<string[]> {
    const rows = await this.school.sql<{ id: string }>(
      `SELECT student_id AS id FROM seats WHERE session_id = $1 AND status IN ('LOCKED', 'PAID') ORDER BY id`,
      [sessionId],
    );
    return rows.map(({ id }) => id);
  }

  /** Sessions whose seats are being offered. */
  async offered(sessionId: string): Promise<boolean> {
    return (await this.school.sql('SELECT 1 FROM waitlist_promotions WHERE session_id = $1', [sessionId])).length > 0;
  }

  /** What somebody was written, oldest first. */
  async told({ id }: Person): Promise<string[]> {
    const rows = await this.school.sql<{ template: string }>(
      'SELECT template FROM emails WHERE recipient_id = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ template }) => template);
  }

  /** Of one session in the calendar of a reader. */
  async inCalendar(sessionId: string, { token }: Person): Promise<Record<string, unknown> | undefined> {
    const day = (hours: number) =>
      new Date(this.school.clock.now().getTime() + hours * 3_600_000).toISOString().slice(0, 10);
    const { sessions } = expectStatus(
      200,
      await this.school.get<{ sessions: Record<string, unknown>[] }>(
        `/sessions/calendar?from=${day(0)}&to=${day(24 * 20)}&timeZone=UTC`,
        token,
      ),
    );
    return sessions.find(({ id }) => id === sessionId);
  }
}
