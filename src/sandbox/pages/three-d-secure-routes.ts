import express, { type Router } from 'express';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { returnAddress, waitingAtBank, type Authentication } from '../stripe/three-d-secure.js';
import { notFoundPage } from './checkout-page.js';
import { authenticatedPage, threeDSecurePage } from './three-d-secure-page.js';

const results: Authentication[] = ['complete', 'fail'];

/** `/stripe/3d-secure/:id`: where `next_action.redirect_to_url.url` leads. */
export function threeDSecureRoutes(stripe: StripeStandIn): Router {
  const router = express.Router();
  const { account } = stripe;
  router.use('/stripe/3d-secure', express.urlencoded({ extended: false }));

  router.get('/stripe/3d-secure/:id', (req, res) => {
    const { id } = req.params;
    if (!isKnown(id)) return void res.status(404).send(notFoundPage('authentication'));
    const waiting = waitingAtBank(account, id);
    res.send(waiting ? threeDSecurePage(waiting) : authenticatedPage());
  });

  router.post('/stripe/3d-secure/:id', (req, res) => {
    const { id } = req.params;
    if (!isKnown(id)) return void res.status(404).send(notFoundPage('authentication'));
    const waiting = waitingAtBank(account, id);
    if (!waiting) return void res.status(409).send(authenticatedPage());
    const { result: said } = req.body as { result?: unknown };
    const result = results.find((candidate) => candidate === said);
    if (!result) return void res.status(422).send(threeDSecurePage(waiting));
    const address = returnAddress(waiting, stripe.authenticate(id, result));
    if (address === null) return void res.send(authenticatedPage());
    res.redirect(303, address);
  });
  return router;

  function isKnown(id: string): boolean {
    return Boolean(account.store.paymentIntents.find(id) ?? account.store.setupIntents.find(id));
  }
}
