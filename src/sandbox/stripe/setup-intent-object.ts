import type Stripe from 'stripe';
import { newId, randomText } from './ids.js';
import { applyMetadata, type MetadataChange } from './metadata.js';

interface SetupOrder {
  customer: string | null;
  description?: string;
  metadata?: MetadataChange;
  automaticMethods?: Stripe.SetupIntent.AutomaticPaymentMethods;
}

export function newSetupIntent(order: SetupOrder, created: number): Stripe.SetupIntent {
  const id = newId('setup_intent');
  return {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: null,
    application: null,
    automatic_payment_methods: order.automaticMethods ?? null,
    cancellation_reason: null,
    client_secret: `${id}_secret_${randomText(25)}`,
    created,
    customer: order.customer,
    customer_account: null,
    description: order.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    managed_payments: null,
    mandate: null,
    metadata: applyMetadata({}, order.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: null,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: ['card'],
    single_use_mandate: null,
    status: 'requires_payment_method',
    // Recorded: whatever is asked for, the answer is this.
    usage: 'off_session',
  };
}
