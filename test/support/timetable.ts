import { AccessTokens } from '../../src/identity/access/access-tokens.js';
import type { ClassDto, EditedClassDto } from '../../src/classes/timetable/classes.dto.js';
import type { BranchDto } from '../../src/identity/organization/organization.dto.js';
import type { ProblemDto } from '../../src/platform/http/index.js';
import { newId } from '../../src/platform/ids/index.js';
import { type Answer, startTestApp, type TestApp } from './app.js';
import { teacher } from './class-sessions.js';
import { overhear } from './class-sessions.js';
import { type Person, person, sql } from './people.js';
import { expectStatus } from './school.js';

/** A Monday, two weeks before the clocks of New York go forward and four before those of Berlin do. */
export const TODAY = '2027-03-01T12:00:00Z';

export interface SessionRow {
  id: string;
  occurrence: string | null;
  start: string;
  end: string;
  status: string;
  capacity: number;
  taken: number;
  teacher_id: string;
  detached: boolean;
  price: number;
  tax: number;
  tax_country: string;
  tax_rate: number;
  absentee_policy: string;
  no_show_fee: number;
  cancel_until: string;
}

/** An application whose clock shows 1 March 2027, with an admin, and what a test of timetables asks again and again. */
export interface TimetableSchool extends TestApp {
  readonly admin: Person;
  /** What was published, since it was last emptied. */
  readonly published: object[];
  send<T = ProblemDto>(method: string, path: string, body?: unknown, by?: Person): Promise<Answer<T>>;
  branch(changes?: Record<string, unknown>): Promise<BranchDto>;
  /** A class of an instructor of its own at that branch: an hour, 20.00 USD, 10 seats. */
  class(branchId: string, changes?: Record<string, unknown>): Promise<ClassDto>;
  edit(id: string, changes: Record<string, unknown>): Promise<EditedClassDto>;
  sessions(classId: string): Promise<SessionRow[]>;
  /** Local starts of the sessions on the timetable. */
  starts(classId: string, timeZone?: string): Promise<string[]>;
  sell(sessionId: string, seats?: number, status?: 'PAID' | 'CANCELLED'): Promise<void>;
  teacher(): Promise<string>;
  moveTo(moment: string): Promise<void>;
}

export async function openTimetableSchool(settings: Record<string, string> = {}): Promise<TimetableSchool> {
  const app = await startTestApp({ ROLE: 'api', JWT_EXPIRES_IN: '86400', ...settings });
  const setClock = (moment: string) => app.clock.advance((Date.parse(moment) - app.clock.now().getTime()) / 1000);
  setClock(TODAY);
  const admin = { ...(await person(app, 'ADMIN')) };
  const published = overhear(app, (event) => event);

  const send: TimetableSchool['send'] = (method, path, body, by = admin) =>
    app.request(method, path, { body, token: by.token });
  const sessions: TimetableSchool['sessions'] = async (classId) => {
    const rows = await sql<Omit<SessionRow, 'start' | 'end' | 'cancel_until'> & Record<string, Date>>(
      app.database,
      `SELECT *, price::int AS price, tax::int AS tax, no_show_fee::int AS no_show_fee FROM class_sessions WHERE class_id = $1
       ORDER BY start_time, id`,
      [classId],
    );
    const iso = (value: Date | undefined) => value!.toISOString();
    return rows.map((row) => ({
      ...row,
      start: iso(row.start_time),
      end: iso(row.end_time),
      cancel_until: iso(row.cancel_until),
    }));
  };
  return {
    ...app,
    admin,
    published,
    send,
    sessions,
    branch: async (changes = {}) => {
      const { id: centerId } = expectStatus(
        201,
        await send<{ id: string }>('POST', '/centers', { name: 'Nile Academy' }),
      );
      const body = { centerId, name: 'Westlands', country: 'US', timeZone: 'America/New_York', ...changes };
      return expectStatus(201, await send<BranchDto>('POST', '/branches', body));
    },
    class: async (branchId, changes = {}) => {
      const teacherId = changes.teacherId ?? (await teacher(app));
      const usual = {
        name: 'Chess',
        subject: 'chess',
        price: 2000,
        currency: 'USD',
        capacity: 10,
        durationMinutes: 60,
      };
      return expectStatus(201, await send<ClassDto>('POST', '/classes', { branchId, ...usual, ...changes, teacherId }));
    },
    edit: async (id, changes) => expectStatus(200, await send<EditedClassDto>('PUT', `/classes/${id}`, changes)),
    starts: async (classId, timeZone = 'America/New_York') => {
      const planned = (await sessions(classId)).filter(({ status }) => status === 'SCHEDULED');
      return planned.map(({ start }) => shown(start, timeZone));
    },
    sell: async (sessionId, seats = 1, status = 'PAID') => {
      for (let seat = 0; seat < seats; seat += 1) {
        await sql(
          app.database,
          `INSERT INTO seats (id, session_id, student_id, start_time, end_time, status, payment_method, amount, currency, paid_at, booked_by,
             created_at, updated_at)
           SELECT $1, id, $2, start_time, end_time, $3::seat_status, 'WALLET', 0, 'USD', $4, $2, $4, $4 FROM class_sessions WHERE id = $5`,
          [newId('seat'), newId('user'), status, app.clock.now(), sessionId],
        );
      }
      if (status === 'PAID')
        await sql(app.database, 'UPDATE class_sessions SET taken = taken + $2 WHERE id = $1', [sessionId, seats]);
    },
    teacher: () => teacher(app),
    moveTo: async (moment) => {
      setClock(moment);
      Object.assign(admin, { token: await app.app.get(AccessTokens).sign(admin.id) });
    },
  };
}

/** What the clocks of a zone show: `2027-03-14 17:00`. */
export function shown(moment: string, timeZone: string): string {
  return new Date(moment).toLocaleString('sv-SE', { timeZone }).slice(0, 16);
}
