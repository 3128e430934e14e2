import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock, dayOf } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { CashboxDto } from './cash.dto.js';
import { cashboxIdOf, DRAWER_PREFIX } from './cashboxes.js';

interface Row {
  id: string;
  name: string;
  timeZone: string;
  deletedAt: Date | null;
  drawers: { currency: string; balance: string; closedUntil: string | null }[];
}

const cashboxes = Prisma.sql`
  SELECT b.id, b.name, b.time_zone AS "timeZone", b.deleted_at AS "deletedAt", coalesce((
    SELECT jsonb_agg(jsonb_build_object('currency', a.currency, 'balance', a.balance::text, 'closedUntil', (
      SELECT max(c.day) FROM cash_counts c WHERE c.branch_id = b.id AND c.currency = a.currency AND c.closed_day)) ORDER BY a.currency)
    FROM ledger_accounts a WHERE a.code = ${DRAWER_PREFIX} || b.id), '[]') AS drawers
  FROM branches b`;

/** Cash desks as the caller may see them. What should be in them is for admins alone: staff count blind. */
@Injectable()
export class ReadCashboxes {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Newest branch first: for staff where they work; for an admin all, closed ones as long as there is money in the drawer. */
  async list(query: PageQuery, principal: Principal): Promise<Page<CashboxDto>> {
    const { skip, take } = window(query);
    const seen = scopeOf(principal);
    const [rows, count] = await Promise.all([
      this.database.rows<Row>(Prisma.sql`${cashboxes} WHERE ${seen} ORDER BY b.id DESC LIMIT ${take} OFFSET ${skip}`),
      this.database.row<{ total: number }>(Prisma.sql`SELECT count(*)::int AS total FROM branches b WHERE ${seen}`),
    ]);
    return toPage(
      rows.map((row) => this.toCashbox(row, principal)),
      count?.total ?? 0,
      query,
    );
  }

  /** Of a branch that the caller may see. */
  async one(branchId: string, principal: Principal): Promise<CashboxDto> {
    const row = await this.database.row<Row>(Prisma.sql`${cashboxes} WHERE b.id = ${branchId}`);
    if (!row) throw notFound('Cashbox');
    return this.toCashbox(row, principal);
  }

  private toCashbox({ id, name, timeZone, deletedAt, drawers }: Row, principal: Principal): CashboxDto {
    const today = dayOf(this.clock.now(), timeZone);
    return {
      id: cashboxIdOf(id),
      branchId: id,
      branchName: name,
      timeZone,
      today,
      branchClosed: deletedAt !== null,
      drawers: drawers.map(({ currency, balance, closedUntil }) => ({
        currency,
        balance: isAdmin(principal) ? toJsonAmount(BigInt(balance)) : null,
        closedToday: closedUntil !== null && closedUntil >= today,
      })),
    };
  }
}

function scopeOf(principal: Principal): Prisma.Sql {
  if (isAdmin(principal))
    return Prisma.sql`(b.deleted_at IS NULL
      OR EXISTS (SELECT FROM ledger_accounts a WHERE a.code = ${DRAWER_PREFIX} || b.id AND a.balance <> 0))`;
  return Prisma.sql`b.deleted_at IS NULL
    AND EXISTS (SELECT FROM branch_staff s WHERE s.branch_id = b.id AND s.user_id = ${principal.userId})`;
}
