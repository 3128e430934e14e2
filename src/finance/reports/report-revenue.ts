import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import { calendarDay, calendarName, within } from './period.js';
import type { RevenueGroup, RevenueQuery, RevenueReportDto } from './revenue.dto.js';
import { tradeParts } from './trade-entries.js';

interface Row {
  key: string;
  currency: string;
  sales: bigint;
  received: bigint;
  refunded: bigint;
  tax: bigint;
  share: bigint;
  earned: bigint;
  deferred: bigint;
  losses: bigint;
}

/**
 * Sales, what went back of them and what of them was earned, each when it was booked. Every figure is a sum of postings, so it equals the
 * trial balance to the minor unit.
 */
@Injectable()
export class ReportRevenue {
  constructor(private readonly database: Database) {}

  async execute({ groupBy, timeZone, ...period }: RevenueQuery): Promise<RevenueReportDto> {
    const { key, name = Prisma.sql`key`, joins = Prisma.empty } = grouping(groupBy, timeZone);
    const parts = tradeParts(key, { joins, period: within(Prisma.sql`e.effective_at`, period) });
    // A sale has one leg of money more on the debit side; a top-up has one on either.
    const rows = await this.database.rows<Row>(Prisma.sql`
      SELECT * FROM (
        SELECT coalesce(${name}, 'none') AS key, currency, coalesce(sum(legs) FILTER (WHERE part = 'money' AND sold), 0)::bigint AS sales,
          ${debited(Prisma.sql`part = 'money' AND sold`)} AS received, -${debited(Prisma.sql`part = 'money' AND NOT sold`)} AS refunded,
          -${debited(Prisma.sql`part = 'tax'`)} AS tax, -${debited(Prisma.sql`part = 'share'`)} AS share,
          -${debited(Prisma.sql`part = 'earned'`)} AS earned, -${debited(Prisma.sql`part = 'deferred'`)} AS deferred,
          ${debited(Prisma.sql`part = 'losses'`)} AS losses
        FROM (${parts}) parts GROUP BY 1, 2
      ) total
      WHERE (sales, received, refunded, tax, share, earned, deferred, losses) <> (0, 0, 0, 0, 0, 0, 0, 0)
      ORDER BY key, currency`);
    return {
      groupBy,
      timeZone,
      rows: rows.map(({ key, currency, sales, share, ...amounts }) => ({
        key,
        currency,
        sales: Number(sales),
        received: toJsonAmount(amounts.received),
        refunded: toJsonAmount(amounts.refunded),
        tax: toJsonAmount(amounts.tax),
        instructorShare: toJsonAmount(share),
        earned: toJsonAmount(amounts.earned),
        deferred: toJsonAmount(amounts.deferred),
        losses: toJsonAmount(amounts.losses),
      })),
    };
  }
}

const debited = (of: Prisma.Sql) => Prisma.sql`coalesce(sum(debit) FILTER (WHERE ${of}), 0)::bigint`;

const payment = Prisma.sql`
  LEFT JOIN payments p ON e.object_type = 'payment' AND p.id = e.object_id LEFT JOIN payment_sessions s ON s.id = p.session_id`;
const seat = Prisma.sql`
  LEFT JOIN seats t ON e.object_type = 'seat' AND t.id = e.object_id LEFT JOIN class_sessions n ON n.id = t.session_id`;
const boughtPackage = Prisma.sql`
  LEFT JOIN student_packages k ON e.object_type = 'student-package' AND k.id = e.object_id`;

/** Whose sale it is; nobody's alone when several share in it. */
const onlyPayee = Prisma.sql`(
  SELECT min(payee->>'userId') FROM jsonb_array_elements(s.payees) payee HAVING min(payee->>'userId') = max(payee->>'userId'))`;

/** What the rows are told apart by, and where that is read of an entry's object. */
function grouping(group: RevenueGroup, timeZone: string): { key: Prisma.Sql; name?: Prisma.Sql; joins?: Prisma.Sql } {
  switch (group) {
    case 'type':
      return {
        key: Prisma.sql`CASE e.object_type WHEN 'seat' THEN 'session' WHEN 'student-package' THEN 'package'
          WHEN 'subscriptions' THEN 'subscription' WHEN 'licences' THEN 'license' WHEN 'license-term' THEN 'license' ELSE s.item_kind END`,
        joins: payment,
      };
    case 'provider':
      return {
        key: Prisma.sql`coalesce(p.provider::text, t.payment_method::text, (
          SELECT q.provider::text FROM payments q WHERE q.session_id = k.payment_session_id AND q.completed_at IS NOT NULL ORDER BY q.id LIMIT 1))`,
        joins: Prisma.sql`${payment} ${seat} ${boughtPackage}`,
      };
    case 'course':
      return { key: Prisma.sql`CASE s.item_kind WHEN 'course' THEN s.item_id END`, joins: payment };
    case 'instructor':
      return { key: Prisma.sql`coalesce(${onlyPayee}, n.teacher_id)`, joins: Prisma.sql`${payment} ${seat}` };
    case 'branch':
      return {
        key: Prisma.sql`coalesce(n.branch_id, c.branch_id)`,
        joins: Prisma.sql`${payment} ${seat} ${boughtPackage}
          LEFT JOIN class_packages g ON s.item_kind = 'package' AND g.id = s.item_id
          LEFT JOIN classes c ON c.id = coalesce(g.class_id, k.class_id)`,
      };
    default:
      return {
        key: calendarDay(Prisma.sql`e.effective_at`, timeZone),
        name: calendarName(group, Prisma.sql`key`),
      };
  }
}
