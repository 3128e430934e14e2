import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf } from '../ids.js';
import { stopCollecting } from './invoicing.js';
import type { Subscription } from './records.js';

/** Ends it now. No money goes back by itself, and what is owed is not collected any more. */
export function endSubscription(
  account: Account,
  subscription: Subscription,
  details: Partial<Stripe.Subscription.CancellationDetails>,
  request?: Stripe.Event.Request,
): Subscription {
  const now = account.now();
  const { id, canceled_at: asked, schedule } = subscription;
  const ended = account.store.subscriptions.update(id, {
    canceled_at: asked ?? now,
    cancellation_details: { ...noDetails, ...subscription.cancellation_details, ...details },
    ended_at: now,
    status: 'canceled',
  });
  for (const { id: line } of account.store.pendingLines.filter((each) => each.subscription === id)) {
    account.store.pendingLines.delete(line);
  }
  account.record('customer.subscription.deleted', ended, { request });
  stopCollecting(account, id, request);
  endSchedule(account, idOf(schedule), request);
  return ended;
}

/** A customer's subscriptions end with it. */
export function endSubscriptionsOf(account: Account, customer: string, request?: Stripe.Event.Request): void {
  const left = account.store.subscriptions.filter((each) => idOf(each.customer) === customer && each.ended_at === null);
  for (const each of left) endSubscription(account, each, { reason: 'cancellation_requested' }, request);
}

/** The first payment did not come within 23 hours. */
export function expireIncomplete(account: Account, { id, latest_invoice: latest }: Subscription): void {
  const now = account.now();
  const expired = account.store.subscriptions.update(id, { ended_at: now, status: 'incomplete_expired' });
  account.record('customer.subscription.updated', expired, { previous: { ended_at: null, status: 'incomplete' } });
  const invoice = account.store.invoices.find(idOf(latest));
  if (invoice?.status === 'open') voidInvoice(account, invoice);
}

export function voidInvoice(account: Account, invoice: Stripe.Invoice, request?: Stripe.Event.Request): Stripe.Invoice {
  const voided = account.store.invoices.update(invoice.id, {
    auto_advance: false,
    next_payment_attempt: null,
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: account.now() },
  });
  const open = account.store.invoicePayments.filter((each) => each.invoice === invoice.id && each.status === 'open');
  for (const payment of open) {
    const transitions = { ...payment.status_transitions, canceled_at: account.now() };
    account.store.invoicePayments.update(payment.id, { status: 'canceled', status_transitions: transitions });
    const intent = account.store.paymentIntents.update(idOf(payment.payment.payment_intent ?? null), {
      canceled_at: account.now(),
      cancellation_reason: 'void_invoice',
      next_action: null,
      status: 'canceled',
    });
    account.record('payment_intent.canceled', intent, { request });
  }
  account.record('invoice.voided', voided, { request });
  return voided;
}

function endSchedule(account: Account, id: string, request?: Stripe.Event.Request): void {
  if (!account.store.subscriptionSchedules.find(id)) return;
  const changes = { canceled_at: account.now(), current_phase: null, status: 'canceled' as const };
  const canceled = account.store.subscriptionSchedules.update(id, changes);
  account.record('subscription_schedule.canceled', canceled, { request });
}

const noDetails: Stripe.Subscription.CancellationDetails = {
  comment: null,
  feedback: null,
  feedback_option: null,
  reason: null,
};
