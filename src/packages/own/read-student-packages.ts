import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { PackageSummaryDto, StudentPackageDto, StudentPackagesQuery } from './student-packages.dto.js';

const withClass = { class: { select: { name: true } } } as const;
type Bought = Prisma.StudentPackageGetPayload<{ include: typeof withClass }>;

@Injectable()
export class ReadStudentPackages {
  constructor(private readonly database: Database) {}

  /** The caller's own, newest first. */
  async own(query: StudentPackagesQuery, { userId }: Principal): Promise<Page<StudentPackageDto>> {
    const where = { studentId: userId, classId: query.classId, status: query.status };
    const [bought, total] = await Promise.all([
      this.database.client.studentPackage.findMany({
        ...{ where, include: withClass, relationLoadStrategy: 'join', orderBy: { id: 'desc' } },
        ...window(query),
      }),
      this.database.client.studentPackage.count({ where }),
    ]);
    return toPage(bought.map(toStudentPackage), total, query);
  }

  /** What the caller has and has had, class by class. */
  async summary({ userId }: Principal): Promise<PackageSummaryDto[]> {
    return this.database.rows<PackageSummaryDto>(Prisma.sql`
      SELECT c.id AS "classId", c.name AS "className", count(*) FILTER (WHERE p.status = 'ACTIVE')::int AS "activePackages",
        sum(p.remaining_sessions)::int AS "creditsLeft", sum(p.session_count)::int AS "creditsBought",
        sum(p.session_count - p.remaining_sessions - p.refunded_sessions)::int AS "creditsUsed",
        sum(p.refunded_sessions)::int AS "creditsRefunded"
      FROM student_packages p JOIN classes c ON c.id = p.class_id
      WHERE p.student_id = ${userId} GROUP BY c.id ORDER BY c.name, c.id`);
  }

  /** Anybody's, for an admin. */
  async one(id: string): Promise<StudentPackageDto> {
    const bought = await this.database.client.studentPackage.findUniqueOrThrow({
      where: { id },
      include: withClass,
      relationLoadStrategy: 'join',
    });
    return toStudentPackage(bought);
  }
}

function toStudentPackage(bought: Bought): StudentPackageDto {
  const { id, packageId, name, classId, status, suspended, sessionCount, remainingSessions, refundedSessions } = bought;
  const { paid, currency, createdAt } = bought;
  return {
    ...{ id, package: { id: packageId, name }, classId, className: bought.class.name, status, suspended },
    ...{ sessionCount, remainingSessions, refundedSessions, paid: toJsonAmount(paid), currency, createdAt },
  };
}
