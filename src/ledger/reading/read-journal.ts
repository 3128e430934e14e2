import { PassThrough, type Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { queryEntries } from './query-entries.js';

const BATCH = 500;

export interface JournalRange {
  /** Effective from then on. */
  from?: Date;
  /** Effective before. */
  to?: Date;
}

/** The journal from end to end, however long it is. */
@Injectable()
export class ReadJournal {
  constructor(private readonly database: Database) {}

  /**
   * A stream of EntryWithPostings, oldest first by id. All of one snapshot, in which paging by id misses nothing; read only as fast as it
   * is taken, and given up when its reader goes away.
   */
  stream(range: JournalRange): Readable {
    const entries = new PassThrough({ objectMode: true, highWaterMark: 16 });
    this.database
      .snapshot((client) => this.pour(client, range, entries))
      .then(
        () => entries.end(),
        (error: Error) => entries.destroy(error),
      );
    return entries;
  }

  private async pour(client: Prisma.TransactionClient, { from, to }: JournalRange, into: PassThrough): Promise<void> {
    for (let after = ''; ;) {
      const conditions = [
        Prisma.sql`e.id > ${after}`,
        from && Prisma.sql`e.effective_at >= ${from}`,
        to && Prisma.sql`e.effective_at < ${to}`,
      ];
      const batch = await queryEntries(client, conditions, Prisma.sql`ORDER BY e.id LIMIT ${BATCH}`);
      for (const entry of batch) {
        if (into.destroyed) return;
        if (!into.write(entry)) await drained(into);
      }
      const last = batch.at(-1);
      if (!last || batch.length < BATCH) return;
      after = last.id;
    }
  }
}

/** When more may be written, or nobody will read it. Never rejects: a reader that goes away is no failure, and has nobody else to tell. */
function drained(stream: PassThrough): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done);
      resolve();
    };
    stream.on('drain', done).on('close', done);
    // Closed already: there will be no event any more.
    if (stream.closed) done();
  });
}
