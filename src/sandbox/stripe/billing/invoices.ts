import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { cardDeclined } from '../confirming.js';
import { invalidRequest, noSuch } from '../errors.js';
import { methodNamed } from '../keeping-methods.js';
import { createdFilter, listRoute, page, paging } from '../lists.js';
import { flag, oneOf, text, unsupported, type ShapeOf } from '../params.js';
import { route } from '../routes.js';
import { onClockOf } from './clocks.js';
import { collect } from './collecting.js';
import { voidInvoice } from './ending.js';
import { finalize } from './invoicing.js';
import { preview, previewed, previewParams } from './previewing.js';
import { nothingToPayWith } from './subscribing.js';

const filters = {
  ...createdFilter,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  customer: text(),
  customer_account: unsupported(),
  due_date: unsupported(),
  status: oneOf('draft', 'open', 'paid', 'uncollectible', 'void'),
  subscription: text(),
} satisfies Omit<ShapeOf<Stripe.InvoiceListParams>, 'limit' | 'starting_after' | 'ending_before'>;

const payParams = {
  forgive: unsupported(),
  mandate: unsupported(),
  off_session: flag(),
  paid_out_of_band: unsupported(),
  payment_method: text(),
  source: unsupported(),
} satisfies ShapeOf<Stripe.InvoicePayParams>;

export const invoiceRoutes = [
  route({
    method: 'POST',
    path: '/v1/invoices/create_preview',
    answers: 'invoice',
    params: previewParams,
    handle({ account, params }) {
      const subscription = previewed(account, params);
      return onClockOf(account, subscription.customer, () => preview(account, subscription, params));
    },
  }),
  route({
    method: 'GET',
    path: '/v1/invoices/:id',
    answers: 'invoice',
    params: {},
    handle: ({ account, id }) => existingInvoice(account, id),
  }),
  route({
    method: 'GET',
    path: '/v1/invoices/:id/lines',
    answers: 'list<line_item>',
    params: paging,
    handle({ account, id, params }) {
      const { lines } = existingInvoice(account, id);
      return page(lines.data, params, () => true, lines.url, 'line_item');
    },
  }),
  listRoute({
    path: '/v1/invoices',
    object: 'invoice',
    filters,
    from: (account) => account.store.invoices.newestFirst(),
    keep: (invoice, { customer, status, subscription }) =>
      (customer === undefined || invoice.customer === customer) &&
      (status === undefined || invoice.status === status) &&
      (subscription === undefined || invoice.parent?.subscription_details?.subscription === subscription),
  }),
  route({
    method: 'POST',
    path: '/v1/invoices/:id/finalize',
    answers: 'invoice',
    params: { auto_advance: unsupported() } satisfies ShapeOf<Stripe.InvoiceFinalizeInvoiceParams>,
    handle({ account, id, request }) {
      const invoice = existingInvoice(account, id);
      if (invoice.status !== 'draft') {
        const message = "This invoice is already finalized, you can't re-finalize a non-draft invoice.";
        throw invalidRequest(message, { code: 'invoice_not_editable' });
      }
      return onClockOf(account, invoice.customer, () => finalize(account, id, { request }));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/invoices/:id/pay',
    answers: 'invoice',
    params: payParams,
    handle({ account, id, params, request }) {
      const invoice = existingInvoice(account, id);
      return onClockOf(account, invoice.customer, () => pay(account, invoice, params.payment_method, request));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/invoices/:id/void',
    answers: 'invoice',
    params: {},
    handle({ account, id, request }) {
      const invoice = existingInvoice(account, id);
      if (invoice.status !== 'open') {
        throw invalidRequest(`You can only pass in open invoices. This invoice isn't open.`);
      }
      return onClockOf(account, invoice.customer, () => voidInvoice(account, invoice, request));
    },
  }),
];

export function existingInvoice(account: Account, id: string): Stripe.Invoice {
  const invoice = account.store.invoices.find(id);
  if (!invoice) throw noSuch('invoice', id, 'invoice', 404);
  return invoice;
}

/** Tries once, out of turn. A decline is the error 402, and stays with the invoice. */
function pay(
  account: Account,
  invoice: Stripe.Invoice,
  method: string | undefined,
  request: Stripe.Event.Request,
): Stripe.Invoice {
  const { id } = invoice;
  if (invoice.status === 'paid') throw invalidRequest('Invoice is already paid');
  if (invoice.status !== 'open' && invoice.status !== 'draft') {
    throw invalidRequest(`This invoice is ${invoice.status}, so it cannot be paid.`);
  }
  const named = method === undefined ? undefined : methodNamed(account, method);
  if (invoice.status === 'draft') finalize(account, id, { request });
  const failure = collect(account, id, { byHand: true, method: named, request });
  if (!failure) return account.store.invoices.get(id);
  if (!failure.method || !failure.decline) throw nothingToPayWith();
  throw cardDeclined(failure.decline, failure.method, failure.intent, failure.charge);
}
