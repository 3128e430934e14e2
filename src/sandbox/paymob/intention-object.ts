import { statusOf, type IntentionStatus } from './intentions.js';
import type { Merchant } from './merchant.js';
import type { Intention } from './store.js';

/** An intention as the API answers it. */
export interface IntentionObject {
  payment_keys: { integration: number; key: string; gateway_type: string; iframe_id: null; order_id: number }[];
  intention_order_id: number;
  id: string;
  intention_detail: {
    amount: number;
    items: { name: string; amount: number; description: string; quantity: number; image: null }[];
    currency: string;
    billing_data: Record<string, string>;
  };
  client_secret: string;
  payment_methods: { integration_id: number; name: null; method_type: string; currency: string; live: boolean }[];
  special_reference: string | null;
  extras: { creation_extras: object; confirmation_extras: null };
  confirmed: boolean;
  status: IntentionStatus;
  created: string;
  card_detail: null;
  card_tokens: never[];
  object: 'paymentintention';
}

export function intentionObject(merchant: Merchant, intention: Intention): IntentionObject {
  const { id, orderId, clientSecret, order, createdAt } = intention;
  const { amount, currency, items, paymentMethods } = order;
  const status = statusOf(merchant, intention);
  return {
    payment_keys: paymentMethods.map((integration) => ({
      integration,
      key: Buffer.from(`${id}:${integration}`).toString('base64url'),
      gateway_type: 'VPC',
      iframe_id: null,
      order_id: orderId,
    })),
    intention_order_id: orderId,
    id,
    intention_detail: {
      amount,
      items: items.map((item) => ({ ...item, image: null })),
      currency,
      billing_data: billingOf(intention),
    },
    client_secret: clientSecret,
    payment_methods: paymentMethods.map((integration) => ({
      integration_id: integration,
      name: null,
      method_type: 'online',
      currency,
      live: false,
    })),
    special_reference: order.specialReference,
    extras: { creation_extras: order.extras, confirmation_extras: null },
    confirmed: status === 'paid',
    status,
    created: createdAt,
    card_detail: null,
    card_tokens: [],
    object: 'paymentintention',
  };
}

const buyersFields = [
  ...[
    'apartment',
    'floor',
    'first_name',
    'last_name',
    'street',
    'building',
    'phone_number',
    'city',
    'country',
    'email',
  ],
  ...['state', 'postal_code', 'extra_description'],
];

/** What was not given is `NA`. */
export function billingOf({ order }: Intention): Record<string, string> {
  return Object.fromEntries(buyersFields.map((name) => [name, order.billing[name] ?? 'NA']));
}
