import type { PlanPrice } from '../../payments/index.js';
import type { BillingPeriod } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';

export interface Plan {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly features: readonly string[];
  /** All premium courses, or those with these ids. */
  readonly courses: 'ALL' | readonly string[];
  /** 0 without a trial. */
  readonly trialDays: number;
  /** For each period and currency, without what tax adds; none for the first plan. */
  readonly prices: readonly { readonly period: BillingPeriod; readonly price: Money }[];
}

/** A plan for a period. */
export interface PlanTerm {
  readonly tier: string;
  readonly period: BillingPeriod;
}

/** The plans of this school in rising order, as its file has them. The first is free: it is that of everybody who has no other. */
export class Plans {
  constructor(
    readonly free: Plan,
    readonly paid: readonly Plan[],
  ) {}

  get all(): readonly Plan[] {
    return [this.free, ...this.paid];
  }

  /** Undefined also for one that is offered no more. */
  find(id: string): Plan | undefined {
    return this.all.find((plan) => plan.id === id);
  }

  /** Higher is more; one that is offered no more is below all. */
  rank(id: string): number {
    return this.all.findIndex((plan) => plan.id === id);
  }

  /** @returns undefined when it is not sold so */
  price({ id, name, prices }: Plan, period: BillingPeriod, currency: string): PlanPrice | undefined {
    const found = prices.find((one) => one.period === period && one.price.currency === currency);
    return found && { plan: id, name, period, price: found.price };
  }

  /** What its owner reads. */
  title({ tier, period }: PlanTerm): string {
    return `${this.find(tier)?.name ?? tier}, ${period === 'MONTH' ? 'monthly' : 'yearly'}`;
  }

  withFeature(feature: string): Plan[] {
    return this.all.filter(({ features }) => features.includes(feature));
  }
}
