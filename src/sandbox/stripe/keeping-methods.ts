import type Stripe from 'stripe';
import type { Account } from './account.js';
import { customerNamed } from './customers.js';
import { invalidRequest, noSuch, StripeApiError } from './errors.js';
import { idOf } from './ids.js';
import { cardPaymentMethod } from './payment-method-object.js';
import { cardOf, findCard, isRefused } from './test-cards.js';
import { cardNumberOf } from './test-tokens.js';

type Cause = Stripe.Event.Request | undefined;

/** The payment method that a parameter or a path names; a token such as `pm_card_visa` names a new one every time. */
export function methodNamed(account: Account, id: string, status: 400 | 404 = 400): Stripe.PaymentMethod {
  const number = cardNumberOf(id);
  const method = number === undefined ? account.store.paymentMethods.find(id) : methodOfCard(account, number);
  if (!method) throw noSuch('PaymentMethod', id, 'payment_method', status);
  return method;
}

/** Refuses a payment method that cannot be used by this customer, in the recorded words; `about` is what it was to be used for. */
export function checkUsable(
  account: Account,
  method: Stripe.PaymentMethod,
  customer: string | null,
  about: { noun: 'PaymentIntent'; payment_intent?: object } | { noun: 'SetupIntent'; setup_intent?: object },
): void {
  const { noun, ...intent } = about;
  if (method.customer !== null && customer === null) {
    const supplied =
      noun === 'PaymentIntent'
        ? `The \`payment_method\` parameter supplied ${method.id} belongs`
        : `The payment method supplied (${method.id}) belongs`;
    const message =
      `${supplied} to the Customer ${idOf(method.customer)}. ` +
      `Please include the Customer in the \`customer\` parameter on the ${noun}.`;
    const details =
      noun === 'PaymentIntent' ? { code: 'parameter_missing', param: 'source' } : { param: 'payment_method' };
    throw invalidRequest(message, { ...details, ...intent });
  }
  if (method.customer !== null && method.customer !== customer) {
    const message =
      `The PaymentMethod ${method.id} does not belong to the Customer you supplied ${customer}. ` +
      'Please use this PaymentMethod with the Customer that it belongs to instead.';
    throw invalidRequest(message, { param: 'payment_method', ...intent });
  }
  if (isSpent(account, method)) throw spent(intent);
}

/** Saves it with a customer. A card that the bank declines cannot be. */
export function attach(
  account: Account,
  method: Stripe.PaymentMethod,
  customerId: string,
  request?: Cause,
): Stripe.PaymentMethod {
  const customer = customerNamed(account.store, customerId, 'customer');
  if (method.customer === customer.id) return method;
  if (method.customer !== null) {
    throw invalidRequest('The payment method you provided has already been attached to a customer.');
  }
  if (isSpent(account, method)) throw spent();
  const card = cardOf(method);
  if (card?.decline && !card.saves) {
    const { code, declineCode, message } = card.decline;
    throw new StripeApiError(402, { code, decline_code: declineCode, message, type: 'card_error' });
  }
  const attached = account.store.paymentMethods.update(method.id, {
    customer: customer.id,
    // Recorded: the bank is asked about the card when it is attached.
    ...(method.card && { card: { ...method.card, checks: verified(method.card) } }),
  });
  account.record('payment_method.attached', attached, { request });
  return attached;
}

/** Takes it from its customer, for good: it cannot be used again. */
export function detach(account: Account, method: Stripe.PaymentMethod, request?: Cause): Stripe.PaymentMethod {
  if (method.customer === null) {
    throw invalidRequest('The payment method you provided is not attached to a customer so detachment is impossible.');
  }
  const customerId = idOf(method.customer);
  const detached = account.store.paymentMethods.update(method.id, { customer: null });
  spend(account, method);
  account.record('payment_method.detached', detached, { request, previous: { customer: customerId } });
  const customer = account.store.customers.find(customerId);
  if (customer && !customer.deleted && customer.invoice_settings.default_payment_method === method.id) {
    const { invoice_settings: before } = customer;
    const settings = { ...before, default_payment_method: null };
    const after = account.store.customers.put({ ...customer, invoice_settings: settings });
    const previous = { invoice_settings: { default_payment_method: method.id } };
    account.record('customer.updated', after, { request, previous });
  }
  return detached;
}

/** The bank has agreed to payments in the buyer's absence. */
export function markSetUp(account: Account, { id }: Stripe.PaymentMethod): void {
  account.store.methodUses.put({ ...account.store.methodUses.find(id), id, setUp: true });
}

export function isSetUp(account: Account, { id }: Stripe.PaymentMethod): boolean {
  return account.store.methodUses.find(id)?.setUp ?? false;
}

/** What was used without a customer, or was taken from one, cannot be used again. */
export function spend(account: Account, { id }: Stripe.PaymentMethod): void {
  account.store.methodUses.put({ ...account.store.methodUses.find(id), id, spent: true });
}

function isSpent(account: Account, { id }: Stripe.PaymentMethod): boolean {
  return account.store.methodUses.find(id)?.spent ?? false;
}

function spent(intent: object = {}): StripeApiError {
  const message =
    'The provided PaymentMethod was previously used with a PaymentIntent without Customer attachment, shared with a ' +
    'connected account without Customer attachment, or was detached from a Customer. It may not be used again. To use ' +
    'a PaymentMethod multiple times, you must attach it to a Customer first.';
  return invalidRequest(message, intent);
}

function methodOfCard(account: Account, number: string): Stripe.PaymentMethod {
  const card = findCard(number);
  if (isRefused(card)) throw new Error(`${number} is no test card.`);
  const expYear = account.time().getUTCFullYear() + 1;
  const method = cardPaymentMethod(account, card, { expMonth: account.time().getUTCMonth() + 1, expYear });
  return method.card
    ? account.store.paymentMethods.update(method.id, {
        card: { ...method.card, checks: { ...noChecks, cvc_check: 'unchecked' } },
      })
    : method;
}

const noChecks = { address_line1_check: null, address_postal_code_check: null };

function verified({ checks }: Stripe.PaymentMethod.Card): Stripe.PaymentMethod.Card['checks'] {
  return checks?.cvc_check === 'unchecked' ? { ...checks, cvc_check: 'pass' } : checks;
}
