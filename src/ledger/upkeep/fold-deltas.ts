import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';

const BATCH = 5_000;

/** Folds what postings have added into the rollups, so that balances are read off few rows. Any number may fold at once. */
@Injectable()
export class FoldDeltas {
  constructor(private readonly database: Database) {}

  @Sweep('ledger.fold', 2_000, () => Prisma.sql`SELECT FROM ledger_deltas`)
  async run(): Promise<number> {
    const folded = await this.database.row<{ count: number }>(Prisma.sql`SELECT ledger_fold(${BATCH}::int) AS count`);
    return folded?.count ?? 0;
  }
}
