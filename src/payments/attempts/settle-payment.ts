import { Injectable } from '@nestjs/common';
import { EventBus } from '../../platform/events/index.js';
import type { ProblemType } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import { PaymentCompleted } from '../payments.events.js';
import { Purchasables } from '../ports/purchasable.js';
import type { AttemptRow } from './attempts.js';
import { PostSale } from './post-sale.js';

/** Gives what was bought, books the sale and tells of it, in the caller's transaction. The caller holds the attempt and concludes it. */
@Injectable()
export class SettlePayment {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly postSale: PostSale,
    private readonly events: EventBus,
  ) {}

  /**
   * @returns why what was bought can no longer be given, if so; then nothing was done
   * @throws LedgerRefusal `insufficient` when the funds are a wallet that does not have them
   */
  async execute(attempt: AttemptRow): Promise<ProblemType | undefined> {
    const money = (minor: bigint) => Money.of(minor, attempt.currency);
    const fulfilment = await this.purchasables.of(attempt.itemKind).fulfil({
      id: attempt.sessionId,
      userId: attempt.userId,
      itemId: attempt.itemId,
      listPrice: money(attempt.amount),
      discount: money(attempt.discountAmount),
      paid: money(attempt.total),
      tax: money(attempt.taxAmount),
    });
    if (!fulfilment.fulfilled) return fulfilment.reason;
    await this.postSale.execute(attempt);
    const { paymentId, sessionId, userId, itemKind, itemId } = attempt;
    await this.events.publish(new PaymentCompleted(paymentId, sessionId, userId, itemKind, itemId));
    return undefined;
  }
}
