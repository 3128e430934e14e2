import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { invalid } from '../../platform/errors/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { OwnLicense } from '../licenses/own-license.js';
import { beginningOf, type Month, monthOf, monthsBetween, monthsFrom } from './months.js';
import type { MonthUsageDto, UsageDto, UsageQuery } from './usage.dto.js';

const MOST_MONTHS = 36;
const USUAL_MONTHS = 12;

/** What is made of licences, month by month: numbers, and never who. */
@Injectable()
export class ReadUsage {
  constructor(
    private readonly ownLicense: OwnLicense,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Of those that the caller may see. @throws validation; not found for a licence that they may not */
  async execute(query: UsageQuery, principal: Principal): Promise<Page<UsageDto>> {
    const months = this.monthsOf(query);
    const { licenseId: id } = query;
    if (id !== undefined) await this.ownLicense.find(id, principal);
    const where = { id, ...this.ownLicense.where(principal) };
    const [licenses, total] = await Promise.all([
      this.database.client.license.findMany({ where, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.license.count({ where }),
    ]);
    const usage = await this.usageOf(
      licenses.map((license) => license.id),
      months,
    );
    const data = licenses.map(({ id: licenseId, organizationId, tier, seats }) => {
      const own = usage.filter((row) => row.licenseId === licenseId);
      return { licenseId, organizationId, tier, seats, months: own.map(({ licenseId: _, ...month }) => month) };
    });
    return toPage(data, total, query);
  }

  private monthsOf({ from, until = monthOf(this.clock.now()) }: UsageQuery): Month[] {
    const first = from ?? monthsFrom(until, 1 - USUAL_MONTHS);
    if (first > until) throw invalid('query/until', 'until must not be before from');
    if (monthsFrom(first, MOST_MONTHS) <= until) throw invalid('query/from', `at most ${MOST_MONTHS} months at once`);
    return monthsBetween(first, until);
  }

  private usageOf(
    licenseIds: readonly string[],
    months: readonly Month[],
  ): Promise<(MonthUsageDto & { licenseId: string })[]> {
    const now = this.clock.now();
    return this.database.rows(Prisma.sql`
      SELECT l.id AS "licenseId", m.month,
        (SELECT count(DISTINCT s.user_id)::int FROM license_seats s WHERE s.license_id = l.id AND m.begins <= ${now}
          AND s.assigned_at < m.ends AND (s.ended_at IS NULL OR s.ended_at > m.begins)) AS "seatsHeld",
        (SELECT count(*)::int FROM license_activity a WHERE a.license_id = l.id AND a.month = m.month AND a.completed = '') AS "activeUsers",
        (SELECT count(*)::int FROM license_activity a WHERE a.license_id = l.id AND a.month = m.month AND a.completed <> '') AS completions
      FROM licenses l
        CROSS JOIN unnest(${months}::text[], ${months.map(beginningOf)}::timestamptz[],
          ${months.map((month) => beginningOf(monthsFrom(month, 1)))}::timestamptz[]) AS m (month, begins, ends)
      WHERE l.id = ANY (${licenseIds}::text[]) ORDER BY m.month`);
  }
}
