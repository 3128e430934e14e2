import type Stripe from 'stripe';
import type { Account } from './account.js';
import { authenticationRequired, cardOf, declineByCode, type Decline } from './test-cards.js';

/**
 * From now on the bank declines a saved card with this code, such as `insufficient_funds`; `authentication_required` wants to see its
 * holder every time; null lets the card do again what it is known for.
 */
export function failCard(account: Account, id: string, code: string | null): void {
  account.store.paymentMethods.get(id);
  const { declines: _, ...use } = account.store.methodUses.find(id) ?? { id };
  account.store.methodUses.put(code === null ? use : { ...use, declines: code });
}

/** What the bank answers to a charge, if it is no. */
export function declineOf(account: Account, method: Stripe.PaymentMethod): Decline | undefined {
  const code = account.store.methodUses.find(method.id)?.declines;
  if (code === undefined) return cardOf(method)?.decline;
  return code === authenticationRequired.declineCode ? cardOf(method)?.decline : declineByCode(code);
}

/** Whether the bank has come to ask for the buyer at every payment. */
export function asksAlways(account: Account, { id }: Stripe.PaymentMethod): boolean {
  return account.store.methodUses.find(id)?.declines === authenticationRequired.declineCode;
}
