import express, { type Router } from 'express';
import { paymobTroubles } from '../paymob/api-troubles.js';
import type { PaymobStandIn } from '../paymob/stand-in.js';
import { parseAmount } from '../stripe/money.js';
import { byHand, type ShowDashboard } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import type { DashboardPart } from './dashboard-routes.js';
import { html } from './html.js';
import { habitNames, paymobMischiefSection } from './paymob-mischief-section.js';
import { paymobPaymentsSection } from './paymob-payments-section.js';
import { paymobTrafficSections } from './paymob-traffic-section.js';

type Typed = Record<string, string | undefined>;

/** Paymob on the dashboard: refunds, voids and late endings by hand, what was told, and what goes wrong. */
export function paymobDashboard(paymob: PaymobStandIn): DashboardPart {
  const sections = () =>
    html`${paymobPaymentsSection(paymob.merchant)} ${paymobMischiefSection(paymob)} ${paymobTrafficSections(paymob)}`;
  const routes = (show: ShowDashboard) => {
    const router = express.Router();
    router.use(['/paymob/transactions', '/paymob/mischief'], express.urlencoded({ extended: false }));
    return router.use(byHandRoutes(paymob, show), mischiefRoutes(paymob, show));
  };
  return { sections, routes };
}

function byHandRoutes(paymob: PaymobStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  const { store, keys } = paymob.merchant;
  const steps = new Map<string, (id: string, amount: number | undefined) => unknown>([
    ['refund', (id, amount) => paymob.refundByHand(id, amount)],
    ['void', (id) => paymob.voidByHand(id)],
    ['success', (id) => paymob.finish(id, 'success')],
    ['decline', (id) => paymob.finish(id, 'decline')],
  ]);

  router.post('/paymob/transactions/:id/:step', (req, res) => {
    const { id, step } = req.params;
    const [transaction, work] = [store.transactions.find(id), steps.get(step)];
    if (!transaction || !work) return void res.status(404).send(notFoundPage('transaction'));
    const { amount: typed = '' } = (req.body ?? {}) as Typed;
    const amount = typed === '' ? undefined : parseAmount(typed, keys.currency.toLowerCase());
    // Of nothing, Paymob's dashboard makes no refund.
    if (typed !== '' && !amount) return show(res, `${typed} is no amount in ${keys.currency}.`);
    byHand(res, show, `paymob-${transaction.parent ?? id}`, () => work(id, amount));
  });

  router.post('/paymob/callbacks/:about/redeliver', async (req, res) => {
    const sent = await paymob.callbacks.redeliver(req.params.about);
    if (sent.length === 0) return void res.status(404).send(notFoundPage('callback'));
    res.redirect(303, '/#paymob-callbacks');
  });
  return router;
}

function mischiefRoutes(paymob: PaymobStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  const anchor = 'paymob-mischief';

  router.post('/paymob/mischief/callbacks', (req, res) => {
    const typed = req.body as Typed;
    const number = (name: string, otherwise = 0) => Number(typed[name] ?? otherwise);
    byHand(res, show, anchor, () =>
      paymob.callbacks.disturb({
        duplicate: number('duplicate', 1),
        shuffle: typed.shuffle === 'yes',
        delayMs: [number('from'), number('to')],
        drop: number('drop') / 100,
        seed: number('seed'),
      }),
    );
  });

  router.post('/paymob/mischief/callbacks/calm', (_req, res) => {
    byHand(res, show, anchor, () => paymob.callbacks.calm());
  });

  router.post('/paymob/mischief/api', (req, res) => {
    const { trouble = '', times, path } = req.body as Typed;
    byHand(res, show, anchor, () => {
      const chosen = paymobTroubles[trouble];
      const often = Number(times ?? 1);
      if (!chosen || !(often >= 1)) throw new Error('There is no such trouble.');
      paymob.intercept({ path: path || undefined, times: often }, chosen.make(), chosen.label);
    });
  });

  router.post('/paymob/mischief/api/:id/remove', (req, res) => {
    byHand(res, show, anchor, () => paymob.calmApi(req.params.id));
  });

  router.post('/paymob/mischief/habits', (req, res) => {
    const typed = req.body as Typed;
    byHand(res, show, anchor, () =>
      paymob.behave(Object.fromEntries(habitNames.map((name) => [name, typed[name] === 'yes']))),
    );
  });
  return router;
}
