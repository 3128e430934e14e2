import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';
import { accounts } from '../accounts.js';
import { credit, debit, PostEntry } from '../post-entry.js';

const DAY_MS = 86_400_000;

interface Earned {
  stream: string;
  plan: string;
  currency: string;
  amount: bigint;
}

/**
 * Recognises as revenue what a day has delivered, once that day is over in UTC: of every line what is due of it by the day's end, less what
 * was recognised before, so that no rounding is ever lost and what was paid late is caught up. One entry for each plan and currency.
 */
@Injectable()
export class RecogniseDays {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /** A day at a time, the oldest first. @returns how many days it closed */
  @Sweep('ledger.recognition', 60_000)
  async run(): Promise<number> {
    const day = await this.nextDay();
    if (day === undefined) return 0;
    await this.close(day);
    return 1;
  }

  /**
   * The first day that is over and not closed and of which something is due; a line counts from when it was booked, however late that was.
   * Without any it is yesterday, closed for all that were passed over: what becomes due later is of a later day. When yesterday is closed,
   * nothing is looked for.
   */
  private async nextDay(): Promise<string | undefined> {
    const today = this.clock.now().toISOString().slice(0, 10);
    const next = await this.database.row<{ day: string }>(Prisma.sql`
      SELECT to_char(CASE WHEN open.since < ${today}::date THEN greatest(open.since, last.day + 1) ELSE ${today}::date - 1 END, 'YYYY-MM-DD') AS day
      FROM (SELECT max(day) AS day FROM recognised_days) last
      CROSS JOIN LATERAL (
        SELECT (min(greatest(from_at, created_at)) AT TIME ZONE 'UTC')::date AS since FROM deferrals
        WHERE recognised <> amount AND coalesce(last.day + 1 < ${today}::date, true)
      ) open
      WHERE coalesce(last.day + 1 < ${today}::date, open.since < ${today}::date)`);
    return next?.day;
  }

  /** Contends on the day's row: of two processes the second finds it closed. */
  @Transactional()
  private async close(day: string): Promise<void> {
    const { count } = await this.database.client.recognisedDay.createMany({
      data: { day: new Date(day), closedAt: this.clock.now() },
      skipDuplicates: true,
    });
    if (count === 0) return;
    const end = new Date(Date.parse(day) + DAY_MS);
    const earned = await this.recognise(end);
    const effectiveAt = earned.length > 0 ? await this.momentIn(day, end) : end;
    for (const { stream, plan, currency, amount } of earned) {
      const money = Money.of(amount, currency);
      await this.postEntry.execute({
        kind: 'revenue.recognised',
        reference: `recognised:${stream}:${plan}:${currency}:${day}`,
        object: { type: stream, id: plan },
        effectiveAt,
        actor: 'system',
        legs: [debit(accounts.deferred(stream), money), credit(accounts.revenue(stream), money)],
      });
    }
  }

  /** In whole numbers alone: a quotient cut off somewhere could round the wrong way. Locked first, so that what is due is of what is there. */
  private recognise(end: Date): Promise<Earned[]> {
    return this.database.rows<Earned>(Prisma.sql`
      WITH open AS (
        SELECT id, recognised, CASE WHEN until_at <= ${end}::timestamptz THEN amount ELSE
          (sign(amount) * div(2 * abs(amount) * ${milliseconds(Prisma.sql`${end}::timestamptz - from_at`)} + ${milliseconds(Prisma.sql`until_at - from_at`)},
            2 * ${milliseconds(Prisma.sql`until_at - from_at`)}))::bigint END AS due
        FROM deferrals
        WHERE recognised <> amount AND from_at < ${end}::timestamptz AND created_at < ${end}::timestamptz
        FOR UPDATE
      ), moved AS (
        UPDATE deferrals d SET recognised = open.due FROM open WHERE d.id = open.id AND open.due <> open.recognised
        RETURNING d.stream, d.plan, d.currency, open.due - open.recognised AS amount
      )
      SELECT stream, plan, currency, sum(amount)::bigint AS amount FROM moved GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`);
  }

  /** The last moment of the day; now, when its month takes no more postings. */
  private async momentIn(day: string, end: Date): Promise<Date> {
    const month = await this.database.client.ledgerPeriod.findUnique({
      where: { month: new Date(`${day.slice(0, 7)}-01`) },
    });
    return month?.closedAt ? this.clock.now() : new Date(end.getTime() - 1);
  }
}

function milliseconds(time: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`(extract(epoch FROM ${time}) * 1000)`;
}
