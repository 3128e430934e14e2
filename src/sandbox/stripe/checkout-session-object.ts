import Stripe from 'stripe';
import type { Account } from './account.js';
import type { LineItemCreate, SessionCreate } from './checkout-session-params.js';
import { newId } from './ids.js';
import { applyMetadata } from './metadata.js';
import type { Basket } from './store.js';

/** What a product is made of, wherever it is named. */
type ProductOrder = Omit<LineItemCreate['price_data']['product_data'], 'tax_details'>;

interface Decided {
  mode: 'payment' | 'setup' | 'subscription';
  /** Null where nothing is sold. */
  amount: number | null;
  /** Where it differs, without the tax that is added. */
  subtotal?: number;
  tax?: number;
  currency: string | null;
  expiresAt: number;
  customer: Stripe.Customer | null;
}

export function newSession(account: Account, params: SessionCreate, decided: Decided): Stripe.Checkout.Session {
  const id = newId('checkout.session');
  const { amount, currency, customer, expiresAt, mode, subtotal = amount, tax = 0 } = decided;
  const sells = mode !== 'setup';
  const once = mode === 'payment';
  const mail = params.customer_email ?? customer?.email ?? null;
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: params.allowed_payment_method_types ?? null,
    amount_subtotal: subtotal,
    amount_total: amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    client_secret: null,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: account.now(),
    currency,
    currency_conversion: null,
    custom_fields: [],
    custom_text: { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null },
    customer: customer?.id ?? null,
    customer_account: null,
    customer_creation: customer ? null : mode === 'subscription' ? 'always' : 'if_required',
    customer_details: mail === null ? null : customerDetails(mail, customer?.name ?? null),
    customer_email: params.customer_email ?? null,
    discounts: [],
    ...(params.excluded_payment_method_types && {
      excluded_payment_method_types: params.excluded_payment_method_types,
    }),
    expires_at: expiresAt,
    integration_identifier: params.integration_identifier ?? null,
    invoice: null,
    invoice_creation: once ? noInvoices : null,
    livemode: false,
    locale: params.locale ?? null,
    managed_payments: { enabled: false },
    metadata: applyMetadata({}, params.metadata),
    mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: once ? 'if_required' : (params.payment_method_collection ?? 'always'),
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: once ? ['card', 'sepa_debit'] : ['card'],
    payment_status: sells ? 'unpaid' : 'no_payment_required',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: params.submit_type ?? null,
    subscription: null,
    success_url: params.success_url,
    total_details: sells ? { amount_discount: 0, amount_shipping: 0, amount_tax: tax } : null,
    ui_mode: 'hosted_page',
    url: `${account.baseUrl}/stripe/checkout/${id}`,
    wallet_options: null,
  };
}

const noInvoices: Stripe.Checkout.Session.InvoiceCreation = {
  enabled: false,
  invoice_data: {
    account_tax_ids: null,
    custom_fields: null,
    description: null,
    footer: null,
    issuer: null,
    metadata: {},
    rendering_options: null,
  },
};

export function newBasket(account: Account, id: string, params: SessionCreate, items: LineItemCreate[]): Basket {
  const data = params.payment_intent_data;
  return {
    id,
    lineItems: items.map((item) => lineItem(account, item)),
    paymentIntent: {
      description: data?.description ?? null,
      metadata: applyMetadata({}, data?.metadata),
      receipt_email: data?.receipt_email ?? null,
      statement_descriptor: data?.statement_descriptor ?? null,
      statement_descriptor_suffix: data?.statement_descriptor_suffix ?? null,
      transfer_group: data?.transfer_group ?? null,
    },
  };
}

export function customerDetails(email: string | null, name: string | null): Stripe.Checkout.Session.CustomerDetails {
  return {
    address: null,
    business_name: null,
    email,
    individual_name: null,
    name,
    phone: null,
    tax_exempt: 'none',
    tax_ids: [],
  };
}

function lineItem(account: Account, { price_data: data, quantity, metadata }: LineItemCreate): Stripe.LineItem {
  const product = account.store.products.put(newProduct(account.now(), data.product_data));
  const amount = data.unit_amount * quantity;
  const currency = data.currency.toLowerCase();
  return {
    id: newId('item'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency,
    description: product.name,
    metadata: applyMetadata({}, metadata),
    price: {
      id: newId('price'),
      object: 'price',
      active: false,
      billing_scheme: 'per_unit',
      created: account.now(),
      currency,
      custom_unit_amount: null,
      livemode: false,
      lookup_key: null,
      metadata: {},
      nickname: null,
      product: product.id,
      recurring: null,
      tax_behavior: data.tax_behavior ?? 'unspecified',
      tiers_mode: null,
      transform_quantity: null,
      type: 'one_time',
      unit_amount: data.unit_amount,
      unit_amount_decimal: Stripe.Decimal.from(data.unit_amount),
    },
    quantity,
  };
}

export function newProduct(created: number, data: ProductOrder): Stripe.Product {
  return {
    id: newId('product'),
    object: 'product',
    active: false,
    created,
    default_price: null,
    description: data.description ?? null,
    images: data.images ?? [],
    livemode: false,
    marketing_features: [],
    metadata: applyMetadata({}, data.metadata),
    name: data.name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: data.tax_code ?? null,
    tax_details: null,
    type: 'service',
    unit_label: data.unit_label ?? null,
    updated: created,
    url: null,
  };
}
