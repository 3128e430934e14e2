import express, { type Response, type Router } from 'express';
import type Stripe from 'stripe';
import { shownTrial } from '../stripe/billing/checkout.js';
import { asksForCard, intentOfCheckout, subscribeWithoutCard } from '../stripe/billing/subscribing-at-checkout.js';
import { expireDueSessions } from '../stripe/checkout-sessions.js';
import { lineItemsOf } from '../stripe/expand.js';
import { idOf } from '../stripe/ids.js';
import { payByCard } from '../stripe/paying.js';
import { saveCard } from '../stripe/saving-cards.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import type { Authenticated } from '../stripe/three-d-secure.js';
import { filledWith, readBuyer, typedFrom, type FieldErrors, type Typed } from './checkout-form.js';
import { checkoutPage, checkoutStatusPage, notFoundPage } from './checkout-page.js';

/** `/stripe/checkout/:id`: where a Checkout Session's `url` leads. */
export function checkoutRoutes({ account }: StripeStandIn): Router {
  const router = express.Router();
  router.use('/stripe/checkout', express.urlencoded({ extended: false }));

  router.get('/stripe/checkout/:id', (req, res) => {
    const session = find(req.params.id);
    if (!session) return void res.status(404).send(notFoundPage('checkout'));
    const fromBank = req.query.redirect_status !== undefined;
    if (session.status === 'complete' && fromBank) return leave(res, session);
    if (session.status !== 'open') return void res.send(checkoutStatusPage(session, successUrl(session)));
    const typed = { ...typedFrom({}), email: session.customer_details?.email ?? '' };
    show(res, 200, session, { typed, decline: refusalByBank(session) });
  });

  router.post('/stripe/checkout/:id', (req, res) => {
    const session = find(req.params.id);
    if (!session) return void res.status(404).send(notFoundPage('checkout'));
    if (session.status === 'expired') return void res.status(410).send(checkoutStatusPage(session, null));
    // The second click of an impatient buyer.
    if (session.status === 'complete') return leave(res, session);

    const typed = typedFrom(req.body);
    const { fill } = req.body as { fill?: unknown };
    if (typeof fill === 'string') return show(res, 200, session, { typed: filledWith(fill, typed) });

    if (session.mode === 'subscription' && !asksForCard(session)) {
      return leave(res, subscribeWithoutCard(account, session.id, { email: typed.email || null, name: null }).session);
    }
    const read = readBuyer(typed, account.time());
    if ('errors' in read) return show(res, 422, session, { typed, errors: read.errors });
    const saves = session.mode === 'setup';
    const attempt = saves ? saveCard(account, session.id, read.buyer) : payByCard(account, session.id, read.buyer);
    if (attempt.session.status === 'complete') return leave(res, attempt.session);
    if (attempt.outcome === 'requires_action') return res.redirect(303, bankPage(intentOf(attempt.session)));
    show(res, 402, attempt.session, { typed, decline: attempt.message });
  });
  return router;

  function find(id: string): Stripe.Checkout.Session | undefined {
    expireDueSessions(account);
    return account.store.checkoutSessions.find(id);
  }

  function intentOf(session: Stripe.Checkout.Session): Authenticated | undefined {
    const { id, mode, payment_intent: paid, setup_intent: saved } = session;
    if (mode === 'subscription') return intentOfCheckout(account, id);
    return account.store.paymentIntents.find(idOf(paid)) ?? account.store.setupIntents.find(idOf(saved));
  }

  /** For a buyer who comes back from the bank's page without its consent. */
  function refusalByBank(session: Stripe.Checkout.Session): string | null {
    const intent = intentOf(session);
    const error = intent?.object === 'payment_intent' ? intent.last_payment_error : intent?.last_setup_error;
    return error?.message ?? null;
  }

  function show(
    res: Response,
    status: number,
    session: Stripe.Checkout.Session,
    view: { typed: Typed; errors?: FieldErrors; decline?: string | null },
  ): void {
    const checkout = account.store.subscriptionCheckouts.find(session.id);
    const trial = checkout ? shownTrial(account, checkout) : null;
    const asks = session.mode !== 'subscription' || asksForCard(session);
    const lineItems = lineItemsOf(account.store, session.id).data;
    const { typed, errors = {}, decline = null } = view;
    res.status(status).send(checkoutPage({ session, lineItems, trial, asks, typed, errors, decline }));
  }
}

function bankPage(intent: Authenticated | undefined): string {
  return intent?.next_action?.redirect_to_url?.url ?? '/';
}

function leave(res: Response, session: Stripe.Checkout.Session): void {
  const url = successUrl(session);
  if (url === null) return void res.send(checkoutStatusPage(session, null));
  res.redirect(303, url);
}

/** The shop learns which session it was by a placeholder in its URL. */
function successUrl({ id, success_url: url, status }: Stripe.Checkout.Session): string | null {
  return status === 'complete' && url !== null ? url.replaceAll('{CHECKOUT_SESSION_ID}', id) : null;
}
