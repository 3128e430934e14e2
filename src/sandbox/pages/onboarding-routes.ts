import express, { type Router } from 'express';
import type { OnboardingLink } from '../stripe/account-links.js';
import { isRejected } from '../stripe/onboarding.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { notFoundPage } from './checkout-page.js';
import { onboardingPage } from './onboarding-page.js';

/** `/stripe/connect/:id`: where an account link leads. It sends the holder back to the platform, finished or not. */
export function onboardingRoutes({ account, connect }: StripeStandIn): Router {
  const router = express.Router();
  const { connectedAccounts, onboardingLinks } = account.store;
  router.use('/stripe/connect', express.urlencoded({ extended: false }));

  router.get('/stripe/connect/:id', (req, res) => {
    const link = onboardingLinks.find(req.params.id);
    if (!link) return void res.status(404).send(notFoundPage('onboarding'));
    const connected = openAt(link);
    if (!connected) return res.redirect(303, link.refreshUrl);
    res.send(onboardingPage(connected));
  });

  router.post('/stripe/connect/:id', (req, res) => {
    const link = onboardingLinks.find(req.params.id);
    if (!link) return void res.status(404).send(notFoundPage('onboarding'));
    const connected = openAt(link);
    if (!connected) return res.redirect(303, link.refreshUrl);
    const { result } = req.body as { result?: unknown };
    const work = results.get(String(result));
    if (!work) return void res.status(422).send(onboardingPage(connected));
    onboardingLinks.update(link.id, { expiresAt: 0 });
    work(connected.id);
    // Also from a form that was left unfinished: coming back says nothing about the account.
    res.redirect(303, link.returnUrl);
  });

  const results = new Map<string, (id: string) => unknown>([
    ['complete', (id) => connect.onboard(id)],
    ['verify', (id) => connect.onboard(id, { verified: false })],
    ['leave', () => undefined],
    ['refuse', (id) => connect.reject(id)],
  ]);
  return router;

  /** The account of a link that is still good. */
  function openAt({ account: id, expiresAt }: OnboardingLink) {
    const connected = connectedAccounts.find(id);
    return connected && !isRejected(connected) && expiresAt > account.now() ? connected : undefined;
  }
}
