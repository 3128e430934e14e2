import express, { type Router } from 'express';
import { fundsByCurrency } from '../stripe/balance.js';
import { failures, type PayoutFailure } from '../stripe/payout-object.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { balanceSection } from './balance-section.js';
import { byHand } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import type { DashboardPart } from './dashboard-routes.js';

const shown = 20;

/** The balance and the payouts on the dashboard: what time, Stripe's schedule and the bank do. */
export function balanceDashboard({ account, balance }: StripeStandIn): DashboardPart {
  const { payouts } = account.store;
  return {
    sections: () =>
      balanceSection({ funds: [...fundsByCurrency(account)], payouts: payouts.newestFirst().slice(0, shown) }),
    routes(show): Router {
      const router = express.Router();
      router.use('/stripe/payouts', express.urlencoded({ extended: false }));

      router.post('/stripe/balance/available', (_req, res) => {
        byHand(res, show, 'balance', () => balance.makeAvailable());
      });
      router.post('/stripe/balance/pay-out', (_req, res) => {
        byHand(res, show, 'balance', () => {
          if (balance.payOut().length === 0) throw new Error('Nothing is available that could be paid out.');
        });
      });

      const steps = new Map<string, (id: string, code: PayoutFailure) => unknown>([
        ['send', (id) => balance.sendPayout(id)],
        ['arrive', (id) => balance.arrivePayout(id)],
        ['fail', (id, code) => balance.failPayout(id, code)],
      ]);
      router.post('/stripe/payouts/:id/:step', (req, res) => {
        const { id, step } = req.params;
        const work = steps.get(step);
        if (!payouts.find(id) || !work) return void res.status(404).send(notFoundPage('payout'));
        const { code } = (req.body ?? {}) as { code?: unknown };
        byHand(res, show, id, () => work(id, isFailure(code) ? code : 'could_not_process'));
      });
      return router;
    },
  };
}

function isFailure(code: unknown): code is PayoutFailure {
  return typeof code === 'string' && Object.hasOwn(failures, code);
}
