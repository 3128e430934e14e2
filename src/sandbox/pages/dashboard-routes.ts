import express, { type Router } from 'express';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { notFoundPage } from './checkout-page.js';
import { dashboardPage } from './dashboard-page.js';

const shown = 50;

/** `/`: what the stand-in was asked and what it has sent. */
export function dashboardRoutes(stripe: StripeStandIn): Router {
  const router = express.Router();
  router.get('/', (_req, res) => {
    const requests = stripe.requests().slice(-shown).reverse();
    const events = stripe.events().slice(-shown).reverse();
    res.send(dashboardPage({ requests, events, attempts: stripe.deliveries() }));
  });
  router.post('/stripe/events/:id/redeliver', async (req, res) => {
    const { id } = req.params;
    if (!stripe.account.store.events.find(id)) return void res.status(404).send(notFoundPage('event'));
    await stripe.redeliver(id);
    res.redirect(303, `/#${id}`);
  });
  return router;
}
