import { PaymentProvider, PaymentStatus } from '../../platform/database/index.js';
import { Amount, Choice, Currency, IdOf, Moment, Nested, PageQuery, Text } from '../../platform/http/index.js';
import { ItemDto } from '../checkout/sessions.dto.js';
import { RefundDto } from '../refunds/refunds.dto.js';

export class PaymentListQuery extends PageQuery {
  @Choice(PaymentStatus, { description: 'Only payments in this status', optional: true })
  status?: PaymentStatus;
}

export class PaymentDto {
  @IdOf('payment', { description: 'Id' })
  id: string;

  @IdOf('paymentSession', { description: 'The session it belongs to' })
  sessionId: string;

  @IdOf('user', { description: 'Who pays' })
  userId: string;

  @Nested(() => ItemDto, { description: 'What is bought' })
  item: ItemDto;

  @Choice(PaymentStatus, { description: '`UNKNOWN` until a job has asked the provider what became of it' })
  status: PaymentStatus;

  @Choice(PaymentProvider, { description: 'Way to pay' })
  provider: PaymentProvider;

  @Text({ description: "The provider's id of the money's movement", nullable: true })
  transactionId: string | null;

  @Text({
    description: "What the buyer's own receipt calls it, where that is another: M-Pesa's `SG632NMUAB`",
    nullable: true,
  })
  receipt: string | null;

  @Amount({ description: 'List price, minor units' })
  amount: number;

  @Amount({ description: 'Taken off by a coupon, minor units' })
  discount: number;

  @Amount({ description: 'Tax, minor units' })
  tax: number;

  @Amount({ description: 'Charged, minor units' })
  total: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Amount({ description: 'What came, minor units, when that is not what was asked', nullable: true })
  receivedAmount: number | null;

  @Currency({ description: 'Currency of what came, when that is not what was asked', nullable: true })
  receivedCurrency: string | null;

  @Amount({
    description: 'Given back by its refunds, or on its way back, minor units; also what came and fitted nothing',
  })
  refundedAmount: number;

  @Amount({ description: 'Taken back by banks in disputes that are open or lost, minor units' })
  disputedAmount: number;

  @Nested(() => RefundDto, { description: 'Its refunds, oldest first', isArray: true })
  refunds: RefundDto[];

  @Text({ description: 'Why it failed, or why its money could not be applied', nullable: true })
  failureReason: string | null;

  @Moment({ description: 'Begun' })
  createdAt: Date;

  @Moment({ description: 'Money received', nullable: true })
  completedAt: Date | null;
}
