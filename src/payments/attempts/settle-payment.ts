import { Injectable } from '@nestjs/common';
import { ConsumeCoupon, CouponProblems, ReturnCoupon } from '../../coupons/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import type { ProblemType } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentCompleted } from '../payments.events.js';
import { type Fulfilment, Purchasables } from '../ports/purchasable.js';
import type { AttemptRow } from './attempts.js';
import { PostSale } from './post-sale.js';

interface Settlement {
  /** A coupon whose slot went to another, or the thing's own reason. */
  readonly refusal?: ProblemType;
  /** To be written with the conclusion. */
  readonly earned?: Prisma.Sql;
}

/**
 * Gives what was bought, uses up its coupon, books the sale and tells of it, in the caller's transaction. The caller holds the attempt and
 * concludes it.
 */
@Injectable()
export class SettlePayment {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly consumeCoupon: ConsumeCoupon,
    private readonly returnCoupon: ReturnCoupon,
    private readonly postSale: PostSale,
    private readonly events: EventBus,
  ) {}

  /**
   * @returns why what was bought can no longer be given, if so; then nothing was done
   * @throws LedgerRefusal `insufficient` when the funds are a wallet that does not have them
   */
  async execute(attempt: AttemptRow): Promise<Settlement> {
    const { couponCode, paymentId, sessionId, userId, itemKind, itemId } = attempt;
    if (couponCode && !(await this.consumeCoupon.execute(sessionId))) return { refusal: CouponProblems.usedUp };
    const fulfilment = await this.fulfil(attempt);
    if (!fulfilment.fulfilled) {
      if (couponCode) await this.returnCoupon.execute(sessionId, 'ungiven');
      return { refusal: fulfilment.reason };
    }
    const earned = await this.postSale.execute(attempt);
    await this.events.publish(new PaymentCompleted(paymentId, sessionId, userId, itemKind, itemId));
    return { earned };
  }

  private fulfil(attempt: AttemptRow): Promise<Fulfilment> {
    const money = (minor: bigint) => Money.of(minor, attempt.currency);
    return this.purchasables.of(attempt.itemKind).fulfil({
      id: attempt.sessionId,
      userId: attempt.userId,
      itemId: attempt.itemId,
      source: attempt.source,
      payees: attempt.payees,
      listPrice: money(attempt.amount),
      discount: money(attempt.discountAmount),
      paid: money(attempt.total),
      tax: money(attempt.taxAmount),
    });
  }
}
