import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { ApplyDisputeReport } from '../disputes/apply-dispute-report.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { ApplyRefundReport } from '../refunds/apply-refund-report.js';
import { BookMovement } from './book-movement.js';
import { MOVEMENTS_SWEEP } from './check-movements.js';

const BATCH = 10;
const PAUSE = { first: 5, longest: 86_400 };
/** By then every line of a charge has long been written; the next event about it starts anew. */
const CHECKS = 15;

interface DuePayment {
  id: string;
  provider: PaymentProvider;
  /** When it is looked at next, as this claim set it; moved by whoever asks for another look meanwhile. */
  nextCheckAt: Date | null;
  /** Its own money, and what came for it and fitted nothing. */
  transactions: string[];
}

/**
 * Reads the provider's account of a payment and books what is new in it: fees, and money changed into the currency that is settled in. On
 * the way it finds refunds and disputes whose webhook never came.
 */
@Injectable()
export class BookMovements {
  private readonly logger = new Logger(BookMovements.name);

  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly bookMovement: BookMovement,
    private readonly applyRefundReport: ApplyRefundReport,
    private readonly applyDisputeReport: ApplyDisputeReport,
    private readonly clock: Clock,
  ) {}

  @Sweep(MOVEMENTS_SWEEP, 1_000)
  async run(): Promise<number> {
    const due = await this.claim();
    await Promise.all(due.map((payment) => this.attempt(payment)));
    return due.length;
  }

  /** The next check is also the lease, moved forward before the provider is asked. */
  private claim(): Promise<DuePayment[]> {
    const now = this.clock.now();
    return this.database.rows<DuePayment>(Prisma.sql`
      UPDATE payments p SET movement_checks = movement_checks + 1,
        movements_check_at = CASE WHEN movement_checks + 1 < ${CHECKS}::int
          THEN ${now}::timestamptz + interval '1 second' * least(${PAUSE.longest}::int, ${PAUSE.first}::int * 2 ^ movement_checks) END
      WHERE p.id IN (
        SELECT id FROM payments WHERE movements_check_at <= ${now} ORDER BY movements_check_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING p.id, p.provider, p.movements_check_at AS "nextCheckAt", array_remove(array_append(
        (SELECT array_agg(DISTINCT r.transaction_id) FROM refunds r WHERE r.payment_id = p.id AND r.transaction_id IS DISTINCT FROM p.transaction_id),
        p.transaction_id), NULL) AS transactions`);
  }

  private async attempt(payment: DuePayment): Promise<void> {
    try {
      // One that cannot be read keeps the others from nothing.
      const looks = await Promise.allSettled(
        payment.transactions.map((transaction) => this.read(payment, transaction)),
      );
      const failed = looks.find((look) => look.status === 'rejected');
      if (failed) throw failed.reason;
      await this.done(payment);
    } catch (error) {
      this.logger.warn({ err: error, payment: payment.id }, "could not read the provider's account of a payment");
    }
  }

  private async read({ id, provider }: DuePayment, transactionId: string): Promise<void> {
    const strategy = this.strategies.provider(provider);
    const [refunds, disputes] = await Promise.all([
      strategy.refundsOf(transactionId),
      strategy.disputesOf(transactionId),
    ]);
    for (const movement of await strategy.movementsOf(transactionId)) {
      await this.bookMovement.execute({ id, provider }, movement);
    }
    // Last: one that cannot be booked now must not keep the lines from being booked.
    for (const report of disputes) await this.applyDisputeReport.execute(provider, report);
    for (const report of refunds) await this.applyRefundReport.execute(provider, report);
  }

  /**
   * Nothing more is expected once every charge, refund and dispute that we know of has its line; unless an event came while we read.
   */
  private async done({ id, nextCheckAt, transactions }: DuePayment): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE payments p SET movements_check_at = NULL
      WHERE p.id = ${id} AND p.movements_check_at = ${nextCheckAt}
        AND (SELECT count(*) FROM provider_movements m WHERE m.payment_id = p.id AND m.kind = 'CHARGE')
          >= greatest(1, ${transactions.length}::int)
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
