import { Injectable } from '@nestjs/common';
import {
  type ChangePreview,
  gatewayError,
  PaymentProblems,
  ProviderFailure,
  SubscriptionBillers,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import type { BillingPeriod } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Money, toJsonAmount } from '../../platform/money/index.js';
import { SubscriptionTerms, type WishedPlan } from '../begin/terms.js';
import type { SubscriptionRow } from '../following/standing.js';
import { effectOf } from '../plans/change-effect.js';
import { Plans, type PlanTerm } from '../plans/plans.js';
import type { PreviewDto } from './change.dto.js';
import { RunningSubscription } from './running-subscription.js';

interface PreviewRequest extends Omit<WishedPlan, 'period'> {
  readonly period?: BillingPeriod;
}

/** What it would cost now to have a plan, and when one would have it. Nothing is changed. */
@Injectable()
export class PreviewSubscription {
  constructor(
    private readonly running: RunningSubscription,
    private readonly terms: SubscriptionTerms,
    private readonly plans: Plans,
    private readonly billers: SubscriptionBillers,
    private readonly clock: Clock,
  ) {}

  async execute(request: PreviewRequest, { userId }: Principal): Promise<PreviewDto> {
    const live = await this.running.live(userId);
    if (!live || live.status === 'INCOMPLETE') return this.ofBeginning(request, userId);
    const row = await this.running.of(userId);
    const plan = this.terms.planOf(request.tier);
    const to: PlanTerm = { tier: request.tier, period: request.period ?? row.period };
    const effect = effectOf(this.plans, row, to);
    const terms = { ...to, currency: row.currency };
    if (effect === 'PERIOD_END')
      return {
        ...free(row.currency),
        ...terms,
        takesEffect: 'PERIOD_END',
        effectiveAt: row.periodEnd,
        prorationDate: null,
      };
    const at = wholeSecond(this.clock.now());
    const now = { ...terms, takesEffect: 'NOW', effectiveAt: at, prorationDate: at } as const;
    if (effect === 'NONE' || row.status === 'TRIALING') return { ...free(row.currency), ...now };
    const price = this.terms.priceOf(plan, to.period, row.currency);
    return { ...toCost(await this.ask(row, (biller, externalId) => biller.preview(externalId, price, at))), ...now };
  }

  private async ofBeginning(request: PreviewRequest, userId: string): Promise<PreviewDto> {
    const period = request.period ?? 'MONTH';
    const at = this.clock.now();
    if (this.terms.planOf(request.tier) === this.plans.free)
      return {
        ...free(request.currency ?? 'USD'),
        tier: request.tier,
        period,
        takesEffect: 'NOW',
        effectiveAt: at,
        prorationDate: null,
      };
    const { price, tax } = await this.terms.price({ ...request, period }, userId);
    const line = {
      plan: price.plan,
      amount: toJsonAmount(tax.net.minor),
      tax: toJsonAmount(tax.tax.minor),
      isProration: false,
    };
    return {
      ...{ due: toJsonAmount(tax.total.minor), tax: line.tax, currency: price.price.currency },
      lines: [{ ...line, from: at, until: null }],
      ...{ tier: price.plan, period, takesEffect: 'NOW', effectiveAt: at, prorationDate: null },
    };
  }

  private async ask<T>(
    { provider, externalId }: SubscriptionRow,
    question: (biller: NonNullable<ReturnType<SubscriptionBillers['find']>>, externalId: string) => Promise<T>,
  ): Promise<T> {
    const biller = this.billers.find(provider);
    if (!biller || externalId === null) throw new DomainError(PaymentProblems.providerNotOffered);
    try {
      return await question(biller, externalId);
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
  }
}

/** Providers count in seconds: what is shown is what is charged for the moment that is passed back. */
function wholeSecond(moment: Date): Date {
  return new Date(Math.floor(moment.getTime() / 1000) * 1000);
}

function free(currency: string): Pick<PreviewDto, 'due' | 'tax' | 'currency' | 'lines'> {
  return { due: 0, tax: 0, currency: Money.zero(currency).currency, lines: [] };
}

function toCost({ due, tax, lines }: ChangePreview): Pick<PreviewDto, 'due' | 'tax' | 'currency' | 'lines'> {
  return {
    ...{ due: toJsonAmount(due.minor), tax: toJsonAmount(tax.minor), currency: due.currency },
    lines: lines.map(({ plan, net, tax: part, isProration, from, until }) => ({
      ...{ plan, amount: toJsonAmount(net.minor), tax: toJsonAmount(part.minor), isProration, from, until },
    })),
  };
}
