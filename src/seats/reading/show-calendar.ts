import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { daysBetween, onTheWall, spanOf } from '../../platform/clock/index.js';
import { type ClassSessionStatus, Database, Prisma, type SeatStatus } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { CalendarDto, CalendarQuery, CalendarSessionDto } from './calendar.dto.js';

const MOST_DAYS_LATER = 92;

interface Row {
  id: string;
  classId: string;
  className: string;
  subject: string;
  branchId: string;
  branchName: string;
  teacherName: string;
  status: ClassSessionStatus;
  startTime: Date;
  endTime: Date;
  capacity: number;
  taken: number;
  price: bigint;
  currency: string;
  seatId: string | null;
  seatStatus: SeatStatus | null;
  waitlistPosition: number | null;
}

/**
 * Sessions by range, with the seats that are left, the reader's own booking and their place in the waitlist; for staff those of their branches,
 * and any that they booked or wait for themselves. Days are those of a time zone, not of UTC.
 */
@Injectable()
export class ShowCalendar {
  constructor(
    private readonly database: Database,
    private readonly worksAt: WorksAt,
  ) {}

  async execute(query: CalendarQuery, principal: Principal): Promise<CalendarDto> {
    const { userId } = principal;
    const branchIds = await this.worksAt.branchIdsOf(principal);
    const timeZone = query.timeZone ?? (await this.zoneOf(userId));
    const { from, until } = spanIn(query, timeZone);
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT n.id, n.class_id AS "classId", c.name AS "className", c.subject, n.branch_id AS "branchId", b.name AS "branchName",
        u.name AS "teacherName", n.status, n.start_time AS "startTime", n.end_time AS "endTime", n.capacity, n.taken, n.price, n.currency,
        s.id AS "seatId", s.status AS "seatStatus",
        CASE WHEN e.id IS NOT NULL THEN (
          SELECT count(*)::int FROM waitlist_entries w WHERE w.session_id = n.id AND w.status = 'WAITING' AND w.id <= e.id
        ) END AS "waitlistPosition"
      FROM class_sessions n JOIN classes c ON c.id = n.class_id JOIN branches b ON b.id = n.branch_id JOIN users u ON u.id = n.teacher_id
        LEFT JOIN LATERAL (
          SELECT id, status FROM seats WHERE session_id = n.id AND student_id = ${userId} ORDER BY status = 'CANCELLED', id DESC LIMIT 1
        ) s ON true
        LEFT JOIN waitlist_entries e ON e.session_id = n.id AND e.student_id = ${userId} AND e.status = 'WAITING'
      WHERE n.start_time >= ${from} AND n.start_time < ${until}
        ${branchIds === undefined ? Prisma.empty : Prisma.sql`AND (n.branch_id = ANY (${branchIds}::text[]) OR s.id IS NOT NULL OR e.id IS NOT NULL)`}
        ${query.branchId === undefined ? Prisma.empty : Prisma.sql`AND n.branch_id = ${query.branchId}`}
        ${query.classId === undefined ? Prisma.empty : Prisma.sql`AND n.class_id = ${query.classId}`}
      ORDER BY n.start_time, n.id LIMIT 5000`);
    return { timeZone, sessions: rows.map((row) => toSession(row, timeZone)) };
  }

  private async zoneOf(userId: string): Promise<string> {
    const user = await this.database.client.user.findUniqueOrThrow({
      where: { id: userId },
      select: { timeZone: true },
    });
    return user.timeZone;
  }
}

/** From the first moment of the first day to the first one after the last. */
function spanIn({ from: first, to: last }: CalendarQuery, timeZone: string): { from: Date; until: Date } {
  const days = daysBetween(first, last);
  if (days < 0 || days > MOST_DAYS_LATER)
    throw invalid('query/to', `to must be from, or up to ${MOST_DAYS_LATER} days later`);
  return spanOf(first, timeZone, last);
}

function toSession({ taken, seatId, seatStatus, ...row }: Row, timeZone: string): CalendarSessionDto {
  const local = (moment: Date) => onTheWall(moment, timeZone).toString();
  return {
    ...row,
    localStart: local(row.startTime),
    localEnd: local(row.endTime),
    seatsLeft: row.capacity - taken,
    price: toJsonAmount(row.price),
    booking: seatId && seatStatus ? { id: seatId, status: seatStatus } : null,
  };
}
