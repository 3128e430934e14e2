import express, { type Router } from 'express';
import { html, page } from './html.js';

/**
 * `/shop/payment/success`, `/shop/payment/cancel` and, for a card that was saved, `/shop/payment/methods`: where a buyer lands when there is
 * no frontend yet. A frontend would now ask the API what became of it.
 */
export function shopRoutes(): Router {
  const router = express.Router();

  router.get('/shop/payment/success', ({ query }, res) => {
    const id = typeof query.session_id === 'string' ? query.session_id : '';
    res.send(
      landing(
        'Back in the shop',
        html`<p>Stripe has sent the buyer back. A frontend would now show what was bought, after asking the API:</p>
          <p>
            <code>GET /api/payments/sessions/stripe/<span id="session">${id}</span></code>
          </p>`,
      ),
    );
  });

  router.get('/shop/payment/cancel', (_req, res) => {
    res.send(
      landing(
        'Back in the shop',
        html`<p>The buyer gave up. Nothing was charged; the session can still be paid until it expires.</p>`,
      ),
    );
  });

  router.get('/shop/payment/methods', (_req, res) => {
    res.send(
      landing(
        'Back in the shop',
        html`<p>
            Stripe has sent the person back. A frontend would now show the saved ways to pay, after asking the API:
          </p>
          <p><code>GET /api/payments/methods</code></p>`,
      ),
    );
  });
  return router;
}

function landing(title: string, text: ReturnType<typeof html>): string {
  return page(
    title,
    html`<main class="status card" id="shop">
      <h1>${title}</h1>
      ${text}
      <p><a href="/">What was sent</a></p>
    </main>`,
  );
}
