import express, { type Router } from 'express';
import { apiTroubles } from '../stripe/api-troubles.js';
import type { StripeStandIn } from '../stripe/stand-in.js';
import { byHand, type ShowDashboard } from './by-hand.js';

/** The switches of the dashboard's mischief. */
export function mischiefRoutes(stripe: StripeStandIn, show: ShowDashboard): Router {
  const router = express.Router();
  router.use('/stripe/mischief', express.urlencoded({ extended: false }));

  router.post('/stripe/mischief/webhooks', (req, res) => {
    const typed = req.body as Record<string, string | undefined>;
    const number = (name: string, otherwise = 0) => Number(typed[name] ?? otherwise);
    byHand(res, show, 'mischief', () =>
      stripe.disturbWebhooks({
        duplicate: number('duplicate', 1),
        shuffle: typed.shuffle === 'yes',
        delayMs: [number('from'), number('to')],
        drop: number('drop') / 100,
        dropped: typed.dropped === 'never retried' ? 'never retried' : 'retried',
        seed: number('seed'),
      }),
    );
  });

  router.post('/stripe/mischief/webhooks/calm', (_req, res) => {
    byHand(res, show, 'mischief', () => stripe.calmWebhooks());
  });

  router.post('/stripe/mischief/api', (req, res) => {
    const { trouble = '', times, method, path, layer } = req.body as Record<string, string | undefined>;
    byHand(res, show, 'mischief', () => {
      const chosen = apiTroubles[trouble];
      const often = Number(times ?? 1);
      if (!chosen || !(often >= 1)) throw new Error('There is no such trouble.');
      const target = { method: method || undefined, path: path || undefined, times: often };
      const where = layer === 'endpoint' ? 'endpoint' : 'network';
      stripe.intercept({ ...target, layer: where }, chosen.make(), chosen.label);
    });
  });

  router.post('/stripe/mischief/api/:id/remove', (req, res) => {
    byHand(res, show, 'mischief', () => stripe.calmApi(req.params.id));
  });
  return router;
}
