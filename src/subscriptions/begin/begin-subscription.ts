import { Injectable } from '@nestjs/common';
import {
  gatewayError,
  PaymentProblems,
  PaymentStrategies,
  ProviderFailure,
  ReturnAddresses,
  SubscriptionBillers,
  type SubscriptionOrder,
} from '../../payments/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, isUniqueViolation } from '../../platform/database/index.js';
import { DomainError, later } from '../../platform/errors/index.js';
import { currentIdempotencyKey } from '../../platform/idempotency/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import { LookAtSubscriptions } from '../following/look-at-subscriptions.js';
import type { SubscriptionRow } from '../following/standing.js';
import { LIVE } from '../following/subscription-states.js';
import { Plans } from '../plans/plans.js';
import { SubscriptionProblems } from '../subscriptions.problems.js';
import { EndPage } from './end-page.js';
import { SubscriptionTerms, type Terms, type WishedSubscription } from './terms.js';

const PAGE_MINUTES = 30;
/** A first look when the provider's answer was never stored. */
const UNHEARD_SECONDS = 5;
/** How long a webhook may take before the page is asked about. */
const FIRST_LOOK_SECONDS = 120;

export interface NewSubscription extends WishedSubscription {
  readonly returnUrl?: string;
  readonly cancelUrl?: string;
}

type Addresses = Required<Pick<NewSubscription, 'returnUrl' | 'cancelUrl'>>;

/**
 * Begins a subscription: on the provider's page, or with a saved card at once. Our row is committed before the provider is called; if we die
 * in between, the sweep finds out what the provider made of it. A request resumed under its Idempotency-Key goes on with what it had begun.
 */
@Injectable()
export class BeginSubscription {
  constructor(
    private readonly terms: SubscriptionTerms,
    private readonly plans: Plans,
    private readonly endPage: EndPage,
    private readonly look: LookAtSubscriptions,
    private readonly billers: SubscriptionBillers,
    private readonly strategies: PaymentStrategies,
    private readonly returnAddresses: ReturnAddresses,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** @throws SubscriptionProblems; PaymentProblems.declined when the saved card was, and nothing was begun */
  async execute(request: NewSubscription, { userId }: Principal): Promise<SubscriptionRow> {
    const addresses = this.returnAddresses.check(request, '/subscription?session_id={CHECKOUT_SESSION_ID}');
    const row = (await this.begun(userId)) ?? (await this.begin(request, userId));
    if (row.status !== 'INCOMPLETE' || row.reference !== null) return row;
    if (row.externalId === null) await this.start(row, addresses);
    return this.database.client.subscription.findUniqueOrThrow({ where: { id: row.id } });
  }

  private async begun(userId: string): Promise<SubscriptionRow | undefined> {
    const idempotencyKey = currentIdempotencyKey();
    if (idempotencyKey === undefined) return undefined;
    const where = { userId_idempotencyKey: { userId, idempotencyKey } };
    return (await this.database.client.subscription.findUnique({ where })) ?? undefined;
  }

  /** Contends on the person's one live subscription, by a unique index: of two at once one begins. */
  private async begin(request: NewSubscription, userId: string): Promise<SubscriptionRow> {
    const terms = await this.terms.of(request, userId);
    const live = await this.database.client.subscription.findFirst({ where: { userId, status: { in: [...LIVE] } } });
    if (live && isSamePage(live, terms)) return live;
    if (live) await this.endPage.execute(live);
    try {
      return await this.insert(request, terms, userId);
    } catch (error) {
      const begun = isUniqueViolation(error) ? await this.begun(userId) : undefined;
      if (begun) return begun;
      throw isUniqueViolation(error) ? later(SubscriptionProblems.beginning) : error;
    }
  }

  private insert(
    { tier, period, methodId }: NewSubscription,
    { price: { price }, tax, trialDays, provider }: Terms,
    userId: string,
  ): Promise<SubscriptionRow> {
    const now = this.clock.now();
    return this.database.client.subscription.create({
      data: {
        ...{ id: newId('subscription'), userId, provider, methodId, tier, period, trialDays },
        title: this.plans.title({ tier, period }),
        ...{ price: price.minor, currency: price.currency },
        ...{ taxRate: Math.round(tax.rate * 100), taxCountry: tax.country, taxRegion: tax.region },
        taxInclusive: tax.inclusive,
        idempotencyKey: currentIdempotencyKey() ?? null,
        ...{ createdAt: now, updatedAt: now, expiresAt: this.clock.in(PAGE_MINUTES * 60) },
        nextLookAt: this.clock.in(UNHEARD_SECONDS),
      },
    });
  }

  private async start(row: SubscriptionRow, addresses: Addresses): Promise<void> {
    const biller = this.billers.find(row.provider);
    if (!biller) throw new DomainError(PaymentProblems.providerNotOffered);
    try {
      const { reference, redirectUrl, externalId } = await biller.begin(await this.orderOf(row, addresses));
      await this.database.client.subscription.updateMany({
        // A look may have found it already.
        where: { id: row.id, status: 'INCOMPLETE', reference: null, externalId: null },
        data: { reference, redirectUrl, externalId, nextLookAt: this.clock.in(FIRST_LOOK_SECONDS), tries: 0 },
      });
    } catch (error) {
      if (!(error instanceof ProviderFailure)) throw error;
      throw error.final ? await this.refused(row, error) : gatewayError(error);
    }
    if (row.methodId !== null) await this.look.try(row.id);
  }

  private async orderOf(row: SubscriptionRow, addresses: Addresses): Promise<SubscriptionOrder> {
    const { id, userId, tier, period, trialDays, createdAt, expiresAt } = row;
    const method =
      row.methodId && (await this.database.client.paymentMethod.findUnique({ where: { id: row.methodId } }));
    return {
      ...{ subscriptionId: id, userId, plan: tier, name: this.plans.find(tier)?.name ?? tier, period, trialDays },
      price: Money.of(row.price, row.currency),
      tax: { rate: row.taxRate, country: row.taxCountry, inclusive: row.taxInclusive },
      method: method ? method.externalId : null,
      ...addresses,
      ...{ createdAt, expiresAt },
    };
  }

  /** Nothing was begun at the provider, and here neither. */
  private async refused({ id, provider, methodId }: SubscriptionRow, { code }: ProviderFailure): Promise<DomainError> {
    const now = this.clock.now();
    await this.database.client.subscription.updateMany({
      where: { id, status: 'INCOMPLETE', reference: null, externalId: null },
      data: { status: 'EXPIRED', endedAt: now, updatedAt: now, nextLookAt: null, tries: 0 },
    });
    const words = methodId === null ? undefined : this.strategies.of(provider).inWords?.(code);
    return words === undefined ? gatewayError() : new DomainError(PaymentProblems.declined, words);
  }
}

/** Its page is open, and what it would begin is what is asked for. */
function isSamePage(row: SubscriptionRow, { price: { plan, period, price }, tax, trialDays, provider, method }: Terms) {
  const { status, redirectUrl, methodId } = row;
  if (status !== 'INCOMPLETE' || redirectUrl === null || methodId !== null || method !== null) return false;
  return (
    row.provider === provider &&
    row.tier === plan &&
    row.period === period &&
    row.currency === price.currency &&
    row.price === price.minor &&
    row.trialDays === trialDays &&
    row.taxRate === Math.round(tax.rate * 100) &&
    row.taxCountry === tax.country &&
    row.taxRegion === tax.region
  );
}
