import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest } from '../errors.js';
import { trialPeriod, wholePeriod } from './charging-for-time.js';
import { checkPays, collect, methodOf } from './collecting.js';
import type { InvoiceOrder } from './invoice-object.js';
import { draftOf, finalize, keepInvoice, payInvoiceOf } from './invoicing.js';
import type { Subscription } from './records.js';
import { newSubscription, periodOf, type SubscriptionStart } from './subscription-object.js';

export type PaymentBehaviour = 'allow_incomplete' | 'default_incomplete' | 'error_if_incomplete';

interface FirstPayment {
  behaviour: PaymentBehaviour;
  offSession: boolean;
  /** At Checkout it was paid before there is anything to pay for. */
  paidBy?: Stripe.PaymentIntent;
  request?: Stripe.Event.Request;
}

/** Begins a subscription with its first invoice. What is refused here has left nothing behind. */
export function subscribe(account: Account, start: SubscriptionStart, first: FirstPayment): Subscription {
  const { behaviour, offSession, paidBy, request } = first;
  const made = newSubscription(account, start);
  const order = firstInvoice(account, made);
  const due = draftOf(account, order).amount_due;
  if (due > 0 && !paidBy && behaviour !== 'default_incomplete') {
    const method = methodOf(account, made);
    if (!method) throw nothingToPayWith();
    if (behaviour === 'error_if_incomplete') checkPays(account, method, offSession);
  }
  const invoice = keepInvoice(account, order);
  const status = due === 0 && made.status === 'incomplete' ? 'active' : made.status;
  const begun = account.store.subscriptions.put({ ...made, latest_invoice: invoice.id, status });
  account.record('customer.subscription.created', begun, { request });
  account.record('invoice.created', invoice, { request });
  finalize(account, invoice.id, { request, begun: paidBy });
  if (paidBy) payInvoiceOf(account, paidBy);
  else if (due > 0 && behaviour !== 'default_incomplete') collect(account, invoice.id, { request });
  return account.store.subscriptions.get(begun.id);
}

/** What a subscription that is to begin costs at once. */
export function firstInvoice(account: Account, made: Subscription): InvoiceOrder {
  const line = made.status === 'trialing' ? trialPeriod(account, made) : wholePeriod(account, made, periodOf(made));
  const period = { start: made.created, end: made.created };
  return { subscription: made, lines: [line], reason: 'subscription_create', period, finalizesAt: null };
}

export function nothingToPayWith(): Error {
  const message =
    'This customer has no attached payment source or default payment method. Please consider adding a default payment method. For more ' +
    'information, visit https://stripe.com/docs/billing/subscriptions/payment-methods-setting#payment-method-priority.';
  return invalidRequest(message, { code: 'resource_missing' });
}
