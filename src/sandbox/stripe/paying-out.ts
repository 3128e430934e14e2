import type Stripe from 'stripe';
import type { Account } from './account.js';
import { availableIn, balanceInsufficient, fundsByCurrency } from './balance.js';
import { enter } from './balance-transactions.js';
import { idOf } from './ids.js';
import { failures, newPayout, traced, type PayoutFailure, type PayoutOrder } from './payout-object.js';
import { asOfNow } from './settlement.js';

type Status = 'pending' | 'in_transit' | 'paid' | 'failed' | 'canceled';
type Step = 'send' | 'arrive' | 'fail' | 'cancel';

/** What can become of a payout: from → to. Also one that has arrived can fail. */
const steps: Record<Step, Partial<Record<string, Status>>> = {
  send: { pending: 'in_transit' },
  arrive: { in_transit: 'paid' },
  fail: { pending: 'failed', in_transit: 'failed', paid: 'failed' },
  cancel: { pending: 'canceled' },
};

const tooLittle =
  'You have insufficient funds in your Stripe account for this transfer. Your card balance is too low.  You can use ' +
  'the /v1/balance endpoint to view your Stripe balance (for more details, see stripe.com/docs/api#balance).';

/** Takes the money from the balance at once, and sends it later. */
export function payOut(account: Account, order: PayoutOrder): Stripe.Payout {
  if (availableIn(account, order.currency) < order.amount) throw balanceInsufficient(tooLittle);
  const made = newPayout(order, account.now());
  const booked = enter(account, {
    source: made.id,
    amount: -order.amount,
    currency: order.currency,
    type: 'payout',
    category: 'payout',
    description: order.description,
    // Recorded: dated on its arrival.
    availableOn: made.arrival_date,
  });
  const payout = account.store.payouts.put({ ...made, balance_transaction: booked.id });
  account.record('payout.created', payout, { request: order.request });
  return payout;
}

/** As the schedule does it: everything that is available, a payout for each currency, of what no earlier one consisted of. */
export function payOutAll(account: Account, only?: string): Stripe.Payout[] {
  const { balanceTransactions, payoutParts } = account.store;
  const due = [...fundsByCurrency(account)].filter(
    ([currency, { available }]) =>
      (only === undefined || currency === only) && available > 0 && available % wholeUnit(currency) === 0,
  );
  return due.map(([currency, { available }]) => {
    const parts = balanceTransactions.filter(
      (each) =>
        each.currency === currency &&
        asOfNow(each, account.now()).status === 'available' &&
        payoutParts.find(each.id) === undefined,
    );
    const order = { amount: available, currency, automatic: true, metadata: {}, statementDescriptor: null };
    const payout = payOut(account, { ...order, description: 'STRIPE PAYOUT' });
    // Its own movement is listed with them.
    for (const { id } of [...parts, { id: idOf(payout.balance_transaction) }]) {
      payoutParts.put({ id, payout: payout.id });
    }
    return payout;
  });
}

/** The bank has it on its way; Stripe knows then what an automatic payout consists of. */
export function sendPayout(account: Account, id: string): Stripe.Payout {
  const { status } = account.store.payouts.get(id);
  const sent = move(account, id, 'send', {});
  account.record('payout.updated', sent, { previous: { status } });
  if (!sent.automatic) return sent;
  const reconciled = account.store.payouts.update(id, { reconciliation_status: 'completed' });
  account.record('payout.reconciliation_completed', reconciled);
  return reconciled;
}

export function arrivePayout(account: Account, id: string): Stripe.Payout {
  if (account.store.payouts.get(id).status === 'pending') sendPayout(account, id);
  const paid = move(account, id, 'arrive', { trace_id: traced() });
  account.record('payout.paid', paid);
  return paid;
}

/** The bank sends it back, also days after it has arrived: the money is on the balance again. */
export function failPayout(account: Account, id: string, code: PayoutFailure): Stripe.Payout {
  return giveBack(account, move(account, id, 'fail', { failure_code: code, failure_message: failures[code] }));
}

export function cancelPayout(account: Account, id: string, request?: Stripe.Event.Request): Stripe.Payout {
  return giveBack(account, move(account, id, 'cancel', {}), request);
}

/** What arrives when its day has come. */
export function arriveDuePayouts(account: Account): void {
  const due = account.store.payouts.filter(
    ({ status, arrival_date: day }) => (status === 'pending' || status === 'in_transit') && day <= account.now(),
  );
  for (const { id } of due) arrivePayout(account, id);
}

/** Some currencies have two decimals for charges and none for payouts. */
export function wholeUnit(currency: string): number {
  return currency === 'huf' || currency === 'twd' ? 100 : 1;
}

function giveBack(account: Account, payout: Stripe.Payout, request?: Stripe.Event.Request): Stripe.Payout {
  const { id, amount, currency, description, status } = payout;
  const failed = status === 'failed';
  const booked = enter(account, {
    source: id,
    amount,
    currency,
    type: failed ? 'payout_failure' : 'payout_cancel',
    category: 'payout_reversal',
    description: `REFUND FOR PAYOUT${description === null ? '' : ` (${description})`}`,
    availableOn: account.now(),
  });
  const done = account.store.payouts.update(id, { failure_balance_transaction: booked.id });
  account.record(failed ? 'payout.failed' : 'payout.canceled', done, { request });
  return done;
}

function move(account: Account, id: string, step: Step, changes: Partial<Stripe.Payout>): Stripe.Payout {
  const { status } = account.store.payouts.get(id);
  const next = steps[step][status];
  if (next === undefined) throw new Error(`Payout ${id} is ${status}: there is no way to ${step} it.`);
  return account.store.payouts.update(id, { ...changes, status: next });
}
