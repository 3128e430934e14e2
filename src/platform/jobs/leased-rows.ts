import { Logger } from '@nestjs/common';
import type { Clock } from '../clock/index.js';
import { type Database, inTransaction, Prisma } from '../database/index.js';
import { backoffSeconds } from './backoff.js';

const BATCH = 20;
/** Short, so that a crash is made good within seconds. Whoever is slower than it is not hurt: rows are locked while they are acted on. */
const LEASE_SECONDS = 5;
const ATTEMPTS = 12;
/** A little more than a transaction may take. Whoever never comes back must not keep the others waiting. */
const DEADLINE_MS = 20_000;

interface LeasedRow {
  id: string;
  attempts: number;
}

interface Table {
  readonly name: 'outbox_messages' | 'provider_events';
  /** The status of a row that waits. */
  readonly waiting: 'PENDING' | 'RECEIVED';
  /** What `act` needs besides id and attempts. */
  readonly columns: Prisma.Sql;
}

/**
 * Rows that wait to be acted on: in `status`, not before `available_at`. Claiming moves that forward and commits, which is the lease; a
 * crashed process's rows are taken up by another when it ends. What makes an effect happen once is not the lease but `act`, which
 * changes the row's status in the transaction of its effect. Failures are tried again with growing pauses and end DEAD, visibly.
 */
export class LeasedRows<Row extends LeasedRow> {
  private readonly logger = new Logger(LeasedRows.name);
  private readonly table: Prisma.Sql;
  private readonly waiting: Prisma.Sql;

  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly of: Table,
  ) {
    this.table = Prisma.raw(of.name);
    // A literal, so that the partial index on the waiting rows is used.
    this.waiting = Prisma.raw(`'${of.waiting}'`);
  }

  /** Claims a batch of what is due and acts on each row in a transaction of its own; answers how many it claimed. */
  async work(act: (row: Row) => Promise<void>): Promise<number> {
    const claimed = await this.claim();
    await Promise.all(claimed.map((row) => this.attempt(row, act)));
    return claimed.length;
  }

  private claim(): Promise<Row[]> {
    return this.database.rows<Row>(Prisma.sql`
      UPDATE ${this.table} SET available_at = ${this.clock.in(LEASE_SECONDS)}, attempts = attempts + 1
      WHERE id IN (
        SELECT id FROM ${this.table} WHERE status = ${this.waiting} AND available_at <= ${this.clock.now()}
        ORDER BY available_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING id, attempts, ${this.of.columns}`);
  }

  private async attempt(row: Row, act: (row: Row) => Promise<void>): Promise<void> {
    try {
      await withDeadline(inTransaction(() => act(row)));
    } catch (error) {
      const dead = row.attempts >= ATTEMPTS;
      this.logger.error(
        { err: error, table: this.of.name, id: row.id, attempts: row.attempts, dead },
        'a waiting row could not be acted on',
      );
      const status = dead ? Prisma.sql`status = 'DEAD',` : Prisma.empty;
      // Only while the claim is ours: whoever has claimed or replayed the row since changed its count.
      await this.database.execute(Prisma.sql`
        UPDATE ${this.table} SET ${status} last_error = ${String(error).slice(0, 2000)},
          available_at = ${this.clock.in(backoffSeconds(row.attempts))}
        WHERE id = ${row.id} AND status = ${this.waiting} AND attempts = ${row.attempts}`);
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
