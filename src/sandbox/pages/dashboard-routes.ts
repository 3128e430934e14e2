import express, { type Response, type Router } from 'express';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { billingDashboard } from './billing-routes.js';
import { balanceDashboard } from './balance-routes.js';
import type { ShowDashboard } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import { connectDashboard } from './connect-routes.js';
import { dashboardPage } from './dashboard-page.js';
import type { Html } from './html.js';
import { mischiefRoutes } from './mischief-routes.js';
import { paymentsRoutes, paymentViews } from './payments-routes.js';

const shown = 50;

/** What the dashboard shows of another stand-in, and what a person can do about it there. */
export interface DashboardPart {
  sections(): Html;
  routes(show: ShowDashboard): Router;
}

/** `/`: what the stand-in was asked, what it has sent, and what a person can do about it. */
export function dashboardRoutes(stripe: StripeStandIn, others: DashboardPart[]): Router {
  const router = express.Router();
  router.get('/', (_req, res) => show(res, 200, null));
  router.post('/stripe/events/:id/redeliver', async (req, res) => {
    const { id } = req.params;
    if (!stripe.account.store.events.find(id)) return void res.status(404).send(notFoundPage('event'));
    await stripe.redeliver(id);
    res.redirect(303, `/#${id}`);
  });
  const money = [billingDashboard(stripe), balanceDashboard(stripe), connectDashboard(stripe)];
  const showAlert = (res: Response, alert: string) => show(res, 422, alert);
  router.use(paymentsRoutes(stripe, showAlert), mischiefRoutes(stripe, showAlert));
  for (const other of [...money, ...others]) router.use(other.routes(showAlert));
  return router;

  function show(res: Response, status: number, alert: string | null): void {
    const requests = stripe.requests().slice(-shown).reverse();
    const events = stripe.events().slice(-shown).reverse();
    const payments = paymentViews(stripe);
    const mischief = { webhooks: stripe.webhookDisturbance(), api: stripe.interceptions() };
    const attempts = stripe.deliveries();
    const shownOfOthers = others.map((other) => other.sections());
    const shownOfMoney = money.map((part) => part.sections());
    const view = {
      ...{ alert, requests, events, attempts, payments, mischief },
      ...{ money: shownOfMoney, others: shownOfOthers },
    };
    res.status(status).send(dashboardPage(view));
  }
}
