import { RefundDestination, RefundStatus } from '../../platform/database/index.js';
import { Amount, Choice, Currency, IdOf, Moment, Text } from '../../platform/http/index.js';

/** What to give back of a payment. */
export class RefundTermsDto {
  @Amount({
    description: "Minor units of the payment's currency; everything that is left unless told",
    optional: true,
    min: 1,
  })
  amount?: number;

  @Text({ description: 'Why; kept with the refund and told to the buyer', max: 500 })
  reason: string;

  @Choice(RefundDestination, {
    description: "`ORIGINAL`: back to where it came from. `WALLET`: into the buyer's wallet",
    optional: true,
  })
  destination?: RefundDestination;

  @IdOf('refund', {
    description:
      'A failed refund of money that fitted nothing (late, twice, wrong amount), to be done anew, whole; left out for what was sold',
    optional: true,
  })
  refundId?: string;
}

export class RefundPaymentDto extends RefundTermsDto {
  @IdOf('payment', { description: 'The payment' })
  paymentId: string;
}

export class RefundDto {
  @IdOf('refund', { description: 'Id' })
  id: string;

  @IdOf('payment', { description: 'The payment that is given back' })
  paymentId: string;

  @Choice(RefundStatus, {
    description: '`PENDING` until the provider has done it; a `SUCCEEDED` one may still fail later',
  })
  status: RefundStatus;

  @Amount({ description: 'Minor units' })
  amount: number;

  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Text({ description: 'Why', max: 500 })
  reason: string;

  @Choice(RefundDestination, { description: 'Where it goes' })
  destination: RefundDestination;

  @Text({ description: "The provider's id of the refund", nullable: true })
  providerRefundId: string | null;

  @Text({ description: "Why it failed, in the provider's code", nullable: true })
  failureReason: string | null;

  @Moment({ description: 'Asked for' })
  createdAt: Date;

  @Moment({ description: 'Done, or failed', nullable: true })
  settledAt: Date | null;
}
