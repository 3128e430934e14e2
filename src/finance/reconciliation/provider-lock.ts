import { Injectable } from '@nestjs/common';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';

/** One at a time works on the discrepancies of a provider: two runs, or a run and a resolution, must not act on what the other changes. */
@Injectable()
export class ProviderLock {
  constructor(private readonly database: Database) {}

  /** Until the caller's transaction ends. */
  async take(provider: PaymentProvider): Promise<void> {
    const name = `reconciliation:${provider}`;
    await this.database.execute(Prisma.sql`SELECT pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }
}
