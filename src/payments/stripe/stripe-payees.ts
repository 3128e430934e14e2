import type Stripe from 'stripe';
import type { PayeeStanding } from '../ports/disburser.js';

/** Whether money can be moved into a connected account, by what Stripe says of it. */
export function standingOfPayee({ id, capabilities, requirements }: Stripe.Account): PayeeStanding {
  const ready = capabilities?.transfers === 'active';
  const reason =
    requirements?.disabled_reason ?? (requirements?.currently_due?.length ? 'requirements.currently_due' : undefined);
  return {
    externalId: id,
    ready,
    ...(!ready && { reason: reason ?? 'requirements.pending_verification' }),
  };
}
