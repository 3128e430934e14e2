import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { containingPattern, Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import type { SeatDto, SeatHistoryQuery } from '../seats.dto.js';
import { seatColumns, type SeatRow, toSeat } from './to-seat.js';

const { sql } = Prisma;

const orders = {
  '-date': sql`(b.session).start_time DESC, (b.seat).id DESC`,
  date: sql`(b.session).start_time, (b.seat).id`,
  status: sql`(b.seat).status, (b.seat).id DESC`,
} as const;

const tables = sql`
  seats s JOIN class_sessions n ON n.id = s.session_id JOIN classes c ON c.id = n.class_id LEFT JOIN users u ON u.id = s.student_id`;

/**
 * Seats as their readers may see them: one's own, those of the branches where one works, and all for an admin. Who looks after the seats of
 * others sees whose they are.
 */
@Injectable()
export class ReadSeats {
  constructor(private readonly database: Database) {}

  /** @throws not found for a seat that is not the reader's to see */
  async one(id: string, principal: Principal): Promise<SeatDto> {
    const conditions = [sql`s.id = ${id}`, ...visibleTo(principal)];
    const seat = await this.database.row<SeatRow>(select(conditions, managesSeats(principal)));
    if (!seat) throw notFound('Enrollment');
    return toSeat(seat);
  }

  history(query: SeatHistoryQuery, principal: Principal): Promise<Page<SeatDto>> {
    const named = managesSeats(principal);
    return this.list([...filters(query, named), ...visibleTo(principal)], named, query, query.sort);
  }

  /** Held seats of MANUAL classes whose session has begun or is over: what an admin has to charge or to release. */
  undecided(page: PageQuery): Promise<Page<SeatDto>> {
    const begun = sql`n.absentee_policy = 'MANUAL' AND n.status IN ('CHECKING_IN', 'CONDUCTING', 'FINISHED')`;
    return this.list([sql`s.status = 'LOCKED'`, begun], true, page, 'date');
  }

  private async list(
    conditions: Prisma.Sql[],
    named: boolean,
    page: PageQuery,
    sort: keyof typeof orders = '-date',
  ): Promise<Page<SeatDto>> {
    const { skip, take } = window(page);
    const [seats, count] = await Promise.all([
      this.database.rows<SeatRow>(
        sql`${select(conditions, named)} ORDER BY ${orders[sort]} LIMIT ${take} OFFSET ${skip}`,
      ),
      this.database.row<{ total: bigint }>(sql`SELECT count(*) AS total FROM ${tables} WHERE ${all(conditions)}`),
    ]);
    return toPage(seats.map(toSeat), Number(count?.total), page);
  }
}

function select(conditions: Prisma.Sql[], named: boolean): Prisma.Sql {
  return sql`
    SELECT ${seatColumns}, b.student_name AS "studentName"
    FROM (
      SELECT s AS seat, n AS session, c.name AS class_name, c.subject AS class_subject, ${named ? sql`u.name` : sql`NULL`} AS student_name
      FROM ${tables} WHERE ${all(conditions)}
    ) b`;
}

function all(conditions: Prisma.Sql[]): Prisma.Sql {
  return conditions.length === 0 ? sql`true` : Prisma.join(conditions, ' AND ');
}

function filters({ sessionId, classId, search, status }: SeatHistoryQuery, named: boolean): Prisma.Sql[] {
  const pattern = search === undefined ? undefined : containingPattern(search);
  const inStudent = named ? sql`OR u.name ILIKE ${pattern}` : Prisma.empty;
  return [
    ...(sessionId === undefined ? [] : [sql`s.session_id = ${sessionId}`]),
    ...(classId === undefined ? [] : [sql`n.class_id = ${classId}`]),
    ...(status === undefined ? [] : [sql`s.status = ${status}::seat_status`]),
    ...(pattern === undefined ? [] : [sql`(c.name ILIKE ${pattern} OR c.subject ILIKE ${pattern} ${inStudent})`]),
  ];
}

function managesSeats(principal: Principal): boolean {
  return isAdmin(principal) || principal.roles.includes('STAFF');
}

function visibleTo(principal: Principal): Prisma.Sql[] {
  if (isAdmin(principal)) return [];
  const own = sql`s.student_id = ${principal.userId}`;
  if (!managesSeats(principal)) return [own];
  return [
    sql`(${own} OR EXISTS (SELECT FROM branch_staff w WHERE w.branch_id = n.branch_id AND w.user_id = ${principal.userId}))`,
  ];
}
