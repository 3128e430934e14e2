import { Injectable } from '@nestjs/common';
import { accounts } from '../../ledger/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock, dayOf, spanOf } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { DailySummaryDto, DailySummaryQuery, DrawerDayDto } from './cash.dto.js';
import { cashboxIdOf } from './cashboxes.js';
import type { CashBranch } from './find-cash-branch.js';
import { type Count, toCount } from './to-count.js';

interface Moved {
  currency: string;
  opening: bigint;
  seats: number;
  takenForSeats: bigint;
  floats: bigint;
  banked: bigint;
  paidOut: bigint;
  overShort: bigint;
  closing: bigint;
}

/** A day at a cash desk, as the journal has it. */
@Injectable()
export class SummarizeDay {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  async execute(branch: CashBranch, query: DailySummaryQuery, principal: Principal): Promise<DailySummaryDto> {
    const { id: branchId, timeZone } = branch;
    const { date = dayOf(this.clock.now(), timeZone), currency } = query;
    const [moved, counts, closings] = await Promise.all([
      this.moved(branch, date, currency),
      this.database.client.cashCount.findMany({ where: { branchId, day: date, currency }, orderBy: { id: 'asc' } }),
      this.database.client.cashCount.findMany({
        where: { branchId, currency, closedDay: true, day: { gte: date } },
        distinct: ['currency'],
        select: { currency: true },
      }),
    ]);
    const closed = new Set(closings.map((closing) => closing.currency));
    const currencies = [...new Set([...moved, ...counts, ...closings].map((one) => one.currency))].toSorted();
    return {
      cashboxId: cashboxIdOf(branchId),
      branchId,
      timeZone,
      date,
      drawers: currencies.map((code) => {
        const counted = counts.filter((count) => count.currency === code);
        const day = moved.find((one) => one.currency === code) ?? untouched(code);
        return toDrawerDay(day, counted, closed.has(code), isAdmin(principal) || counted.length > 0);
      }),
    };
  }

  /** The balance less what has been posted since: the same as the sum of what was posted before, and a recent day is read off few rows. */
  private moved({ id, timeZone }: CashBranch, day: string, currency: string | undefined): Promise<Moved[]> {
    const { from, until } = spanOf(day, timeZone);
    const today = (kind: string) =>
      Prisma.sql`coalesce(sum(p.amount) FILTER (WHERE e.effective_at < ${until} AND e.kind = ${kind}), 0)::bigint`;
    return this.database.rows<Moved>(Prisma.sql`
      SELECT a.currency, (a.balance - coalesce(sum(p.amount), 0))::bigint AS opening,
        (count(*) FILTER (WHERE e.effective_at < ${until} AND e.kind = 'seat.paid-cash'))::int AS seats,
        ${today('seat.paid-cash')} AS "takenForSeats", ${today('cash.float')} AS floats, -${today('cash.banked')} AS banked,
        -${today('cash.paid-out')} AS "paidOut", ${today('cash.counted')} AS "overShort",
        (a.balance - coalesce(sum(p.amount) FILTER (WHERE e.effective_at >= ${until}), 0))::bigint AS closing
      FROM ledger_accounts a
      LEFT JOIN (ledger_postings p JOIN ledger_entries e ON e.id = p.entry_id AND e.effective_at >= ${from}) ON p.account_id = a.id
      WHERE a.code = ${accounts.cash(id).code} ${currency === undefined ? Prisma.empty : Prisma.sql`AND a.currency = ${currency}`}
      GROUP BY a.id`);
  }
}

/** A drawer that was counted and never had anything in it. */
function untouched(currency: string): Moved {
  const nothing = { opening: 0n, takenForSeats: 0n, floats: 0n, banked: 0n, paidOut: 0n, overShort: 0n, closing: 0n };
  return { currency, seats: 0, ...nothing };
}

function toDrawerDay(moved: Moved, counts: Count[], closed: boolean, open: boolean): DrawerDayDto {
  return {
    currency: moved.currency,
    opening: open ? toJsonAmount(moved.opening) : null,
    seats: moved.seats,
    takenForSeats: toJsonAmount(moved.takenForSeats),
    floats: toJsonAmount(moved.floats),
    banked: toJsonAmount(moved.banked),
    paidOut: toJsonAmount(moved.paidOut),
    overShort: toJsonAmount(moved.overShort),
    closing: open ? toJsonAmount(moved.closing) : null,
    counts: counts.map(toCount),
    closed,
  };
}
