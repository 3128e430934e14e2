import { Injectable } from '@nestjs/common';
import { Disbursers, ProviderFailure } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { afterCommit } from '../../platform/database/index.js';
import { type Due, DueRows, pausesOf, Sweep, Sweeps, dueRows } from '../../platform/jobs/index.js';
import { Money } from '../../platform/money/index.js';
import { ConcludePayout } from './conclude-payout.js';

const NAME = 'finance.payouts';
const BATCH = 10;
const PAUSE = { first: 5, longest: 3600 };
const ROWS = { name: 'payouts', dueAt: 'next_try_at', waiting: Prisma.sql`status = 'IN_TRANSIT'` };

interface DuePayout {
  provider: PaymentProvider;
  destination: string;
  amount: bigint;
  currency: string;
}

/**
 * Sends what stands committed as on its way, and asks what became of it until it is known. Dying before or after the call loses nothing and
 * doubles nothing: the provider's strategy makes the same order the same disbursement.
 */
@Injectable()
export class CarryOutPayouts {
  private readonly payouts: DueRows<DuePayout>;

  constructor(
    private readonly database: Database,
    private readonly disbursers: Disbursers,
    private readonly concludePayout: ConcludePayout,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {
    this.payouts = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      columns: Prisma.sql`provider, destination, amount, currency`,
      batch: BATCH,
      again: pausesOf('tries', PAUSE.first, PAUSE.longest),
    });
  }

  @Sweep(NAME, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.payouts.work((payout) => this.attempt(payout));
  }

  /** One now, for the request that asked for it. */
  async now(id: string): Promise<void> {
    for (const payout of await this.payouts.claim(id)) await this.payouts.attempt(payout, () => this.attempt(payout));
  }

  /**
   * In the caller's transaction. Not as if they had never been tried: what may have been sent is looked for before it is sent again.
   * @returns false when none of them is on its way
   */
  async askNow(ids: readonly string[]): Promise<boolean> {
    const { count } = await this.database.client.payout.updateMany({
      where: { id: { in: [...ids] }, status: 'IN_TRANSIT' },
      data: { nextTryAt: this.clock.now() },
    });
    if (count > 0) this.wakeAfterCommit();
    return count > 0;
  }

  wakeAfterCommit(): void {
    afterCommit(() => this.sweeps.wake(NAME));
  }

  private async attempt({ id, tries, provider, destination: payee, amount, currency }: Due & DuePayout): Promise<void> {
    try {
      const order = { disbursementId: id, tries, payee, amount: Money.of(amount, currency) };
      const { status, externalId, reason } = await this.disbursers.of(provider).send(order);
      await this.concludePayout.report(id, status, { externalId, reason });
    } catch (error) {
      if (!(error instanceof ProviderFailure && error.final)) throw error;
      await this.concludePayout.report(id, 'FAILED', { reason: error.code });
    }
  }
}
