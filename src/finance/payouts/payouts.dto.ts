import { PaymentProvider, PayoutStatus } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  Moment,
  PageQuery,
  Text,
  WebAddress,
} from '../../platform/http/index.js';

export class RequestPayoutDto {
  @Currency({ description: 'Currency of the earnings to pay out' })
  currency: string;

  @Amount({ description: 'Minor units; all that may be paid out unless told', optional: true, min: 1 })
  amount?: number;

  @Choice(PaymentProvider, {
    description: 'By which of your payout accounts; the first that takes the currency unless told',
    optional: true,
  })
  provider?: PaymentProvider;

  @IdOf('user', { description: 'Whose earnings, for an admin; your own unless told', optional: true })
  instructorId?: string;
}

export class DecidePayoutDto {
  @Flag({ description: "`false` refuses it: the money is the instructor's again. `true` unless told", optional: true })
  approve: boolean = true;

  @Text({ description: 'Why; kept with the payout', optional: true, max: 500 })
  reason?: string;
}

export class PayoutQuery extends PageQuery {
  @Choice(PayoutStatus, { description: 'Only payouts in this status', optional: true })
  status?: PayoutStatus;

  @IdOf('user', { description: 'Only payouts of this instructor, for admins', optional: true })
  instructorId?: string;
}

export class PayoutDto {
  @IdOf('payout', { description: 'Id' })
  id: string;

  @IdOf('user', { description: 'Who is paid' })
  instructorId: string;

  @Amount({ description: 'Minor units' })
  amount: number;

  @Currency({ description: 'Currency of the amount' })
  currency: string;

  @Choice(PaymentProvider, { description: 'By whom' })
  provider: PaymentProvider;

  @Choice(PayoutStatus, {
    description:
      "`REQUESTED`: waits for a second admin. `IN_TRANSIT`: on its way. `PAID`. `REJECTED`, `FAILED`, `RETURNED`: the money is the instructor's again",
  })
  status: PayoutStatus;

  @Text({ description: 'Who asked for it: a user, or `system` for the schedule' })
  requestedBy: string;

  @IdOf('user', { description: 'The admin who approved or refused it', nullable: true })
  decidedBy: string | null;

  @Text({ description: "The admin's reason", nullable: true, max: 500 })
  reason: string | null;

  @Text({ description: "The provider's id of it: a transfer, or an M-Pesa receipt", nullable: true })
  externalId: string | null;

  @Text({ description: "Why it failed or came back, in the provider's code", nullable: true })
  failureReason: string | null;

  @Moment({ description: 'Asked for' })
  createdAt: Date;

  @Moment({ description: 'Done, refused, failed or come back', nullable: true })
  settledAt: Date | null;
}

const Payable = { STRIPE: 'STRIPE', MPESA: 'MPESA' } as const;
type Payable = (typeof Payable)[keyof typeof Payable];

export class SetPayoutAccountDto {
  @Choice(Payable, { description: '`STRIPE`: an account of your own at Stripe. `MPESA`: your phone' })
  provider: Payable;

  @Text({ description: 'For `MPESA`: a Kenyan mobile number in any common form', optional: true, max: 30 })
  phone?: string;

  @Text({
    description: 'For `STRIPE`: where you live, ISO 3166-1 alpha-2; fixed once the account is opened',
    optional: true,
    pattern: /^[A-Z]{2}$/,
    wanted: 'a country in two capital letters, such as DE',
  })
  country?: string;
}

export class PayoutAccountDto {
  @Choice(PaymentProvider, { description: 'By whom' })
  provider: PaymentProvider;

  @Text({ description: "The account's id at the provider, or the phone" })
  externalId: string;

  @Flag({ description: 'Money can be paid to it' })
  ready: boolean;

  @Text({ description: "What keeps it from that, in the provider's words", nullable: true, max: 500 })
  reason: string | null;

  @Moment({ description: 'Last heard of' })
  updatedAt: Date;
}

export class SetPayoutAccountAnswerDto extends PayoutAccountDto {
  @WebAddress({
    description: 'Go here to tell the provider who you are; null when there is nothing to tell',
    nullable: true,
  })
  redirectUrl: string | null;
}
