import type Stripe from 'stripe';
import { invalidRequest } from './errors.js';

/** Among the ways to pay of the dashboard, some send the buyer elsewhere: to where do they come back? */
export function requireReturnUrl(
  intent: Stripe.PaymentIntent | Stripe.SetupIntent,
  returnUrl: string | undefined,
  about: { payment_intent?: object; setup_intent?: object },
): void {
  if (returnUrl !== undefined || intent.automatic_payment_methods?.allow_redirects === 'never') return;
  const noun = intent.object === 'payment_intent' ? 'PaymentIntent' : 'SetupIntent';
  const message =
    `This ${noun} is configured to accept payment methods enabled in your Dashboard. Because some of these payment ` +
    "methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to " +
    'accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and ' +
    '`automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.';
  throw invalidRequest(message, about);
}
