import { Injectable } from '@nestjs/common';
import {
  BuyersPlace,
  type CalculatedTax,
  CalculateTax,
  OwnMethods,
  PaymentProblems,
  PaymentStrategies,
  type PlanPrice,
  SubscriptionBillers,
} from '../../payments/index.js';
import { type BillingPeriod, Database, type PaymentProvider } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { type Plan, Plans } from '../plans/plans.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';

export interface WishedPlan {
  readonly tier: string;
  readonly period: BillingPeriod;
  /** The plan's first one unless told. */
  readonly currency?: string;
  /** Where the buyer says to be; counts for tax only as long as nothing better is known. */
  readonly country?: string;
  readonly region?: string;
}

export interface WishedSubscription extends WishedPlan {
  readonly methodId?: string;
  readonly trial?: boolean;
}

/** What a subscription is begun by. */
export interface Terms {
  readonly price: PlanPrice;
  readonly tax: CalculatedTax;
  readonly trialDays: number;
  readonly provider: PaymentProvider;
  /** The provider's id of the saved method; null when the buyer types one in. */
  readonly method: string | null;
}

/** Fixes what a subscription costs whoever begins it, and by whom it is billed. */
@Injectable()
export class SubscriptionTerms {
  constructor(
    private readonly plans: Plans,
    private readonly buyersPlace: BuyersPlace,
    private readonly calculateTax: CalculateTax,
    private readonly methods: OwnMethods,
    private readonly strategies: PaymentStrategies,
    private readonly billers: SubscriptionBillers,
    private readonly database: Database,
  ) {}

  /** @throws SubscriptionProblems planUnknown, planIsFree, notSoldSo, noTrial, trialUsed; providerNotOffered; not found for another's method */
  async of(wish: WishedSubscription, userId: string): Promise<Terms> {
    const { price, tax, plan } = await this.price(wish, userId);
    const saved = wish.methodId === undefined ? undefined : await this.methods.find(wish.methodId, userId);
    const provider = saved?.provider ?? this.strategies.offered.find((one) => this.billers.find(one));
    if (!provider || !this.billers.find(provider)) {
      throw new DomainError(PaymentProblems.providerNotOffered, 'Nobody that is offered bills again and again');
    }
    const trialDays = wish.trial ? await this.trialOf(plan, userId) : 0;
    return { price, tax, trialDays, provider, method: saved?.externalId ?? null };
  }

  async price(wish: WishedPlan, userId: string): Promise<{ price: PlanPrice; tax: CalculatedTax; plan: Plan }> {
    const plan = this.planOf(wish.tier);
    if (plan === this.plans.free) throw new DomainError(SubscriptionProblems.planIsFree);
    const price = this.priceOf(plan, wish.period, wish.currency ?? plan.prices[0]?.price.currency ?? '');
    const place = await this.buyersPlace.of(userId, wish);
    return { price, plan, tax: this.calculateTax.execute({ amount: price.price, ...place }) };
  }

  planOf(id: string): Plan {
    const plan = this.plans.find(id);
    if (plan) return plan;
    const detail = `Offered: ${this.plans.all.map((one) => one.id).join(', ')}`;
    throw new DomainError(SubscriptionProblems.planUnknown, detail, [{ pointer: '#/tier', detail }]);
  }

  priceOf(plan: Plan, period: BillingPeriod, currency: string): PlanPrice {
    const price = this.plans.price(plan, period, currency);
    if (price) return price;
    const sold = plan.prices.map((one) => `${one.period} in ${one.price.currency}`).join(', ');
    throw new DomainError(SubscriptionProblems.notSoldSo, `${plan.name} is sold by ${sold}`);
  }

  /** One trial for a person, ever, of whatever plan; a page that was never gone through was none. */
  private async trialOf({ trialDays }: Plan, userId: string): Promise<number> {
    if (trialDays === 0) throw new DomainError(SubscriptionProblems.noTrial);
    const had = await this.database.client.subscription.findFirst({
      where: { userId, trialDays: { gt: 0 }, periodStart: { not: null } },
      select: { id: true },
    });
    if (had) throw new DomainError(SubscriptionProblems.trialUsed);
    return trialDays;
  }
}
