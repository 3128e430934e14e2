import { Injectable } from '@nestjs/common';
import { seesOwnBranchesOnly } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { containingPattern, Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { ClassDto, ClassesQuery } from './classes.dto.js';

const { sql } = Prisma;

type ClassRow = Omit<ClassDto, 'price' | 'noShowFee'> & { price: bigint; noShowFee: bigint };

const shown = sql`
  c.id, c.branch_id AS "branchId", c.name, c.subject, c.description, c.price, c.currency, c.capacity,
  c.absentee_policy AS "absenteePolicy", c.no_show_fee AS "noShowFee", c.cancellation_window_minutes AS "cancellationWindowMinutes",
  c.duration_minutes AS "durationMinutes", c.recurrence_rule AS "recurrenceRule", c.starts_at AS "startsAt",
  c.teacher_id AS "teacherId", json_build_object('id', c.teacher_id, 'name', u.name, 'profilePicture', u.profile_picture) AS teacher,
  c.created_at AS "createdAt", c.updated_at AS "updatedAt"
  FROM classes c LEFT JOIN users u ON u.id = c.teacher_id`;

/** Classes as the caller may see them: staff who are nothing more see those of their branches. */
@Injectable()
export class ReadClasses {
  constructor(private readonly database: Database) {}

  /** Newest first. */
  async list(query: ClassesQuery, principal: Principal): Promise<Page<ClassDto>> {
    const where = Prisma.join([...scopeOf(principal), ...filters(query)], ' AND ');
    const { skip, take } = window(query);
    const [rows, count] = await Promise.all([
      this.database.rows<ClassRow>(sql`SELECT ${shown} WHERE ${where} ORDER BY c.id DESC LIMIT ${take} OFFSET ${skip}`),
      this.database.row<{ total: bigint }>(sql`SELECT count(*) AS total FROM classes c WHERE ${where}`),
    ]);
    return toPage(rows.map(toClass), Number(count?.total), query);
  }

  /** @throws not found */
  async one(id: string, principal: Principal): Promise<ClassDto> {
    const where = Prisma.join([sql`c.id = ${id}`, ...scopeOf(principal)], ' AND ');
    const found = await this.database.row<ClassRow>(sql`SELECT ${shown} WHERE ${where}`);
    if (!found) throw notFound('Class');
    return toClass(found);
  }
}

function scopeOf(principal: Principal): Prisma.Sql[] {
  const present = sql`c.deleted_at IS NULL`;
  if (!seesOwnBranchesOnly(principal)) return [present];
  return [
    present,
    sql`EXISTS (SELECT FROM branch_staff s WHERE s.branch_id = c.branch_id AND s.user_id = ${principal.userId})`,
  ];
}

function filters({ branchId, subject, teacherId, search }: ClassesQuery): Prisma.Sql[] {
  const pattern = search === undefined ? undefined : containingPattern(search);
  return [
    ...(branchId === undefined ? [] : [sql`c.branch_id = ${branchId}`]),
    ...(teacherId === undefined ? [] : [sql`c.teacher_id = ${teacherId}`]),
    ...(subject === undefined ? [] : [sql`lower(c.subject) = lower(${subject})`]),
    ...(pattern === undefined ? [] : [sql`(c.name ILIKE ${pattern} OR c.subject ILIKE ${pattern})`]),
  ];
}

function toClass({ price, noShowFee, ...rest }: ClassRow): ClassDto {
  return { ...rest, price: toJsonAmount(price), noShowFee: toJsonAmount(noShowFee) };
}
