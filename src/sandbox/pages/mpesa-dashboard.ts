import express, { type Router } from 'express';
import { darajaTroubles } from '../mpesa/api-troubles.js';
import type { MpesaStandIn } from '../mpesa/stand-in.js';
import type { ConversationKind } from '../mpesa/switches.js';
import { byHand, type ShowDashboard } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import { callbackTroubles, conversationKinds, ends, type MpesaMischiefView } from './mpesa-mischief.js';
import { mpesaSection } from './mpesa-section.js';
import type { DashboardPart } from './dashboard-routes.js';

const shown = 30;
const mischiefAnchor = 'mpesa-mischief';

/** M-Pesa's part of the dashboard. */
export function mpesaDashboard(mpesa: MpesaStandIn): DashboardPart {
  const latest = <T>(things: T[]) => things.slice(-shown).reverse();
  return {
    sections: () =>
      mpesaSection({
        pushes: latest(mpesa.pushes()),
        reversals: latest(mpesa.reversals()),
        disbursements: latest(mpesa.disbursements()),
        attempts: mpesa.callbacks.attempts().reverse(),
        requests: latest(mpesa.requests()),
        balances: mpesa.balances(),
        mischief: mischiefView(mpesa),
      }),
    routes: (show) => express.Router().use(peopleRoutes(mpesa, show), switchRoutes(mpesa, show)),
  };
}

/** What people do at Safaricom: callbacks sent again, payments found and reversed. */
function peopleRoutes(mpesa: MpesaStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  router.post('/mpesa/pushes/:id/:step', (req, res) => {
    const { id, step } = req.params;
    const isKnown = mpesa.pushes().some(({ checkoutRequestId }) => checkoutRequestId === id);
    if (isKnown && step === 'tell') byHand(res, show, id, () => mpesa.sendCallback(id));
    else if (isKnown && step === 'pay-late') byHand(res, show, id, () => mpesa.payLate(id));
    else res.status(404).send(notFoundPage('push'));
  });
  router.post('/mpesa/payments/:receipt/reverse', (req, res) => {
    const { receipt } = req.params;
    if (!mpesa.payments().some(({ id }) => id === receipt)) return void res.status(404).send(notFoundPage('payment'));
    byHand(res, show, 'mpesa', () => mpesa.reverseByHand(receipt));
  });
  router.post('/mpesa/conversations/:id/tell', async (req, res) => {
    const { id } = req.params;
    const sent = await mpesa.callbacks.redeliver(id);
    if (sent.length === 0) return void res.status(404).send(notFoundPage('result'));
    res.redirect(303, `/#${id}`);
  });
  return router;
}

function switchRoutes(mpesa: MpesaStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  router.use('/mpesa/mischief', express.urlencoded({ extended: false }));
  const on = (path: string, work: (typed: Record<string, string | undefined>, id: string) => unknown) =>
    router.post(`/mpesa/mischief${path}`, (req, res) => {
      const { id = '' } = req.params as { id?: string };
      byHand(res, show, mischiefAnchor, () => work((req.body ?? {}) as Record<string, string | undefined>, id));
    });

  on('/callbacks', ({ trouble = '' }) => mpesa.callbacks.disturb(chosen(callbackTroubles, trouble).wanted));
  on('/callbacks/calm', () => mpesa.callbacks.calm());
  on('/api', ({ trouble = '', times, path }) => {
    const wanted = chosen(darajaTroubles, trouble);
    const often = Number(times ?? 1);
    if (!(often >= 1)) throw new Error('That is no number of times.');
    mpesa.intercept({ path: path || undefined, times: often }, wanted.make(), wanted.label);
  });
  on('/api/:id/remove', (_, id) => mpesa.calmApi(id));
  on('/next', ({ kind = '', end = '' }) => {
    if (!isKind(kind)) throw new Error(`There is no ${kind} to end so.`);
    mpesa.nextRequest(kind, chosen(ends, end).end);
  });
  on('/pending', ({ shape }) => mpesa.pendingShape(shape === '4999' ? '4999' : '500'));
  on('/credential', ({ locked }) => mpesa.lockCredential(locked === 'yes'));
  return router;
}

function mischiefView(mpesa: MpesaStandIn): MpesaMischiefView {
  const switches = mpesa.switches();
  const kinds = Object.keys(conversationKinds).filter(isKind);
  return {
    callbacks: mpesa.callbacks.disturbedBy(),
    api: mpesa.interceptions(),
    pendingShape: switches.pendingShape,
    credentialLocked: switches.credentialLocked,
    waiting: kinds.map((kind) => ({ kind, ends: switches.waiting(kind) })),
  };
}

function isKind(kind: string): kind is ConversationKind {
  return Object.hasOwn(conversationKinds, kind);
}

function chosen<T>(choices: Readonly<Record<string, T>>, key: string): T {
  const choice = Object.hasOwn(choices, key) ? choices[key] : undefined;
  if (choice === undefined) throw new Error('There is no such trouble.');
  return choice;
}
