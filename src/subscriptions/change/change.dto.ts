import { BillingPeriod } from '../../platform/database/index.js';
import { Amount, Choice, Currency, Flag, ListOf, Moment, SignedAmount, Text } from '../../platform/http/index.js';

const TakesEffect = { NOW: 'NOW', PERIOD_END: 'PERIOD_END' } as const;
type TakesEffect = (typeof TakesEffect)[keyof typeof TakesEffect];

export class PreviewSubscriptionDto {
  @Text({ description: 'The plan, such as `PRO`', max: 40 })
  tier: string;

  @Choice(BillingPeriod, {
    description: 'As your subscription is unless told; `MONTH` when you have none',
    optional: true,
  })
  period?: BillingPeriod;

  @Currency({
    description: "When you have no subscription: the currency to pay in, the plan's first one unless told",
    optional: true,
  })
  currency?: string;
}

export class UpdateSubscriptionDto {
  @Text({
    description:
      'The plan to change to. The one that runs: what stood to happen is dropped. The free one: it ends with the period',
    max: 40,
  })
  tier: string;

  @Choice(BillingPeriod, { description: 'As it is unless told', optional: true })
  period?: BillingPeriod;

  @Moment({
    description:
      '`prorationDate` of the preview, at most 10 minutes old: what was shown is what is charged. Now unless told',
    optional: true,
  })
  prorationDate?: string;
}

export class CancelSubscriptionDto {
  @Flag({
    description:
      '`true`, unless told: it ends when what is paid for is over. `false`: it ends now; nothing is given back by itself',
    optional: true,
  })
  atPeriodEnd: boolean = true;
}

export class PreviewLineDto {
  @Text({ description: 'The plan', max: 40 })
  plan: string;

  @SignedAmount({ description: 'Minor units, without tax; negative for time that was paid for and is given up' })
  amount: number;

  @SignedAmount({ description: 'The tax on it, minor units' })
  tax: number;

  @Flag({ description: 'Whether it is in proportion to the time that is left of the period' })
  isProration: boolean;

  @Moment({ description: 'The time that it is for, from' })
  from: Date;

  @Moment({ description: 'and until; null for a subscription that is begun with it', nullable: true })
  until: Date | null;
}

export class PreviewDto {
  @Text({ description: 'The plan', max: 40 })
  tier: string;

  @Choice(BillingPeriod, { description: 'Its period' })
  period: BillingPeriod;

  @Choice(TakesEffect, { description: '`NOW`, or when the period ends' })
  takesEffect: TakesEffect;

  @Moment({ description: 'When that is', nullable: true })
  effectiveAt: Date | null;

  @Amount({ description: 'Charged at once, minor units, with tax; 0 for what takes effect later, and in a trial' })
  due: number;

  @SignedAmount({ description: 'The tax in it, minor units' })
  tax: number;

  @Currency({ description: 'Currency of all amounts' })
  currency: string;

  @ListOf(() => PreviewLineDto, { description: 'What `due` is made of' })
  lines: PreviewLineDto[];

  @Moment({
    description:
      'To be passed back with the change, so that it costs what is shown here; null when nothing depends on the moment',
    nullable: true,
  })
  prorationDate: Date | null;
}
