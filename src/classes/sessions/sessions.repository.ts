import { Injectable } from '@nestjs/common';
import { type AbsenteePolicy, type ClassSessionStatus, Database, Prisma } from '../../platform/database/index.js';
import { window } from '../../platform/http/index.js';
import type { ClassSessionListQuery } from './sessions.dto.js';

const { sql } = Prisma;

/** A session as it is shown. */
export interface SessionRow {
  id: string;
  classId: string;
  className: string;
  subject: string;
  branchId: string;
  teacher: { id: string; name: string };
  startTime: Date;
  endTime: Date;
  status: ClassSessionStatus;
  capacity: number;
  taken: number;
  price: bigint;
  tax: bigint;
  currency: string;
  absenteePolicy: AbsenteePolicy;
  noShowFee: bigint;
  cancelUntil: Date;
  cancelReason: string | null;
}

const shown = sql`
  SELECT s.id, s.class_id AS "classId", c.name AS "className", c.subject, s.branch_id AS "branchId",
    json_build_object('id', u.id, 'name', u.name) AS teacher, s.start_time AS "startTime", s.end_time AS "endTime", s.status,
    s.capacity, s.taken, s.price, s.tax, s.currency, s.absentee_policy AS "absenteePolicy", s.no_show_fee AS "noShowFee",
    s.cancel_until AS "cancelUntil", s.cancel_reason AS "cancelReason"`;
const withNames = sql`JOIN classes c ON c.id = s.class_id JOIN users u ON u.id = s.teacher_id`;

@Injectable()
export class SessionsRepository {
  constructor(private readonly database: Database) {}

  find(id: string): Promise<SessionRow | undefined> {
    return this.database.row<SessionRow>(sql`${shown} FROM class_sessions s ${withNames} WHERE s.id = ${id}`);
  }

  /** @param staffId only sessions of the branches where this person works */
  async page(query: ClassSessionListQuery, staffId?: string): Promise<[rows: SessionRow[], total: number]> {
    const where = Prisma.join([sql`true`, ...ownBranches(staffId), ...filters(query)], ' AND ');
    const { skip, take } = window(query);
    const [rows, found] = await Promise.all([
      this.database.rows<SessionRow>(sql`
        ${shown}
        FROM (SELECT * FROM class_sessions s WHERE ${where} ORDER BY start_time, id LIMIT ${take} OFFSET ${skip}) AS s ${withNames}
        ORDER BY s.start_time, s.id`),
      this.database.row<{ total: bigint }>(sql`SELECT count(*) AS total FROM class_sessions s WHERE ${where}`),
    ]);
    return [rows, Number(found?.total)];
  }
}

function ownBranches(staffId: string | undefined): Prisma.Sql[] {
  if (staffId === undefined) return [];
  return [sql`s.branch_id IN (SELECT branch_id FROM branch_staff WHERE user_id = ${staffId})`];
}

function filters({ branchId, classId, status, from, to }: ClassSessionListQuery): Prisma.Sql[] {
  return [
    ...(branchId === undefined ? [] : [sql`s.branch_id = ${branchId}`]),
    ...(classId === undefined ? [] : [sql`s.class_id = ${classId}`]),
    ...(status === undefined ? [] : [sql`s.status = ${status}::class_session_status`]),
    ...(from === undefined ? [] : [sql`s.start_time >= ${new Date(from)}`]),
    ...(to === undefined ? [] : [sql`s.start_time < ${new Date(to)}`]),
  ];
}
