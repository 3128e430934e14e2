import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Database, Prisma } from '../../platform/database/index.js';
import { type Sweep, Sweeps } from '../../platform/jobs/index.js';

const BATCH = 5_000;

/** Folds what postings have added into the rollups, so that balances are read off few rows. Any number may fold at once. */
@Injectable()
export class FoldDeltas implements Sweep, OnModuleInit {
  readonly name = 'ledger.fold';
  readonly everyMs = 2_000;

  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this);
  }

  async run(): Promise<number> {
    const folded = await this.database.row<{ count: number }>(Prisma.sql`SELECT ledger_fold(${BATCH}::int) AS count`);
    return folded?.count ?? 0;
  }
}
