import express, { type Router } from 'express';
import { boundary } from '../stripe/billing/periods.js';
import { itemOf } from '../stripe/billing/subscription-object.js';
import { subscriptionOf } from '../stripe/billing/invoicing.js';
import { idOf } from '../stripe/ids.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { billingSection, steps } from './billing-section.js';
import { byHand } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import type { DashboardPart } from './dashboard-routes.js';

const shown = 20;

/** Test clocks and subscriptions on the dashboard: time is moved there, and saved cards begin to fail. */
export function billingDashboard(stripe: StripeStandIn): DashboardPart {
  const { invoices, products, subscriptions, testClocks } = stripe.account.store;
  return {
    sections() {
      const views = subscriptions
        .newestFirst()
        .slice(0, shown)
        .map((subscription) => ({
          subscription,
          product: products.find(idOf(itemOf(subscription).price.product))?.name ?? 'Unknown',
          open: invoices
            .filter((each) => each.status === 'draft' || each.status === 'open')
            .filter((each) => subscriptionOf(stripe.account, each)?.id === subscription.id)
            .reverse(),
        }));
      return billingSection({ clocks: testClocks.newestFirst().slice(0, shown), subscriptions: views });
    },
    routes(show): Router {
      const router = express.Router();
      router.use('/stripe/test-clocks', express.urlencoded({ extended: false }));

      router.post('/stripe/test-clocks/:id/advance', (req, res) => {
        const { id } = req.params;
        const clock = testClocks.find(id);
        if (!clock) return void res.status(404).send(notFoundPage('test clock'));
        const to = wantedTime(clock.frozen_time, req.body as Record<string, unknown>);
        if (to === undefined) return show(res, 'That is no date such as 2027-05-01 or 2027-05-01 02:00.');
        byHand(res, show, id, () => stripe.billing.advance(id, new Date(to * 1000)));
      });

      const cards = new Map([
        ['fail-card', 'insufficient_funds'],
        ['mend-card', null],
      ]);
      router.post('/stripe/subscriptions/:id/:step', (req, res) => {
        const { id, step } = req.params;
        const [subscription, code] = [subscriptions.find(id), cards.get(step)];
        if (!subscription || code === undefined) return void res.status(404).send(notFoundPage('subscription'));
        byHand(res, show, id, () => stripe.failCard(idOf(subscription.default_payment_method), code));
      });
      return router;
    },
  };
}

/** A step from where the clock stands, or a moment in UTC as a person types it. */
function wantedTime(from: number, { by, to }: Record<string, unknown>): number | undefined {
  const step = steps.find((candidate) => candidate === by);
  if (step === 'hour') return from + 60 * 60;
  if (step) return boundary(from, { interval: step, interval_count: 1 }, 1);
  const [, day, time = '00:00'] = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}))?$/.exec(String(to).trim()) ?? [];
  const milliseconds = day === undefined ? NaN : Date.parse(`${day}T${time}:00Z`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}
