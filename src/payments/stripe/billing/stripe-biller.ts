import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../../platform/config/index.js';
import {
  type BegunSubscription,
  type ChangeOrder,
  type ChangePreview,
  type PlanPrice,
  type SubscriptionBiller,
  SubscriptionBillers,
  type SubscriptionOrder,
  type SubscriptionReading,
} from '../../ports/subscription-biller.js';
import { StripeBeginnings } from './stripe-beginnings.js';
import { StripeChanges } from './stripe-changes.js';
import { StripeReadings } from './stripe-readings.js';

/** Stripe Billing: it renews, retries and prorates; we ask, and look. */
@Injectable()
export class StripeBiller implements SubscriptionBiller, OnModuleInit {
  readonly provider = 'STRIPE';

  constructor(
    private readonly beginnings: StripeBeginnings,
    private readonly readings: StripeReadings,
    private readonly changes: StripeChanges,
    private readonly settings: Settings,
    private readonly billers: SubscriptionBillers,
  ) {}

  onModuleInit(): void {
    if (this.settings.takesStripe) this.billers.register(this);
  }

  begin(order: SubscriptionOrder): Promise<BegunSubscription> {
    return this.beginnings.begin(order);
  }

  find(order: Parameters<SubscriptionBiller['find']>[0]): Promise<string | undefined> {
    return this.beginnings.find(order);
  }

  abandon(reference: string): Promise<void> {
    return this.beginnings.abandon(reference);
  }

  read(externalId: string): Promise<SubscriptionReading | undefined> {
    return this.readings.read(externalId);
  }

  preview(externalId: string, to: PlanPrice, at: Date): Promise<ChangePreview> {
    return this.changes.preview(externalId, to, at);
  }

  changeNow(order: ChangeOrder): Promise<void> {
    return this.changes.changeNow(order);
  }

  changeAtPeriodEnd(order: Omit<ChangeOrder, 'at'>): Promise<void> {
    return this.changes.changeAtPeriodEnd(order);
  }

  goOn(externalId: string): Promise<void> {
    return this.changes.goOn(externalId);
  }

  cancelAtPeriodEnd(externalId: string): Promise<void> {
    return this.changes.cancelAtPeriodEnd(externalId);
  }

  cancelNow(externalId: string): Promise<void> {
    return this.changes.cancelNow(externalId);
  }
}
