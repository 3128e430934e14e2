import { Injectable } from '@nestjs/common';
import { Disbursers, PayeeReported } from '../../payments/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { InTransaction } from '../../platform/events/index.js';
import { type Due, DueRows, pausesOf, Sweep, Sweeps, dueRows } from '../../platform/jobs/index.js';

const NAME = 'finance.payout-accounts';
const BATCH = 10;
const PAUSE = { first: 5, longest: 3600 };
const ROWS = { name: 'payout_accounts', dueAt: 'next_look_at' };

interface DueAccount {
  provider: PaymentProvider;
  externalId: string;
}

/** Reads an account where it is kept when its provider tells of a change: what a webhook says may be older than what the one before it said. */
@Injectable()
export class LookAtAccounts {
  private readonly accounts: DueRows<DueAccount>;

  constructor(
    private readonly database: Database,
    private readonly disbursers: Disbursers,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {
    this.accounts = new DueRows(database, clock, {
      ...ROWS,
      tries: 'tries',
      columns: Prisma.sql`provider, external_id AS "externalId"`,
      batch: BATCH,
      again: pausesOf('tries', PAUSE.first, PAUSE.longest),
    });
  }

  @InTransaction(PayeeReported)
  async hear({ provider, externalId }: PayeeReported): Promise<void> {
    const { count } = await this.database.client.payoutAccount.updateMany({
      where: { provider, externalId },
      data: { nextLookAt: this.clock.now(), tries: 0 },
    });
    if (count > 0) afterCommit(() => this.sweeps.wake(NAME));
  }

  @Sweep(NAME, 5_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.accounts.work((account) => this.look(account));
  }

  /** What was told of since the look began is looked at once more. */
  private async look(account: Due & DueAccount): Promise<void> {
    const { provider, externalId } = account;
    const { ready, reason = null } = await this.disbursers.of(provider).look(externalId);
    await this.database.execute(Prisma.sql`
      UPDATE payout_accounts SET ready = ${ready}, reason = ${reason}, updated_at = ${this.clock.now()}, next_look_at = NULL
      WHERE ${this.accounts.held(account)}`);
  }
}
