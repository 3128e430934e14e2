import { BillingPeriod, PaymentProvider, SubscriptionStatus } from '../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Decimal,
  Flag,
  IdOf,
  Moment,
  Nested,
  Text,
  WebAddress,
  Whole,
} from '../platform/http/index.js';
import { PlanDto } from './plans/plans.dto.js';

export class CreateSubscriptionDto {
  @Text({ description: 'The plan, such as `PRO`', max: 40 })
  tier: string;

  @Choice(BillingPeriod, { description: 'Paid for each month or each year' })
  period: BillingPeriod;

  @Currency({ description: "The one to pay in; the plan's first one unless told", optional: true })
  currency?: string;

  @IdOf('paymentMethod', {
    description: "A saved card to charge. Without it the buyer types one in on the provider's page",
    optional: true,
  })
  methodId?: string;

  @Flag({ description: 'Begin with the trial of the plan; one for a person, ever', optional: true })
  trial?: boolean;

  @Text({
    description: 'Where the buyer is, ISO 3166-1 alpha-2: decides tax until a provider has given better evidence',
    optional: true,
    pattern: /^[A-Za-z]{2}$/,
    wanted: 'a country in two letters, such as DE',
  })
  country?: string;

  @Text({
    description: 'State or province within `country`, such as `QC`',
    optional: true,
    pattern: /^[A-Za-z0-9]{1,3}$/,
    wanted: 'one to three letters or digits, such as QC',
  })
  region?: string;

  @WebAddress({
    description:
      "Where the buyer returns; `{CHECKOUT_SESSION_ID}` in it becomes the provider's id. On a known frontend.",
    optional: true,
  })
  returnUrl?: string;

  @WebAddress({ description: 'Where the buyer returns after giving up. On a known frontend.', optional: true })
  cancelUrl?: string;
}

export class NextPlanDto {
  @Text({ description: 'The plan', max: 40 })
  tier: string;

  @Choice(BillingPeriod, { description: 'Its period' })
  period: BillingPeriod;

  @Moment({ description: 'From when on' })
  at: Date;
}

/** A renewal that could not be collected yet. */
export class DunningDto {
  @Moment({ description: 'Unpaid since' })
  since: Date;

  @Whole({ description: 'How often it was tried' })
  attempts: number;

  @Moment({ description: 'Tried next; null when it is not tried any more', nullable: true })
  nextAttemptAt: Date | null;

  @WebAddress({ description: 'Where it can be paid at once, with another card too', nullable: true })
  payUrl: string | null;

  @Moment({ description: 'Until when what the plan gives stands all the same' })
  graceEndsAt: Date;
}

export class SubscriptionDto {
  @IdOf('subscription', { description: 'Id; null for the free plan', nullable: true })
  id: string | null;

  @Text({ description: 'The plan that is subscribed to; the free one when none is', max: 40 })
  tier: string;

  @Choice(SubscriptionStatus, {
    description:
      '`INCOMPLETE`: its page is open. `PAST_DUE`: a renewal is unpaid. `CANCELED`, `EXPIRED`: it has ended. Null for the free plan',
    nullable: true,
  })
  status: SubscriptionStatus | null;

  @Choice(BillingPeriod, { description: 'Paid for each month or each year', nullable: true })
  period: BillingPeriod | null;

  @Choice(PaymentProvider, { description: 'Who bills it', nullable: true })
  provider: PaymentProvider | null;

  @Amount({ description: 'For each period, minor units, without what tax adds', nullable: true })
  amount: number | null;

  @Currency({ description: 'Currency of the amount', nullable: true })
  currency: string | null;

  @Decimal({ description: 'Rate of the tax, per cent, with up to four decimals', example: 19, nullable: true })
  taxRate: number | null;

  @Text({ description: 'Country that the tax is owed in; null when it is not known', nullable: true })
  taxCountry: string | null;

  @Moment({ description: 'The period that runs began then', nullable: true })
  periodStart: Date | null;

  @Moment({ description: 'and ends then', nullable: true })
  periodEnd: Date | null;

  @Moment({ description: 'Paid for again then; null when it is not', nullable: true })
  renewalDate: Date | null;

  @Moment({ description: 'End of the trial, also of one that is over', nullable: true })
  trialEndsAt: Date | null;

  @Flag({ description: 'It ends with the period' })
  cancelAtPeriodEnd: boolean;

  @Nested(() => NextPlanDto, { description: 'What it changes to when the period ends', nullable: true })
  next: NextPlanDto | null;

  @Flag({ description: 'What it gives stands' })
  open: boolean;

  @Nested(() => PlanDto, { description: 'What you have now: the features and courses of this plan' })
  plan: PlanDto;

  @Nested(() => DunningDto, { description: 'Of a renewal that is unpaid', nullable: true })
  dunning: DunningDto | null;

  @WebAddress({ description: 'Where it is begun, while `INCOMPLETE`', nullable: true })
  redirectUrl: string | null;

  @Moment({ description: 'Ended', nullable: true })
  endedAt: Date | null;
}

export class CreatedSubscriptionDto {
  @Nested(() => SubscriptionDto, { description: 'The subscription' })
  subscription: SubscriptionDto;

  @WebAddress({
    description: 'Send the buyer here; null when there is nowhere to go: the saved card was charged',
    nullable: true,
  })
  redirectUrl: string | null;
}
