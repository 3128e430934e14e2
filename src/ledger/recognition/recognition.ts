import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { accounts } from '../accounts.js';
import { credit, debit, PostEntry } from '../post-entry.js';
import { inProportion } from './in-proportion.js';

/** What is paid for with one line of an invoice. */
export interface DeferredLine {
  /** What is delivered, such as `PRO`. One entry a day for each plan and currency. */
  readonly plan: string;
  /** Net of tax. Negative for time that was paid for before and is given up. */
  readonly net: Money;
  /** Delivered evenly from here on, until there. */
  readonly from: Date;
  readonly until: Date;
}

interface Row {
  id: string;
  stream: string;
  currency: string;
  amount: bigint;
  recognised: bigint;
  givenBack: bigint;
  from: Date;
  until: Date;
}

/** What a line keeps of its amount, and what of that is in the revenue. */
interface Kept {
  readonly row: Row;
  readonly amount: bigint;
  readonly recognised: bigint;
}

/**
 * Keeps what is paid for and delivered over a time, line by line, until it is recognised day by day (`RecogniseDays`). The caller books the
 * money: what it defers, it credits to `liability:deferred:{stream}`; what it takes back, it debits there. All in the caller's transaction;
 * contends on the lines' rows with the day's recognition.
 */
@Injectable()
export class Recognition {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /** @param sourceId the payment that the lines were paid with */
  async defer(sourceId: string, stream: string, lines: readonly DeferredLine[]): Promise<void> {
    const createdAt = this.clock.now();
    await this.database.client.deferral.createMany({
      data: lines
        .filter(({ net }) => !net.isZero())
        .map(({ plan, net, from, until }) => ({
          id: newId('deferral'),
          stream,
          plan,
          currency: net.currency,
          sourceId,
          amount: net.minor,
          from,
          until: atLeastAfter(from, until),
          createdAt,
        })),
    });
  }

  /**
   * An amount of what was paid goes back to the buyer: out of each line in proportion to what it has left. What was recognised beyond what
   * is now due of it by the last day that was closed goes out of the revenue again.
   * @throws RangeError when the lines have not so much left
   */
  async takeBack(sourceId: string, net: Money): Promise<void> {
    const rows = net.isZero() ? [] : await this.lock(sourceId);
    const left = rows.reduce((sum, { amount }) => sum + amount, 0n);
    if (net.minor < 0n || net.minor > left)
      throw new RangeError(`${net.toString()} is more than is left of what ${sourceId} paid for`);
    if (rows.length === 0) return;
    const closed = await this.closedUntil();
    const parts = inProportion(
      net,
      rows.map(({ amount }) => amount),
    );
    const kept = rows.map((row, index) => keptOf(row, parts[index]!.minor, closed));
    await this.write(kept);
    await this.unrecognise(sourceId, kept);
  }

  /** What was taken back did not go back after all. What is due of it by now is recognised with the next day's entry. */
  async putBack(sourceId: string, net: Money): Promise<void> {
    if (net.isZero()) return;
    const rows = await this.lock(sourceId);
    const parts = inProportion(
      net,
      rows.map(({ givenBack }) => givenBack),
    );
    await this.write(rows.map((row, index) => ({ ...row, row, amount: row.amount + parts[index]!.minor })));
  }

  /** Nothing more is delivered of it: what is not recognised yet is recognised with the entry of the day that `at` is in. */
  async end(sourceIds: readonly string[], at: Date): Promise<void> {
    const before = new Date(at.getTime() - 1);
    await this.database.execute(Prisma.sql`
      UPDATE deferrals SET from_at = least(from_at, ${before}::timestamptz), until_at = ${at}::timestamptz
      WHERE source_id = ANY(${sourceIds}::text[]) AND until_at > ${at}::timestamptz`);
  }

  private lock(sourceId: string): Promise<Row[]> {
    return this.database.rows<Row>(Prisma.sql`
      SELECT id, stream, currency, amount, recognised, given_back AS "givenBack", from_at AS "from", until_at AS "until"
      FROM deferrals WHERE source_id = ${sourceId} ORDER BY from_at, id FOR UPDATE`);
  }

  /** Until when revenue is recognised. Asked once the lines are locked: a day that has changed them is known by then. */
  private async closedUntil(): Promise<Date> {
    const last = await this.database.row<{ at: Date | null }>(
      Prisma.sql`SELECT (max(day) + 1)::timestamp AT TIME ZONE 'UTC' AS at FROM recognised_days`,
    );
    return last?.at ?? new Date(0);
  }

  private async write(kept: readonly Kept[]): Promise<void> {
    const values = kept.map(
      ({ row, amount, recognised }) =>
        Prisma.sql`(${row.id}, ${amount}::bigint, ${recognised}::bigint, ${row.givenBack + row.amount - amount}::bigint)`,
    );
    await this.database.execute(Prisma.sql`
      UPDATE deferrals d SET amount = k.amount, recognised = k.recognised, given_back = k.given_back
      FROM (VALUES ${Prisma.join(values)}) k (id, amount, recognised, given_back) WHERE d.id = k.id`);
  }

  private async unrecognise(sourceId: string, kept: readonly Kept[]): Promise<void> {
    await this.postEntry.execute({
      kind: 'revenue.unrecognised',
      reference: `${sourceId}:unrecognised:${newId('event')}`,
      object: { type: 'payment', id: sourceId },
      actor: 'system',
      legs: kept.flatMap(({ row: { stream, currency, recognised: before }, recognised }) => {
        const out = Money.of(before - recognised, currency);
        return [debit(accounts.revenue(stream), out), credit(accounts.deferred(stream), out)];
      }),
    });
  }
}

function keptOf(row: Row, part: bigint, closed: Date): Kept {
  const amount = row.amount - part;
  const due = dueOf({ ...row, amount }, closed);
  const isBeyond = row.amount > 0n ? row.recognised > due : row.recognised < due;
  return { row, amount, recognised: isBeyond ? due : row.recognised };
}

/** What is due of a line by a moment: its amount by the part of its time that is over, rounded half away from zero. As `RecogniseDays` has it. */
function dueOf({ amount, currency, from, until }: Omit<Row, 'id'>, at: Date): bigint {
  if (at <= from) return 0n;
  if (at >= until) return amount;
  const elapsed = BigInt(at.getTime() - from.getTime());
  return Money.of(amount, currency).times(elapsed, BigInt(until.getTime() - from.getTime())).minor;
}

/** What takes no time is delivered at once. */
function atLeastAfter(from: Date, until: Date): Date {
  return until > from ? until : new Date(from.getTime() + 1);
}
