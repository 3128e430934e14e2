import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Settings } from '../../platform/config/index.js';
import { Database, inTransaction, isUniqueViolation, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { BeginPayout } from './begin-payout.js';
import { CarryOutPayouts } from './carry-out-payouts.js';
import { payoutPeriod } from './payout-period.js';

const BATCH = 50;

interface DuePayee {
  accountId: bigint;
  payeeId: string;
  currency: string;
}

/** Begins payouts by themselves, once for each instructor, currency and period: a week or a month, as the settings say. */
@Injectable()
export class SchedulePayouts {
  private readonly logger = new Logger(SchedulePayouts.name);

  constructor(
    private readonly beginPayout: BeginPayout,
    private readonly carryOutPayouts: CarryOutPayouts,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Sweep('finance.payout-schedule', 900_000)
  async run(): Promise<number> {
    const period = payoutPeriod(this.settings.PAYOUT_SCHEDULE, this.clock.now());
    if (period === undefined) return 0;
    let begun = 0;
    let page: DuePayee[] = [];
    do {
      page = await this.due(period, page.at(-1)?.accountId ?? 0n);
      for (const payee of page) if (await this.begin(payee, period)) begun += 1;
    } while (page.length === BATCH);
    return begun;
  }

  /** Who has earnings, somewhere to be paid to, no debt, and nothing begun in this period. */
  private due(period: string, after: bigint): Promise<DuePayee[]> {
    return this.database.rows<DuePayee>(Prisma.sql`
      SELECT a.id AS "accountId", a.owner_id AS "payeeId", a.currency FROM ledger_accounts a
      WHERE a.id > ${after} AND starts_with(a.code, 'liability:earnings:') AND a.balance > a.held
        AND EXISTS (SELECT 1 FROM payout_accounts p WHERE p.user_id = a.owner_id AND p.ready)
        AND NOT EXISTS (SELECT 1 FROM ledger_accounts r WHERE r.code = 'asset:receivable:' || a.owner_id AND r.balance > 0)
        AND NOT EXISTS (
          SELECT 1 FROM payouts p WHERE p.requested_by = 'system' AND p.idempotency_key = ${period} || ':' || a.owner_id || ':' || a.currency)
      ORDER BY a.id LIMIT ${BATCH}`);
  }

  /** Contends on the period's key: of two processes, one begins it. */
  private async begin({ payeeId, currency }: DuePayee, period: string): Promise<boolean> {
    try {
      await inTransaction(async () => {
        const idempotencyKey = `${period}:${payeeId}:${currency}`;
        const request = { requestedBy: 'system', idempotencyKey, sweptAt: this.clock.now() };
        await this.beginPayout.execute({ payeeId, currency, ...request });
        this.carryOutPayouts.wakeAfterCommit();
      });
      return true;
    } catch (error) {
      // Too little, no account for the currency, or begun by another process: the next period looks again.
      if (!(error instanceof DomainError) && !isUniqueViolation(error))
        this.logger.error({ err: error, payeeId, currency }, 'a scheduled payout could not be begun');
      return false;
    }
  }
}
