import express, { type Router } from 'express';
import { parseAmount } from '../stripe/money.js';
import type { DisabledReason } from '../stripe/onboarding.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { byHand } from './by-hand.js';
import { notFoundPage } from './checkout-page.js';
import { connectSection, restrictions } from './connect-section.js';
import type { DashboardPart } from './dashboard-routes.js';

const shown = 20;

/** Connected accounts and transfers on the dashboard. */
export function connectDashboard({ account, connect }: StripeStandIn): DashboardPart {
  const { connectedAccounts, transfers } = account.store;
  return {
    sections: () =>
      connectSection({
        accounts: connectedAccounts.newestFirst(),
        transfers: transfers.newestFirst().slice(0, shown),
      }),
    routes(show): Router {
      const router = express.Router();
      router.use(['/stripe/accounts', '/stripe/transfers'], express.urlencoded({ extended: false }));

      const steps = new Map<string, (id: string, reason: DisabledReason | undefined) => unknown>([
        ['onboard', (id) => connect.onboard(id)],
        ['check', (id) => connect.onboard(id, { verified: false })],
        ['restrict', (id, reason) => connect.restrict(id, reason)],
        ['reject', (id) => connect.reject(id)],
        ['deauthorize', (id) => connect.deauthorize(id)],
      ]);
      router.post('/stripe/accounts/:id/:step', (req, res) => {
        const { id, step } = req.params;
        const work = steps.get(step);
        if (!connectedAccounts.find(id) || !work) return void res.status(404).send(notFoundPage('account'));
        const { reason: chosen } = (req.body ?? {}) as { reason?: unknown };
        const reason = restrictions.find((each) => each === chosen);
        byHand(res, show, step === 'deauthorize' ? 'connected-accounts' : id, () => work(id, reason));
      });

      router.post('/stripe/transfers/:id/reverse', (req, res) => {
        const transfer = transfers.find(req.params.id);
        if (!transfer) return void res.status(404).send(notFoundPage('transfer'));
        const { amount: typed = '' } = (req.body ?? {}) as Record<string, string | undefined>;
        const amount = typed === '' ? undefined : parseAmount(typed, transfer.currency);
        if (typed !== '' && amount === undefined) return show(res, `${typed} is no amount in ${transfer.currency}.`);
        byHand(res, show, transfer.id, () => connect.reverse(transfer.id, amount));
      });
      return router;
    },
  };
}
