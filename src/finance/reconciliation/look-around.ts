import { Injectable } from '@nestjs/common';
import { PaymentStrategies } from '../../payments/index.js';
import { accounts } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type MovementKind, type PaymentProvider, Prisma } from '../../platform/database/index.js';
import { type Finding, matterKey } from './compare.js';
import type { Circumstances } from './discrepancy-actions.js';
import { cameBack, type PayoutAtHand, PayoutsAtHand, underWay } from './payouts-at-hand.js';

/** What was booked less than this ago may yet come onto a statement: banks take their days. */
const RECENT_SECONDS = 3 * 86_400;

/** An earlier resolution of a matter that still stands, by its entry's reference. */
export interface Superseded {
  readonly reference: string;
}

/** What was read of a difference, or of many at once. */
interface Known {
  readonly askedAt: Date | null;
  readonly superseded: boolean;
  readonly payouts: readonly PayoutAtHand[];
}

/** What is to be known about a difference, besides itself, to say what may be done about it. */
@Injectable()
export class LookAround {
  constructor(
    private readonly database: Database,
    private readonly strategies: PaymentStrategies,
    private readonly payoutsAtHand: PayoutsAtHand,
    private readonly clock: Clock,
  ) {}

  async execute(provider: PaymentProvider, finding: Finding, askedAt: Date | null): Promise<Circumstances> {
    const superseded = (await this.superseded(provider, finding)) !== undefined;
    const payouts = await this.payoutsAtHand.about(provider, [finding]);
    return this.circumstances(provider, finding, { askedAt, superseded, payouts });
  }

  circumstances(provider: PaymentProvider, finding: Finding, { askedAt, superseded, payouts }: Known): Circumstances {
    return {
      askable: this.askable(provider, finding, payouts),
      asked: askedAt !== null,
      recent: finding.occurredAt > this.clock.in(-RECENT_SECONDS),
      superseded,
      cameBack: cameBack(finding, payouts) !== undefined,
    };
  }

  /** Which of these matters were resolved once: only they can be superseded. */
  async resolvedBefore(provider: PaymentProvider, findings: readonly Finding[]): Promise<Set<string>> {
    const references = findings.map(({ reference }) => reference);
    const rows = await this.database.rows<{ matter: MovementKind; reference: string }>(Prisma.sql`
      SELECT DISTINCT matter, reference FROM discrepancies
      WHERE provider = ${provider}::payment_provider AND status = 'RESOLVED' AND reference = ANY(${references}::text[])`);
    return new Set(rows.map(matterKey));
  }

  /**
   * A charge is asked about by our payment, what follows from one by the movement of money that it gives back or disputes, and a payout by
   * those that are on their way.
   */
  private askable(provider: PaymentProvider, finding: Finding, payouts: readonly PayoutAtHand[]): boolean {
    const { kind, matter, sums, paymentId, transactionId } = finding;
    // Of what is booked and stated twice, the provider would tell what it has told.
    if (kind === 'DUPLICATE' && sums.some(({ booked }) => booked !== 0n)) return false;
    if (matter === 'CHARGE') return paymentId !== null;
    if (matter === 'PAYOUT') return underWay(finding, payouts).length > 0;
    return (
      (matter === 'REFUND' || matter === 'DISPUTE') &&
      transactionId !== null &&
      this.strategies.statementsOf(provider).account !== undefined
    );
  }

  /** An earlier resolution that is exactly what is too much now: what was missing has been booked since. */
  async superseded(provider: PaymentProvider, { matter, reference, sums }: Finding): Promise<Superseded | undefined> {
    const expected = sums.map(({ currency, stated, booked }) => `${currency} ${booked - stated}`).toSorted();
    return this.database.row<Superseded>(Prisma.sql`
      SELECT e.reference FROM discrepancies d
      JOIN ledger_entries e ON e.id = d.entry_id AND e.reverses IS NULL
      JOIN ledger_postings p ON p.entry_id = e.id
      JOIN ledger_accounts a ON a.id = p.account_id AND a.code = ${accounts.provider(provider).code}
      WHERE d.provider = ${provider}::payment_provider AND d.matter = ${matter}::movement_kind AND d.reference = ${reference}
        AND d.status = 'RESOLVED' AND NOT EXISTS (SELECT FROM ledger_entries r WHERE r.reverses = e.id)
      GROUP BY e.id HAVING array_agg(p.currency || ' ' || p.amount ORDER BY p.currency || ' ' || p.amount) = ${expected}::text[]
      LIMIT 1`);
  }
}
