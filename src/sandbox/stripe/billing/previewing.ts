import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { invalidRequest, missingParameter } from '../errors.js';
import { idOf, newId } from '../ids.js';
import {
  emptyable,
  hash,
  integer,
  listOf,
  moment,
  oneOf,
  text,
  unsupported,
  type ParamsOf,
  type ShapeOf,
} from '../params.js';
import { updateInvoice, workOut } from './changing.js';
import { draftOf } from './invoicing.js';
import { afterPhase } from './phases.js';
import type { Subscription } from './records.js';
import { upcomingInvoice } from './renewing.js';
import { changedItems, prorations } from './subscription-params.js';
import { existingSubscription, wishFrom } from './subscriptions.js';
import { taxRatesNamed } from './tax-rates.js';

const details = {
  billing_cycle_anchor: unsupported(),
  billing_mode: unsupported(),
  billing_schedules: unsupported(),
  cancel_at: unsupported(),
  cancel_at_period_end: unsupported(),
  cancel_now: unsupported(),
  default_tax_rates: emptyable(listOf(text())),
  items: changedItems,
  metadata: unsupported(),
  pause: unsupported(),
  proration_behavior: prorations,
  proration_date: integer({ min: 0 }),
  resume_at: unsupported(),
  start_date: unsupported(),
  trial_end: moment(),
} satisfies ShapeOf<Stripe.InvoiceCreatePreviewParams.SubscriptionDetails>;

export const previewParams = {
  automatic_tax: unsupported(),
  currency: unsupported(),
  customer: text(),
  customer_account: unsupported(),
  customer_details: unsupported(),
  discounts: unsupported(),
  invoice_items: unsupported(),
  issuer: unsupported(),
  on_behalf_of: unsupported(),
  preview_mode: oneOf('next'),
  schedule: unsupported(),
  schedule_details: unsupported(),
  subscription: text(),
  subscription_details: hash(details),
} satisfies ShapeOf<Stripe.InvoiceCreatePreviewParams>;

type Preview = ParamsOf<typeof previewParams>;

/** The subscription that a preview is about. */
export function previewed(account: Account, { customer, subscription: id }: Preview): Subscription {
  if (id === undefined) throw missingParameter('subscription');
  const subscription = existingSubscription(account, id, 400);
  if (customer === undefined || customer === subscription.customer) return subscription;
  throw invalidRequest(`The customer ${customer} does not have a subscription with ID ${id}`, {
    param: 'subscription',
  });
}

/** The next invoice, or that of a change, worked out by what would make it. */
export function preview(account: Account, before: Subscription, params: Preview): Stripe.Invoice {
  const { subscription_details: asked } = params;
  const ends = before.ended_at !== null || (before.cancel_at_period_end && asked?.items === undefined);
  if (ends) {
    const message = `No upcoming invoices for customer: ${idOf(before.customer)}`;
    throw invalidRequest(message, { code: 'invoice_upcoming_none', status: 404 });
  }
  const rates = asked?.default_tax_rates;
  const subscription =
    rates === undefined
      ? before
      : { ...before, default_tax_rates: taxRatesNamed(account, rates ?? [], 'default_tax_rates') };
  const { after, lines, billsNow } = workOut(account, subscription, {
    ...wishFrom(account, subscription, asked?.items, 'subscription_details[items]'),
    prorations: asked?.proration_behavior ?? 'create_prorations',
    prorationDate: asked?.proration_date,
    trialEnd: asked?.trial_end,
  });
  if (billsNow && lines.length > 0) {
    const draft = draftOf(account, { ...updateInvoice(account, after, lines), reason: 'upcoming' });
    return dated({ ...draft, id: newId('upcoming_invoice') }, asked?.proration_date ?? account.now());
  }
  const next = upcomingInvoice(account, asked?.items ? after : afterPhase(account, after), lines);
  return lines.length > 0 ? dated(next, asked?.proration_date ?? account.now()) : next;
}

/** Only previews say when their prorations are reckoned from. */
function dated(invoice: Stripe.Invoice, moment: number): Stripe.Invoice {
  const { parent } = invoice;
  const subscription = parent?.subscription_details;
  if (!parent || !subscription) return invoice;
  const details = { ...subscription, subscription_proration_date: moment };
  return { ...invoice, parent: { ...parent, subscription_details: details } };
}
