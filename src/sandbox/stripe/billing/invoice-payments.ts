import type Stripe from 'stripe';
import { noSuch } from '../errors.js';
import { createdFilter, listRoute } from '../lists.js';
import { hash, oneOf, required, text, unsupported, type ShapeOf } from '../params.js';
import { route } from '../routes.js';

const payment = {
  payment_intent: text(),
  payment_record: unsupported(),
  type: required(oneOf('payment_intent')),
} satisfies ShapeOf<Stripe.InvoicePaymentListParams.Payment>;

const filters = {
  ...createdFilter,
  invoice: text(),
  payment: hash(payment),
  status: oneOf('canceled', 'open', 'paid'),
} satisfies Omit<ShapeOf<Stripe.InvoicePaymentListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const invoicePaymentRoutes = [
  route({
    method: 'GET',
    path: '/v1/invoice_payments/:id',
    answers: 'invoice_payment',
    params: {},
    handle({ account, id }) {
      const found = account.store.invoicePayments.find(id);
      if (!found) throw noSuch('invoice_payment', id, 'invoice_payment', 404);
      return found;
    },
  }),
  listRoute({
    path: '/v1/invoice_payments',
    object: 'invoice_payment',
    filters,
    from: (account) => account.store.invoicePayments.newestFirst(),
    keep: (each, { invoice, payment: of, status }) =>
      (invoice === undefined || each.invoice === invoice) &&
      (of?.payment_intent === undefined || each.payment.payment_intent === of.payment_intent) &&
      (status === undefined || each.status === status),
  }),
];
