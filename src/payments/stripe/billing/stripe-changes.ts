import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import { Money } from '../../../platform/money/index.js';
import { ProviderFailure } from '../../ports/payment-strategy.js';
import type { ChangeOrder, ChangePreview, PlanPrice, SubscriptionBiller } from '../../ports/subscription-biller.js';
import { StripeClient } from '../stripe-client.js';
import { fromStripeAmount } from '../stripe-money.js';
import { secondsOf } from '../stripe-time.js';
import { dateOf, intelligible, must } from './intelligible.js';
import { toLine } from './stripe-invoices.js';
import { periodOf, StripePrices } from './stripe-prices.js';
import { itemOf, StripeReadings } from './stripe-readings.js';
import { StripeSchedules } from './stripe-schedules.js';

type Changes = Omit<SubscriptionBiller, 'provider' | 'begin' | 'find' | 'abandon' | 'read'>;

/** What becomes of a subscription at somebody's wish. */
@Injectable()
export class StripeChanges implements Changes {
  constructor(
    private readonly stripe: StripeClient,
    private readonly readings: StripeReadings,
    private readonly prices: StripePrices,
    private readonly schedules: StripeSchedules,
  ) {}

  async preview(externalId: string, to: PlanPrice, at: Date): Promise<ChangePreview> {
    const found = await this.readings.get(externalId);
    const item = intelligible(() => itemOf(found));
    const price = await this.prices.ensure(to);
    const invoice = await this.stripe.call('invoice', (api) =>
      api.invoices.createPreview({
        subscription: externalId,
        subscription_details: {
          items: [{ id: item.id, price }],
          proration_behavior: 'always_invoice',
          proration_date: secondsOf(at),
        },
      }),
    );
    return intelligible(() => previewOf(invoice, item, to));
  }

  /** A card that is declined leaves all as it was, also what stood to happen. */
  async changeNow({ externalId, key, to, at }: ChangeOrder): Promise<void> {
    const found = await this.readings.get(externalId);
    const item = intelligible(() => itemOf(found));
    const price = await this.prices.ensure(to);
    const dropped = await this.schedules.drop(found);
    try {
      await this.stripe.call('subscription', (api) =>
        api.subscriptions.update(
          externalId,
          {
            items: [{ id: item.id, price }],
            proration_behavior: 'always_invoice',
            proration_date: secondsOf(at),
            payment_behavior: 'error_if_incomplete',
            cancel_at_period_end: false,
          },
          { idempotencyKey: `bursar-${key}` },
        ),
      );
    } catch (error) {
      if (dropped && error instanceof ProviderFailure && error.final)
        await this.schedules.plan({ ...found, schedule: null }, item, { ...dropped, key: `${key}-kept` });
      throw error;
    }
  }

  async changeAtPeriodEnd({ externalId, key, to }: Omit<ChangeOrder, 'at'>): Promise<void> {
    const found = await this.readings.get(externalId);
    const item = intelligible(() => itemOf(found));
    const price = await this.prices.ensure(to);
    if (found.cancel_at_period_end) await this.endAtPeriodEnd(externalId, false);
    await this.schedules.plan(found, item, { plan: to.plan, period: to.period, price, key });
  }

  async goOn(externalId: string): Promise<void> {
    const found = await this.readings.get(externalId);
    await this.schedules.drop(found);
    if (found.cancel_at_period_end) await this.endAtPeriodEnd(externalId, false);
  }

  async cancelAtPeriodEnd(externalId: string): Promise<void> {
    const found = await this.readings.get(externalId);
    await this.schedules.drop(found);
    if (!found.cancel_at_period_end) await this.endAtPeriodEnd(externalId, true);
  }

  async cancelNow(externalId: string): Promise<void> {
    try {
      await this.stripe.call('subscription', (api) =>
        api.subscriptions.cancel(externalId, { invoice_now: false, prorate: false }),
      );
    } catch (error) {
      if (!(error instanceof ProviderFailure) || !error.final) throw error;
      const found = await this.readings.find(externalId);
      if (found && found.status !== 'canceled' && found.status !== 'incomplete_expired') throw error;
    }
  }

  private async endAtPeriodEnd(externalId: string, ends: boolean): Promise<void> {
    await this.stripe.call('subscription', (api) =>
      api.subscriptions.update(externalId, { cancel_at_period_end: ends }),
    );
  }
}

function previewOf(invoice: Stripe.Invoice, item: Stripe.SubscriptionItem, to: PlanPrice): ChangePreview {
  const lines = invoice.lines.data.map(toLine);
  // Another period begins at once; the same one goes on. A trial goes on whatever it is for.
  const begun = lines.find(({ plan, net }) => plan === to.plan && !net.isNegative() && !net.isZero());
  const begins = begun && periodOf(item.price) !== to.period;
  return {
    due: must(fromStripeAmount(invoice.amount_due, invoice.currency)),
    tax: lines.reduce((sum, { tax }) => sum.plus(tax), Money.zero(to.price.currency)),
    lines,
    periodStart: begins ? begun.from : dateOf(item.current_period_start),
    periodEnd: begins ? begun.until : dateOf(item.current_period_end),
  };
}
