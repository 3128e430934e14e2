import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { SubscriptionRow } from '../following/standing.js';
import { hasEnded, LIVE } from '../following/subscription-states.js';
import { Plans } from '../plans/plans.js';
import { toPlan } from '../plans/to-plan.js';
import type { DunningDto, NextPlanDto, SubscriptionDto } from '../subscriptions.dto.js';

/** How somebody stands: their subscription, or the free plan. */
@Injectable()
export class ShowSubscription {
  constructor(
    private readonly database: Database,
    private readonly plans: Plans,
  ) {}

  async current(userId: string): Promise<SubscriptionDto> {
    const where = { userId, status: { in: [...LIVE] } };
    const row = await this.database.client.subscription.findFirst({ where });
    return row ? this.of(row) : this.none();
  }

  of(row: SubscriptionRow): SubscriptionDto {
    const ends = hasEnded(row.status) || row.status === 'INCOMPLETE' || row.cancelAtPeriodEnd;
    return {
      ...{ id: row.id, tier: row.tier, status: row.status, period: row.period, provider: row.provider },
      ...{
        amount: toJsonAmount(row.price),
        currency: row.currency,
        taxRate: row.taxRate / 10_000,
        taxCountry: row.taxCountry,
      },
      ...{ periodStart: row.periodStart, periodEnd: row.periodEnd, renewalDate: ends ? null : row.periodEnd },
      ...{ trialEndsAt: row.trialEndsAt, cancelAtPeriodEnd: row.cancelAtPeriodEnd, next: nextOf(row), open: row.open },
      plan: toPlan((row.open ? this.plans.find(row.tier) : undefined) ?? this.plans.free),
      ...{ dunning: dunningOf(row), redirectUrl: row.redirectUrl, endedAt: row.endedAt },
    };
  }

  private none(): SubscriptionDto {
    const { free } = this.plans;
    return {
      ...{ id: null, tier: free.id, status: null, period: null, provider: null, amount: null, currency: null },
      ...{ taxRate: null, taxCountry: null, periodStart: null, periodEnd: null, renewalDate: null, trialEndsAt: null },
      ...{ cancelAtPeriodEnd: false, next: null, open: true, plan: toPlan(free), dunning: null, redirectUrl: null },
      endedAt: null,
    };
  }
}

function nextOf({ nextTier: tier, nextPeriod: period, periodEnd: at }: SubscriptionRow): NextPlanDto | null {
  return tier !== null && period !== null && at !== null ? { tier, period, at } : null;
}

function dunningOf({ status, pastDueSince: since, graceEndsAt, ...row }: SubscriptionRow): DunningDto | null {
  if (status !== 'PAST_DUE' || since === null || graceEndsAt === null) return null;
  return { since, attempts: row.attempts, nextAttemptAt: row.nextAttemptAt, payUrl: row.payUrl, graceEndsAt };
}
