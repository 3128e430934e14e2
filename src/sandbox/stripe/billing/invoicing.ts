import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf, newId } from '../ids.js';
import { newPaymentIntent } from '../payment-intent-object.js';
import { changeInvoice, changeSubscription, setBalance } from './changed.js';
import { amounts, newInvoice, type InvoiceOrder } from './invoice-object.js';
import type { Subscription } from './records.js';

type Cause = Stripe.Event.Request | undefined;

/** What an invoice would be now, with the lines that wait for the next one. */
export function draftOf(account: Account, order: InvoiceOrder): Stripe.Invoice {
  const waiting = account.store.pendingLines.filter(({ subscription }) => subscription === order.subscription.id);
  return newInvoice(account, { ...order, lines: [...waiting.map(({ line }) => line), ...order.lines] });
}

/** Keeps a draft; telling of it is left to the caller. */
export function keepInvoice(account: Account, order: InvoiceOrder): Stripe.Invoice {
  const draft = draftOf(account, order);
  const { invoices, pendingLines } = account.store;
  const taken = pendingLines.filter(({ subscription }) => subscription === order.subscription.id);
  for (const { id } of taken) pendingLines.delete(id);
  return invoices.put(draft);
}

/**
 * It can no longer change: it gets its number, takes the customer's balance into account, and is paid where nothing is left to pay.
 * Otherwise a PaymentIntent waits for the money; at Checkout it was begun before.
 */
export function finalize(
  account: Account,
  id: string,
  { request, begun }: { request?: Cause; begun?: Stripe.PaymentIntent } = {},
): Stripe.Invoice {
  const draft = account.store.invoices.get(id);
  const customer = account.store.customers.get(idOf(draft.customer));
  if (customer.deleted) return draft;
  const { balance, invoice_prefix: prefix, next_invoice_sequence: sequence = 1 } = customer;
  const due = amounts(account, draft.lines.data, draft.currency, balance);
  account.store.customers.put({ ...customer, next_invoice_sequence: sequence + 1 });
  const open = account.store.invoices.update(id, {
    ...due,
    automatically_finalizes_at: null,
    effective_at: account.now(),
    ending_balance: due.total + balance - due.amount_due,
    hosted_invoice_url: `${account.baseUrl}/stripe/invoices/${id}`,
    invoice_pdf: `${account.baseUrl}/stripe/invoices/${id}`,
    next_payment_attempt: null,
    number: `${prefix ?? 'SANDBOX'}-${String(sequence).padStart(4, '0')}`,
    starting_balance: balance,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: account.now() },
    webhooks_delivered_at: account.now(),
  });
  setBalance(account, draft.customer, due.total + balance - due.amount_due);
  account.record('invoice.finalized', open, { request });
  if (open.amount_due === 0) return paid(account, id, null, request);
  awaitPayment(account, open, request, begun);
  return open;
}

/** The PaymentIntent that an invoice is paid by. */
export function intentPaying(account: Account, invoiceId: string): Stripe.PaymentIntent | undefined {
  const [payment] = account.store.invoicePayments.filter(({ invoice }) => invoice === invoiceId);
  return payment && account.store.paymentIntents.find(idOf(payment.payment.payment_intent ?? null));
}

/** How an invoice was or is to be paid. */
export function paymentsOf({ store }: Account, invoiceId: string): Stripe.ApiList<Stripe.InvoicePayment> {
  const data = store.invoicePayments.filter(({ invoice }) => idOf(invoice) === invoiceId);
  return { object: 'list', data, has_more: false, url: '/v1/invoice_payments' };
}

/** Called with every PaymentIntent that was paid, however it came to be: the invoice behind it is. */
export function payInvoiceOf(account: Account, intent: Stripe.PaymentIntent): void {
  const [payment] = account.store.invoicePayments.filter((each) => each.payment.payment_intent === intent.id);
  if (payment?.status !== 'open') return;
  const invoice = account.store.invoices.get(idOf(payment.invoice));
  const settled = account.store.invoicePayments.update(payment.id, {
    amount_paid: intent.amount_received,
    status: 'paid',
    status_transitions: { ...payment.status_transitions, paid_at: account.now() },
  });
  paid(account, invoice.id, intent);
  account.record('invoice_payment.paid', settled);
}

function awaitPayment(
  account: Account,
  invoice: Stripe.Invoice,
  request: Cause,
  begun: Stripe.PaymentIntent | undefined,
): void {
  const first = invoice.billing_reason === 'subscription_create';
  const intent = begun ?? newInvoiceIntent(account, invoice, first ? 'Subscription creation' : 'Subscription update');
  if (!begun) account.record('payment_intent.created', intent, { request });
  account.store.invoicePayments.put({
    id: newId('invoice_payment'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: account.now(),
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  });
}

function newInvoiceIntent(
  account: Account,
  { amount_due: amount, currency, customer }: Stripe.Invoice,
  description: string,
): Stripe.PaymentIntent {
  const order = { amount, currency, customer: idOf(customer), description, automaticMethods: null };
  const intent = { ...order, methodTypes: ['card'], setupFutureUsage: 'off_session' as const };
  return account.store.paymentIntents.put(newPaymentIntent(intent, account.now()));
}

/** There is nothing left to pay; the subscription goes on, if it was this invoice that it waited for. */
function paid(account: Account, id: string, intent: Stripe.PaymentIntent | null, request?: Cause): Stripe.Invoice {
  const before = account.store.invoices.get(id);
  const invoice = account.store.invoices.update(id, {
    amount_paid: before.amount_due,
    amount_remaining: 0,
    attempt_count: intent ? Math.max(1, before.attempt_count) : before.attempt_count,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...before.status_transitions, paid_at: account.now() },
  });
  account.record('invoice.paid', invoice, { request });
  account.record('invoice.payment_succeeded', invoice, { request });
  const subscription = subscriptionOf(account, invoice);
  if (subscription) resume(account, subscription, invoice, intent, request);
  return invoice;
}

export function subscriptionOf({ store }: Account, { parent }: Stripe.Invoice): Subscription | undefined {
  return store.subscriptions.find(idOf(parent?.subscription_details?.subscription ?? null));
}

/** Not collected by itself any more. It can still be paid by hand. */
export function stopCollecting(account: Account, subscriptionId: string, request?: Cause): void {
  const left = account.store.invoices.filter(
    (invoice) =>
      subscriptionOf(account, invoice)?.id === subscriptionId &&
      (invoice.status === 'draft' || invoice.status === 'open') &&
      invoice.auto_advance === true,
  );
  for (const { id } of left) {
    const changes = { auto_advance: false, automatically_finalizes_at: null, next_payment_attempt: null };
    changeInvoice(account, id, changes, request);
  }
}

function resume(
  account: Account,
  { id, latest_invoice: latest, payment_settings: settings, status }: Subscription,
  invoice: Stripe.Invoice,
  intent: Stripe.PaymentIntent | null,
  request: Cause,
): void {
  const waited = ['incomplete', 'past_due', 'unpaid'].includes(status) && latest === invoice.id;
  const saves = intent !== null && settings?.save_default_payment_method === 'on_subscription';
  const changes = {
    ...(waited && { status: 'active' as const }),
    ...(saves && { default_payment_method: intent.payment_method }),
  };
  changeSubscription(account, id, changes, request);
}
