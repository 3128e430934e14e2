import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import type { BillingPeriod } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { SubscriptionTerms } from '../begin/terms.js';
import type { SubscriptionRow } from '../following/standing.js';
import { effectOf } from '../plans/change-effect.js';
import { Plans, type PlanTerm } from '../plans/plans.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';
import { CancelSubscription } from './cancel-subscription.js';
import { type Change, ClaimChange } from './claim-change.js';
import { ResumeSubscription } from './resume-subscription.js';
import { RunningSubscription } from './running-subscription.js';

/** Prices of moments that are longer ago are not those that anybody still looks at. */
const PREVIEW_MINUTES = 10;
/** Of clocks that do not quite agree. */
const AHEAD_SECONDS = 60;

interface ChangeRequest {
  readonly tier: string;
  /** As it is unless told. */
  readonly period?: BillingPeriod;
  /** The moment that was previewed. */
  readonly prorationDate?: Date;
}

/** Changes a running subscription to another plan: what is more at once, what is less when the period ends. */
@Injectable()
export class ChangeSubscription {
  constructor(
    private readonly running: RunningSubscription,
    private readonly claimChange: ClaimChange,
    private readonly cancel: CancelSubscription,
    private readonly resume: ResumeSubscription,
    private readonly terms: SubscriptionTerms,
    private readonly plans: Plans,
    private readonly clock: Clock,
  ) {}

  /** @throws SubscriptionProblems; PaymentProblems.declined, and nothing was changed */
  async execute(request: ChangeRequest, principal: Principal): Promise<void> {
    const row = await this.running.of(principal.userId);
    const plan = this.terms.planOf(request.tier);
    if (plan === this.plans.free) return this.cancel.execute({ atPeriodEnd: true }, principal);
    const to: PlanTerm = { tier: plan.id, period: request.period ?? row.period };
    // A change of mind.
    if (effectOf(this.plans, row, to) === 'NONE') return this.resume.execute(principal);
    if (row.status === 'PAST_DUE') throw new DomainError(SubscriptionProblems.overdue);
    const price = this.terms.priceOf(plan, to.period, row.currency);
    const change: Change = async ({ row: current, biller, key }) => {
      // As it is now that nobody else changes it.
      const effect = effectOf(this.plans, current, to);
      const { externalId } = current;
      if (effect === 'NOW') {
        await biller.changeNow({ externalId, key, to: price, at: this.moment(request.prorationDate, current) });
      } else if (effect === 'PERIOD_END' && !isNext(current, to)) {
        await biller.changeAtPeriodEnd({ externalId, key, to: price });
      }
    };
    await this.claimChange.execute(row.id, change);
  }

  /** @throws SubscriptionProblems.previewAgain */
  private moment(previewed: Date | undefined, { periodStart, periodEnd }: SubscriptionRow): Date {
    const at = previewed ?? this.clock.now();
    const isNew = at >= this.clock.in(-PREVIEW_MINUTES * 60) && at <= this.clock.in(AHEAD_SECONDS);
    const isWithin = periodStart !== null && periodEnd !== null && at >= periodStart && at < periodEnd;
    if (!isNew || !isWithin) throw new DomainError(SubscriptionProblems.previewAgain);
    return at;
  }
}

function isNext({ nextTier, nextPeriod, cancelAtPeriodEnd }: SubscriptionRow, { tier, period }: PlanTerm): boolean {
  return nextTier === tier && nextPeriod === period && !cancelAtPeriodEnd;
}
