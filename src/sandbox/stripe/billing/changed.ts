import type Stripe from 'stripe';
import type { Account } from '../account.js';
import { idOf } from '../ids.js';
import { previousMetadata } from '../metadata.js';
import type { Subscription } from './records.js';

type Cause = Stripe.Event.Request | undefined;

/** Keeps what has changed of a subscription and tells of it, with the old values. Nothing is told when nothing has. */
export function changeSubscription(
  account: Account,
  id: string,
  changes: Partial<Subscription>,
  request?: Cause,
): Subscription {
  const before = account.store.subscriptions.get(id);
  const after = account.store.subscriptions.update(id, changes);
  const previous = previousOf(before, after);
  if (Object.keys(previous).length > 0) {
    account.record('customer.subscription.updated', after, { previous, request });
  }
  return after;
}

/** The same for an invoice. */
export function changeInvoice(
  account: Account,
  id: string,
  changes: Partial<Stripe.Invoice>,
  request?: Cause,
): Stripe.Invoice {
  const before = account.store.invoices.get(id);
  const after = account.store.invoices.update(id, changes);
  const previous = previousOf(before, after);
  if (Object.keys(previous).length > 0) account.record('invoice.updated', after, { previous, request });
  return after;
}

/** What the customer owes from earlier invoices; below zero it is theirs. */
export function setBalance(account: Account, customer: Stripe.Invoice['customer'], balance: number): void {
  const before = account.store.customers.find(idOf(customer));
  if (!before || before.deleted || before.balance === balance) return;
  const after = account.store.customers.put({ ...before, balance });
  account.record('customer.updated', after, { previous: { balance: before.balance } });
}

function previousOf(before: object, after: object): Record<string, unknown> {
  const changed = Object.entries(before).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(Reflect.get(after, key)),
  );
  return Object.fromEntries(
    changed.map(([key, value]: [string, unknown]) => [
      key,
      key === 'metadata'
        ? previousMetadata(value as Stripe.Metadata, Reflect.get(after, key) as Stripe.Metadata)
        : value,
    ]),
  );
}
