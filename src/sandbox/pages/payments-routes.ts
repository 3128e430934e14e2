import express, { type Router } from 'express';
import type Stripe from 'stripe';
import { paidCharge } from '../stripe/charges.js';
import { idOf } from '../stripe/ids.js';
import { parseAmount } from '../stripe/money.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { notFoundPage } from './checkout-page.js';
import { byHand, type ShowDashboard } from './by-hand.js';
import type { PaymentView } from './payments-section.js';

const shown = 20;

/** The last payments, newest first. */
export function paymentViews({ account }: StripeStandIn): PaymentView[] {
  const { charges, refunds, disputes } = account.store;
  const paid = charges.filter(({ status }) => status === 'succeeded').slice(-shown);
  return paid.reverse().map((charge) => ({
    charge,
    refunds: refunds.filter((refund) => refund.charge === charge.id),
    disputes: disputes.filter((dispute) => dispute.charge === charge.id),
  }));
}

/** Refunds by hand, and what banks do with refunds and payments. */
export function paymentsRoutes(stripe: StripeStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  const { store } = stripe.account;
  router.use(['/stripe/payments', '/stripe/refunds', '/stripe/disputes'], express.urlencoded({ extended: false }));

  router.post('/stripe/payments/:id/refund', (req, res) => {
    const charge = paidCharge(stripe.account, req.params.id);
    if (!charge) return void res.status(404).send(notFoundPage('payment'));
    const { amount: typed = '', reason = '' } = req.body as Record<string, string>;
    const amount = typed === '' ? undefined : parseAmount(typed, charge.currency);
    if (typed !== '' && amount === undefined) return show(res, `${typed} is no amount in ${charge.currency}.`);
    byHand(res, show, req.params.id, () =>
      stripe.refund({ paymentIntent: req.params.id, amount, reason: reason === '' ? null : reason }),
    );
  });

  router.post('/stripe/payments/:id/dispute', (req, res) => {
    if (!paidCharge(stripe.account, req.params.id)) return void res.status(404).send(notFoundPage('payment'));
    const { inquiry, reason } = req.body as Record<string, string>;
    byHand(res, show, req.params.id, () => stripe.dispute(req.params.id, { inquiry: inquiry === 'yes', reason }));
  });

  const refundSteps = new Map<string, (id: string) => Stripe.Refund>([
    ['finish', (id) => stripe.finishRefund(id)],
    ['fail', (id) => stripe.failRefund(id)],
  ]);
  router.post('/stripe/refunds/:id/:step', (req, res) => {
    const { id, step } = req.params;
    const [refund, work] = [store.refunds.find(id), refundSteps.get(step)];
    if (!refund || !work) return void res.status(404).send(notFoundPage('refund'));
    byHand(res, show, idOf(refund.payment_intent), () => work(id));
  });

  const disputeSteps = new Map<string, (id: string) => Stripe.Dispute>([
    ['win', (id) => stripe.winDispute(id)],
    ['lose', (id) => stripe.loseDispute(id)],
    ['escalate', (id) => stripe.escalateInquiry(id)],
    ['close', (id) => stripe.closeInquiry(id)],
  ]);
  router.post('/stripe/disputes/:id/:step', (req, res) => {
    const { id, step } = req.params;
    const [dispute, work] = [store.disputes.find(id), disputeSteps.get(step)];
    if (!dispute || !work) return void res.status(404).send(notFoundPage('dispute'));
    byHand(res, show, idOf(dispute.payment_intent), () => work(id));
  });
  return router;
}
