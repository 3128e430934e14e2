import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { afterCommit } from '../../platform/database/index.js';
import { Sweeps } from '../../platform/jobs/index.js';

export const MOVEMENTS_SWEEP = 'payments.movements';

/** Has a job ask the provider again what it moved and kept for a payment. */
@Injectable()
export class CheckMovements {
  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /** @returns false when the money is not known to us, or not yet */
  async ask(provider: PaymentProvider, transactionId: string): Promise<boolean> {
    const asked = await this.database.execute(Prisma.sql`
      UPDATE payments SET movements_check_at = ${this.clock.now()}, movement_checks = 0
      WHERE provider = ${provider}::payment_provider AND (transaction_id = ${transactionId}
        OR id = (SELECT payment_id FROM refunds WHERE transaction_id = ${transactionId} LIMIT 1))`);
    if (asked > 0) afterCommit(() => this.sweeps.wake(MOVEMENTS_SWEEP));
    return asked > 0;
  }
}
