import { DisputeStatus, PaymentProvider } from '../../platform/database/index.js';
import { Amount, Choice, Currency, Flag, IdOf, Moment, PageQuery, Text } from '../../platform/http/index.js';

export class DisputeListQuery extends PageQuery {
  @Choice(DisputeStatus, { description: 'Only disputes in this status', optional: true })
  status?: DisputeStatus;

  @Flag({ description: 'Only those that are, or are not, decided', optional: true, query: true })
  open?: boolean;
}

export class DisputeDto {
  @IdOf('dispute', { description: 'Id' })
  id: string;

  @IdOf('payment', { description: 'The payment that is disputed' })
  paymentId: string;

  @IdOf('user', { description: 'Who paid' })
  userId: string;

  @Choice(PaymentProvider, { description: 'Who paid it to us' })
  provider: PaymentProvider;

  @Text({ description: "The provider's id of it, such as Stripe's `du_…`: evidence is given there" })
  externalId: string;

  @Choice(DisputeStatus, { description: '`INQUIRY`: the bank only asks, no money has moved' })
  status: DisputeStatus;

  @Text({ description: "Why, in the provider's words, such as `fraudulent`" })
  reason: string;

  @Amount({ description: 'Minor units' })
  amount: number;

  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Moment({ description: 'Until when evidence may be given', nullable: true })
  dueBy: Date | null;

  @Moment({ description: 'Opened' })
  openedAt: Date;

  @Moment({ description: 'The bank took the money', nullable: true })
  withdrawnAt: Date | null;

  @Moment({ description: 'The bank gave it back', nullable: true })
  reinstatedAt: Date | null;

  @Moment({ description: 'Decided', nullable: true })
  closedAt: Date | null;
}
