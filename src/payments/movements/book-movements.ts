import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { type Due, DueRows, pausesOf, Sweep, dueRows } from '../../platform/jobs/index.js';
import { ApplyDisputeReport } from '../disputes/apply-dispute-report.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { ApplyRefundReport } from '../refunds/apply-refund-report.js';
import { BookMovement } from './book-movement.js';
import { MOVEMENTS_SWEEP } from './check-movements.js';

const BATCH = 10;
const PAUSE = { first: 5, longest: 86_400 };
/** By then every line of a charge has long been written; the next event about it starts anew. */
const CHECKS = 15;
const ROWS = { name: 'payments', dueAt: 'movements_check_at' };

interface DuePayment {
  provider: PaymentProvider;
  /** Its own money, and what came for it and fitted nothing. */
  transactions: string[];
}

/**
 * Reads the provider's account of a payment and books what is new in it: fees, and money changed into the currency that is settled in. On
 * the way it finds refunds and disputes whose webhook never came.
 */
@Injectable()
export class BookMovements {
  private readonly payments: DueRows<DuePayment>;

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly bookMovement: BookMovement,
    private readonly applyRefundReport: ApplyRefundReport,
    private readonly applyDisputeReport: ApplyDisputeReport,
    clock: Clock,
  ) {
    const pauses = pausesOf('movement_checks', PAUSE.first, PAUSE.longest);
    this.payments = new DueRows(database, clock, {
      ...ROWS,
      tries: 'movement_checks',
      columns: Prisma.sql`provider, array_remove(array_append((
        SELECT array_agg(DISTINCT r.transaction_id) FROM refunds r
        WHERE r.payment_id = payments.id AND r.transaction_id IS DISTINCT FROM payments.transaction_id
      ), transaction_id), NULL) AS transactions`,
      batch: BATCH,
      again: (now) => Prisma.sql`CASE WHEN movement_checks + 1 < ${CHECKS}::int THEN ${pauses(now)} END`,
    });
  }

  @Sweep(MOVEMENTS_SWEEP, 1_000, dueRows(ROWS))
  run(): Promise<number> {
    return this.payments.work((payment) => this.attempt(payment));
  }

  /** One transaction that cannot be read keeps the others from nothing. */
  private async attempt(payment: Due & DuePayment): Promise<void> {
    const looks = await Promise.allSettled(payment.transactions.map((transaction) => this.read(payment, transaction)));
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed) throw failed.reason;
    await this.done(payment);
  }

  private async read({ id, provider }: Due & DuePayment, transactionId: string): Promise<void> {
    const { account } = this.strategies.provider(provider);
    if (!account) throw new Error(`${provider} has no account to read`);
    const [refunds, disputes] = await Promise.all([
      account.refundsOf(transactionId),
      account.disputesOf(transactionId),
    ]);
    for (const movement of await account.movementsOf(transactionId)) {
      await this.bookMovement.execute({ id, provider }, movement);
    }
    // Last: one that cannot be booked now must not keep the lines from being booked.
    for (const report of disputes) await this.applyDisputeReport.execute(provider, report);
    for (const report of refunds) await this.applyRefundReport.execute(provider, report);
  }

  /**
   * Nothing more is expected once every charge, refund and dispute that we know of has its line; unless an event came while we read.
   */
  private async done(payment: Due & DuePayment): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE payments p SET movements_check_at = NULL
      WHERE ${this.payments.held(payment)}
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'CHARGE')
          >= greatest(1, ${payment.transactions.length}::int)
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'REFUND')
          >= (SELECT count(*) FROM refunds r WHERE r.payment_id = p.id AND r.status = 'SUCCEEDED' AND r.destination = 'ORIGINAL'
            AND r.provider_refund_id IS NOT NULL)
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'REFUND_FAILURE')
          >= (SELECT count(*) FROM refunds r JOIN ledger_entries e ON e.reference = r.id || ':done'
            WHERE r.payment_id = p.id AND r.status = 'FAILED' AND r.destination = 'ORIGINAL')
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'DISPUTE')
          >= (SELECT count(*) FROM disputes d WHERE d.payment_id = p.id AND d.withdrawn_at IS NOT NULL)
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'DISPUTE_REVERSAL')
          >= (SELECT count(*) FROM disputes d WHERE d.payment_id = p.id AND d.reinstated_at IS NOT NULL)`);
  }
}
