import { Logger } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { Database, inTransaction, Prisma } from '../database/index.js';
import { backoffSeconds } from './backoff.js';
import { type Due, DueRows, dueRows, inBrief, leaseOf } from './due-rows.js';

const BATCH = 20;
/** Short, so that a crash is made good within seconds. Whoever is slower than it is not hurt: rows are locked while they are acted on. */
const LEASE_SECONDS = 5;
const ATTEMPTS = 12;
/** A little more than a transaction may take. Whoever never comes back must not keep the others waiting. */
const DEADLINE_MS = 20_000;

/** What a sweep looks for that acts on rows of these. */
export function leasedRows({ name, waiting }: Pick<Table, 'name' | 'waiting'>): (now: Date) => Prisma.Sql {
  return dueRows(rowsOf({ name, waiting }));
}

function rowsOf({ name, waiting }: Pick<Table, 'name' | 'waiting'>) {
  return { name, dueAt: 'available_at', waiting: Prisma.sql`status = ${Prisma.raw(`'${waiting}'`)}` };
}

interface Table {
  readonly name: 'outbox_messages' | 'provider_events';
  /** The status of a row that waits. */
  readonly waiting: 'PENDING' | 'RECEIVED';
  /** What `act` needs besides id and tries. */
  readonly columns: Prisma.Sql;
}

/**
 * Due rows that are acted on in a transaction. What makes an effect happen once is not the lease but `act`, which changes the row's status
 * in the transaction of its effect. Failures are tried again with growing pauses and end DEAD, visibly.
 */
export class LeasedRows<Columns extends object> {
  private readonly logger = new Logger(LeasedRows.name);
  private readonly rows: DueRows<Columns>;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly of: Table,
  ) {
    this.rows = new DueRows(database, clock, {
      ...rowsOf(of),
      tries: 'attempts',
      columns: of.columns,
      batch: BATCH,
      again: leaseOf(LEASE_SECONDS),
    });
  }

  /** Claims a batch of what is due and acts on each row in a transaction of its own; answers how many it claimed. */
  async work(act: (row: Due & Columns) => Promise<void>): Promise<number> {
    const claimed = await this.rows.claim();
    await Promise.all(claimed.map((row) => this.attempt(row, act)));
    return claimed.length;
  }

  private async attempt(row: Due & Columns, act: (row: Due & Columns) => Promise<void>): Promise<void> {
    try {
      await withDeadline(inTransaction(() => act(row)));
    } catch (error) {
      const { id, tries } = row;
      const dead = tries >= ATTEMPTS;
      const fields = { err: error, table: this.of.name, id, tries, dead };
      if (dead) this.logger.error(fields, 'given up: a waiting row could not be acted on and waits for a person');
      else this.logger.warn(fields, 'a waiting row could not be acted on; it will be tried again');
      const status = dead ? Prisma.sql`status = 'DEAD',` : Prisma.empty;
      // Only while the claim is ours: whoever has claimed or replayed the row since changed its count.
      await this.database.execute(Prisma.sql`
        UPDATE ${Prisma.raw(this.of.name)} SET ${status} last_error = ${inBrief(error)},
          available_at = ${this.clock.in(backoffSeconds(tries))}
        WHERE id = ${id} AND status = ${Prisma.raw(`'${this.of.waiting}'`)} AND attempts = ${tries}`);
    }
  }
}

async function withDeadline<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${DEADLINE_MS / 1000} seconds`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
