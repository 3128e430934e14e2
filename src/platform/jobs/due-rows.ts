import { Logger } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Database, Prisma } from '../database/index.js';
import { backoffSeconds } from './backoff.js';

/** When a row that a request is about to claim by itself is due to the sweeps, should that request die before it does. */
export const OWN_TURN_SECONDS = 5;

/** What a claim answers of each row, besides the table's own `columns`. */
export interface Due {
  readonly id: string;
  /** How often it was claimed, this time included. */
  readonly tries: number;
  /** Until when this claim holds; null when it is the last. */
  dueAt: Date | null;
}

type WaitingRows = Pick<Table, 'name' | 'dueAt' | 'waiting'>;

interface Table {
  readonly name: string;
  /** Its key, when that is not `id`. */
  readonly key?: string;
  /** The column that says when a row is to be looked at next, and the one that counts how often it was. */
  readonly dueAt: string;
  readonly tries: string;
  /** Which rows wait, as literals, so that a partial index serves; those with a `dueAt` unless told. */
  readonly waiting?: Prisma.Sql;
  readonly columns?: Prisma.Sql;
  /** How many are claimed at once. */
  readonly batch: number;
  /** From now, when a row is due again if nobody says otherwise: the lease. */
  readonly again: (now: Date) => Prisma.Sql;
}

/**
 * Rows that say when they are to be looked at next. Claiming moves that forward and commits, which is the lease: any number of processes
 * may claim, and the rows of one that died are due again when it ends. `dueAt` and `tries` together are the claim: who wants a row looked
 * at sooner sets `dueAt` to now and `tries` to 0, and whoever holds it finds that it is no longer theirs.
 */
export class DueRows<Columns extends object = object> {
  private readonly logger = new Logger(DueRows.name);
  private readonly table: Prisma.Sql;
  private readonly key: Prisma.Sql;
  private readonly dueAt: Prisma.Sql;
  private readonly tries: Prisma.Sql;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly of: Table,
  ) {
    this.table = Prisma.raw(of.name);
    this.key = Prisma.raw(of.key ?? 'id');
    this.dueAt = Prisma.raw(of.dueAt);
    this.tries = Prisma.raw(of.tries);
  }

  /** @param id only this one: also before it is due, as long as nobody has tried it */
  claim(id?: string): Promise<(Due & Columns)[]> {
    const { table, key, dueAt, tries } = this;
    const { batch, columns } = this.of;
    const now = this.clock.now();
    return this.database.rows<Due & Columns>(Prisma.sql`
      UPDATE ${table} SET ${tries} = ${tries} + 1, ${dueAt} = ${this.of.again(now)}
      WHERE ${key} IN (
        SELECT ${key} FROM ${table}
        WHERE ${id === undefined ? isDue(this.of, now) : Prisma.sql`${key} = ${id} AND ${this.isMine(now)}`}
        ORDER BY ${dueAt} LIMIT ${batch} FOR UPDATE SKIP LOCKED
      )
      RETURNING ${key} AS id, ${tries} AS tries, ${dueAt} AS "dueAt" ${columns ? Prisma.sql`, ${columns}` : Prisma.empty}`);
  }

  private isMine(now: Date): Prisma.Sql {
    const waits = this.of.waiting ?? Prisma.sql`${this.dueAt} IS NOT NULL`;
    return Prisma.sql`(${this.dueAt} <= ${now} OR ${this.tries} = 0) AND ${waits}`;
  }

  /** Claims what is due and acts on each, side by side. What fails is logged, and due again when its lease ends. */
  async work(act: (row: Due & Columns) => Promise<void>): Promise<number> {
    const claimed = await this.claim();
    await Promise.all(claimed.map((row) => this.attempt(row, act)));
    return claimed.length;
  }

  async attempt(row: Due & Columns, act: (row: Due & Columns) => Promise<void>): Promise<void> {
    try {
      await act(row);
    } catch (error) {
      const { id, tries, dueAt } = row;
      this.logger.warn({ err: error, table: this.of.name, id, tries, dueAt }, 'a due row failed; it is tried again');
    }
  }

  /** The condition under which a row is as it was claimed. */
  held({ id, tries, dueAt }: Due): Prisma.Sql {
    return Prisma.sql`${this.key} = ${id} AND ${this.dueAt} = ${dueAt} AND ${this.tries} = ${tries}`;
  }

  /** It is through, and its row with it; unless it was wanted again since it was claimed. */
  async remove(row: Due): Promise<void> {
    await this.database.execute(Prisma.sql`DELETE FROM ${this.table} WHERE ${this.held(row)}`);
  }

  /** Due again after a pause that grows with its tries. The table has a `last_error`. */
  async postpone(row: Due, error: unknown): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE ${this.table} SET ${this.dueAt} = ${this.clock.in(backoffSeconds(row.tries))},
        last_error = ${inBrief(error)}
      WHERE ${this.held(row)}`);
  }
}

/** What a sweep looks for that claims such rows. */
export function dueRows(of: WaitingRows): (now: Date) => Prisma.Sql {
  return (now) => Prisma.sql`SELECT FROM ${Prisma.raw(of.name)} WHERE ${isDue(of, now)}`;
}

function isDue({ dueAt, waiting }: WaitingRows, now: Date): Prisma.Sql {
  return Prisma.sql`${Prisma.raw(dueAt)} <= ${now} ${waiting ? Prisma.sql`AND ${waiting}` : Prisma.empty}`;
}

/** A lease of so many seconds. */
export function leaseOf(seconds: number): Table['again'] {
  return (now) => Prisma.sql`${new Date(now.getTime() + seconds * 1000)}::timestamptz`;
}

/** The pause doubles from try to try: `first` seconds after the first, never more than `longest`. */
export function pausesOf(tries: string, first: number, longest: number): Table['again'] {
  return (now) =>
    Prisma.sql`${now}::timestamptz + interval '1 second' * least(${longest}::int, ${first}::int * 2 ^ least(${Prisma.raw(tries)}, 20))`;
}

/** What a table keeps of an error. */
export function inBrief(error: unknown): string {
  return String(error).slice(0, 2000);
}
