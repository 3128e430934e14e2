import type Stripe from 'stripe';
import type { PayeeReport } from '../ports/payment-strategy.js';

/** Whether money can be moved into a connected account, by what Stripe says of it. */
export function reportOfPayee({ id, capabilities, requirements }: Stripe.Account): PayeeReport {
  const ready = capabilities?.transfers === 'active';
  const reason =
    requirements?.disabled_reason ?? (requirements?.currently_due?.length ? 'requirements.currently_due' : undefined);
  return {
    kind: 'payee',
    externalId: id,
    ready,
    ...(!ready && { reason: reason ?? 'requirements.pending_verification' }),
  };
}
