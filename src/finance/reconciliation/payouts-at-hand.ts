import { Injectable } from '@nestjs/common';
import { Database, type PaymentProvider, type PayoutStatus, Prisma } from '../../platform/database/index.js';
import { CarryOutPayouts } from '../payouts/carry-out-payouts.js';
import { ConcludePayout } from '../payouts/conclude-payout.js';
import type { Finding } from './compare.js';

/** A payout that a statement may be about. */
export interface PayoutAtHand {
  readonly id: string;
  readonly status: PayoutStatus;
  readonly amount: bigint;
  readonly currency: string;
  readonly reference: string | null;
}

/**
 * What may be done about payouts that a statement has and the books do not. One that is on its way has no name at the provider yet, so any
 * of the same amount may be meant: each is asked about, which does no harm, and what is booked then is booked by the provider's answer.
 */
@Injectable()
export class PayoutsAtHand {
  constructor(
    private readonly database: Database,
    private readonly carryOutPayouts: CarryOutPayouts,
    private readonly concludePayout: ConcludePayout,
  ) {}

  async about(provider: PaymentProvider, findings: readonly Finding[]): Promise<PayoutAtHand[]> {
    const references = findings.filter(({ matter }) => matter === 'PAYOUT').map(({ reference }) => reference);
    if (references.length === 0) return [];
    return this.database.rows<PayoutAtHand>(Prisma.sql`
      SELECT id, status, amount, currency, external_id AS reference FROM payouts
      WHERE provider = ${provider}::payment_provider
        AND (status = 'IN_TRANSIT' OR status = 'PAID' AND external_id = ANY(${references}::text[]))`);
  }

  /** In the caller's transaction. @returns false when none is on its way any more */
  async ask(provider: PaymentProvider, finding: Finding): Promise<boolean> {
    const meant = underWay(finding, await this.about(provider, [finding]));
    return this.carryOutPayouts.askNow(meant.map(({ id }) => id));
  }

  /** In the caller's transaction: the money is the instructor's again. @returns the entry that took it back into the provider's account */
  async giveBack(provider: PaymentProvider, finding: Finding): Promise<string | undefined> {
    const payout = cameBack(finding, await this.about(provider, [finding]));
    return payout && this.concludePayout.cameBack(payout.id, 'on_the_statement');
  }
}

/** Those that the statement may say are done. */
export function underWay(finding: Finding, payouts: readonly PayoutAtHand[]): PayoutAtHand[] {
  return payouts.filter((payout) => payout.status === 'IN_TRANSIT' && differsBy(finding, payout, -payout.amount));
}

/** The one that the statement says was sent and came back whole. */
export function cameBack(finding: Finding, payouts: readonly PayoutAtHand[]): PayoutAtHand | undefined {
  return payouts.find(
    (payout) =>
      payout.status === 'PAID' && payout.reference === finding.reference && differsBy(finding, payout, payout.amount),
  );
}

function differsBy({ matter, sums }: Finding, { currency }: PayoutAtHand, amount: bigint): boolean {
  const [sum] = sums;
  return matter === 'PAYOUT' && sums.length === 1 && sum?.currency === currency && sum.stated - sum.booked === amount;
}
