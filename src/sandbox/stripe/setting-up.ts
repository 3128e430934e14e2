import type Stripe from 'stripe';
import type { Account } from './account.js';
import { newId } from './ids.js';
import { attach, isSetUp, markSetUp } from './keeping-methods.js';
import { askTheBank } from './next-action.js';
import { cardOf, paymentError, type Decline } from './test-cards.js';

type Cause = Stripe.Event.Request | undefined;

/** What came of an attempt at saving a payment method. */
type SetUp =
  | { outcome: 'saved' | 'requires_action'; intent: Stripe.SetupIntent }
  | { outcome: 'declined'; intent: Stripe.SetupIntent; decline: Decline };

/** Asks the bank whether a payment method may be kept; it may want to see its holder first. */
export function setUp(
  account: Account,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  { returnUrl, request }: { returnUrl: string | null; request?: Stripe.Event.Request },
): SetUp {
  const card = cardOf(method);
  const attempt = { latest_attempt: newId('setup_attempt'), last_setup_error: null };
  if (card?.decline && !card.saves) {
    const error = setupError(card.decline, method);
    const failed = failSetup(account, intent.id, { ...attempt, last_setup_error: error }, request);
    return { outcome: 'declined', intent: failed, decline: card.decline };
  }
  const asks = card?.authentication === 'always' || (card?.authentication === 'once' && !isSetUp(account, method));
  if (!asks) {
    account.store.setupIntents.update(intent.id, attempt);
    return { outcome: 'saved', intent: save(account, intent, method, request) };
  }
  const waiting = account.store.setupIntents.update(intent.id, {
    ...attempt,
    next_action: askTheBank(account, intent.id, returnUrl),
    payment_method: method.id,
    status: 'requires_action',
  });
  account.record('setup_intent.requires_action', waiting, { request });
  return { outcome: 'requires_action', intent: waiting };
}

/** The bank agrees: recorded, it is attached to its customer before the success is told. */
export function save(
  account: Account,
  intent: Stripe.SetupIntent,
  method: Stripe.PaymentMethod,
  request?: Cause,
): Stripe.SetupIntent {
  const { setupIntents } = account.store;
  // Without one, it can be attached to a customer later.
  if (typeof intent.customer === 'string') attach(account, method, intent.customer, request);
  markSetUp(account, method);
  const saved = setupIntents.update(intent.id, { next_action: null, payment_method: method.id, status: 'succeeded' });
  account.record('setup_intent.succeeded', saved, { request });
  return saved;
}

/** Not its end: it waits for another payment method. */
export function failSetup(
  account: Account,
  id: string,
  changes: Partial<Stripe.SetupIntent>,
  request?: Cause,
): Stripe.SetupIntent {
  const failed = account.store.setupIntents.update(id, {
    ...changes,
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  account.record('setup_intent.setup_failed', failed, { request });
  return failed;
}

/** Recorded: unlike a payment's, it does not name the type of the method. */
function setupError(decline: Decline, method: Stripe.PaymentMethod): Stripe.SetupIntent.LastSetupError {
  const { advice_code, code, decline_code, doc_url, message, network_decline_code, payment_method, type } =
    paymentError(decline, undefined, method);
  return { advice_code, code, decline_code, doc_url, message, network_decline_code, payment_method, type };
}
