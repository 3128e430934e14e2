import { Injectable } from '@nestjs/common';
import { ConsumeCoupon, ReturnCoupon } from '../../coupons/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentStatus, Prisma } from '../../platform/database/index.js';
import { Earnings } from '../earnings/earnings.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { Purchasables } from '../ports/purchasable.js';
import { type PaidPayment, soldItem } from './paid-payments.js';

/**
 * Reads off refunds and disputes how a payment stands and does what follows: access is suspended while a dispute is open, taken when all
 * the money went back, and given again when it did not after all. Because it only looks at what is, the order of events does not matter.
 */
@Injectable()
export class MoveStanding {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly consumeCoupon: ConsumeCoupon,
    private readonly returnCoupon: ReturnCoupon,
    private readonly earnings: Earnings,
    private readonly strategies: PaymentStrategies,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** In the caller's transaction, which holds the payment's row. Asks for a new look at the provider's account as well. */
  async execute(payment: PaidPayment): Promise<void> {
    const status = await this.update(payment);
    if (status === payment.status || payment.sessionStatus !== 'COMPLETED') return;
    if (status === 'DISPUTED') await this.earnings.freeze(payment.id);
    else if (payment.status === 'DISPUTED') await this.earnings.thaw(payment.id);
    await this.moveAccess(payment, status);
    await this.moveCoupon(payment, status);
  }

  private async update({ id: paymentId, provider }: PaidPayment): Promise<PaymentStatus> {
    const standing = await this.database.row<{ status: PaymentStatus }>(Prisma.sql`
      UPDATE payments p SET
        status = CASE
          WHEN p.status NOT IN ('COMPLETED', 'PARTIALLY_REFUNDED', 'REFUNDED', 'DISPUTED') THEN p.status
          WHEN d.open THEN 'DISPUTED'
          WHEN r.amount + d.lost >= coalesce(p.received_amount, p.total) AND r.amount + d.lost > 0 THEN 'REFUNDED'
          WHEN r.amount + d.lost > 0 THEN 'PARTIALLY_REFUNDED'
          ELSE 'COMPLETED' END::payment_status,
        movements_check_at = ${this.strategies.hasAccount(provider) ? this.clock.now() : null}::timestamptz,
        movement_checks = 0
      FROM (
        SELECT coalesce(sum(refunds.amount) FILTER (WHERE refunds.status = 'SUCCEEDED'), 0) AS amount
        FROM refunds JOIN payments paid ON paid.id = refunds.payment_id
        WHERE payment_id = ${paymentId} AND (refunds.transaction_id IS NULL OR refunds.transaction_id = paid.transaction_id)
      ) r, (
        SELECT coalesce(bool_or(disputes.status IN ('NEEDS_RESPONSE', 'UNDER_REVIEW')), false) AS open,
          coalesce(sum(lost_amount), 0) AS lost
        FROM disputes JOIN payments paid ON paid.id = disputes.payment_id AND paid.transaction_id = disputes.transaction_id
        WHERE payment_id = ${paymentId}
      ) d
      WHERE p.id = ${paymentId}
      RETURNING p.status`);
    if (!standing) throw new Error(`payment ${paymentId} is not there`);
    return standing.status;
  }

  private async moveAccess(payment: PaidPayment, to: PaymentStatus): Promise<void> {
    const item = this.purchasables.of(payment.itemKind);
    const sold = soldItem(payment);
    if (to === 'DISPUTED') await item.suspend(sold);
    else if (to === 'REFUNDED') await item.revoke(sold);
    else if (payment.status === 'DISPUTED' || payment.status === 'REFUNDED') await item.restore(sold);
  }

  private async moveCoupon(payment: PaidPayment, to: PaymentStatus): Promise<void> {
    if (!payment.couponCode) return;
    if (to === 'REFUNDED') await this.returnCoupon.execute(payment.sessionId, 'refunded');
    // The slot may be another's by now; the sale stands all the same.
    else if (payment.status === 'REFUNDED') await this.consumeCoupon.execute(payment.sessionId);
  }
}
