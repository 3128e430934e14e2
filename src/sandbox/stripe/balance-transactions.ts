import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { idOf, newId } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { cardFee } from './money.js';
import { text, type ShapeOf } from './params.js';
import { checkReconciled } from './payout-parts.js';
import { route } from './routes.js';
import { asOfNow, settled } from './settlement.js';
import { fundsAtOnce } from './test-cards.js';

const filters = {
  ...createdFilter,
  currency: text(),
  payout: text(),
  source: text(),
  type: text(),
} satisfies Omit<ShapeOf<Stripe.BalanceTransactionListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const balanceTransactionRoutes = [
  route({
    method: 'GET',
    path: '/v1/balance_transactions/:id',
    answers: 'balance_transaction',
    params: {},
    handle({ account, id }) {
      const transaction = account.store.balanceTransactions.find(id);
      if (!transaction) throw noSuch('balance transaction', id, 'id', 404);
      return asOfNow(transaction, account.now());
    },
  }),
  listRoute({
    path: '/v1/balance_transactions',
    object: 'balance_transaction',
    noun: 'balance transaction',
    filters,
    check(wanted, account) {
      if (wanted.payout !== undefined) checkReconciled(account, wanted.payout);
    },
    from: (account) => account.store.balanceTransactions.newestFirst().map((each) => asOfNow(each, account.now())),
    keep: (transaction, { currency, payout, source, type }, { store }) =>
      (payout === undefined || store.payoutParts.find(transaction.id)?.payout === payout) &&
      (currency === undefined || transaction.currency === currency) &&
      (source === undefined || transaction.source === source) &&
      (type === undefined || transaction.type === type),
  }),
];

/** What stands on the balance once it is there, in a currency of the balance; below zero it leaves. */
interface Entry {
  source: string;
  amount: number;
  currency: string;
  type:
    | 'adjustment'
    | 'charge'
    | 'payout'
    | 'payout_cancel'
    | 'payout_failure'
    | 'refund'
    | 'refund_failure'
    | 'transfer'
    | 'transfer_refund';
  category:
    | 'charge'
    | 'dispute'
    | 'dispute_reversal'
    | 'payout'
    | 'payout_reversal'
    | 'refund'
    | 'refund_failure'
    | 'transfer'
    | 'transfer_reversal';
  description: string | null;
  fee?: { amount: number; description: string };
  exchangeRate?: number | null;
  /** Unix seconds. */
  availableOn: number;
}

/** Adds it as it is, without converting anything. */
export function enter(account: Account, entry: Entry): Stripe.BalanceTransaction {
  const { source, amount, currency, type, category, description, fee, exchangeRate = null, availableOn } = entry;
  const created = account.now();
  const transaction = account.store.balanceTransactions.put({
    id: newId('balance_transaction'),
    object: 'balance_transaction',
    amount,
    available_on: availableOn,
    balance_type: 'payments',
    created,
    currency,
    description,
    exchange_rate: exchangeRate,
    fee: fee?.amount ?? 0,
    fee_details: fee
      ? [{ amount: fee.amount, application: null, currency, description: fee.description, type: 'stripe_fee' }]
      : [],
    net: amount - (fee?.amount ?? 0),
    reporting_category: category,
    source,
    status: 'pending',
    type,
  });
  return account.store.balanceTransactions.put(asOfNow(transaction, created));
}

/** One movement on the balance. The amount is in the currency of the charge; below zero it leaves the balance. */
export interface Movement extends Pick<Entry, 'source' | 'amount' | 'currency' | 'description'> {
  type: 'adjustment' | 'charge' | 'refund' | 'refund_failure';
  category: 'charge' | 'dispute' | 'dispute_reversal' | 'refund' | 'refund_failure';
  /** In the currency of the balance, and reckoned from the amount there. */
  fee?: { of: (settledAmount: number) => number; description: string };
  /** Unix seconds, where it depends on something else. */
  availableAt: 'once' | 'settlement' | number;
}

/** Books it in the currency in which the account settles, at the rate of this moment. */
export function book(account: Account, movement: Movement): Stripe.BalanceTransaction {
  const { type, fee, availableAt } = movement;
  const { amount, currency, exchangeRate } = settled(account, movement.amount, movement.currency);
  return enter(account, {
    ...movement,
    amount,
    currency,
    fee: fee && { amount: fee.of(amount), description: fee.description },
    // Recorded: a dispute's movements are converted like all others, but show no rate.
    exchangeRate: type === 'adjustment' ? null : exchangeRate,
    availableOn:
      typeof availableAt === 'number'
        ? availableAt
        : account.now() + (availableAt === 'once' ? 0 : account.availableAfterSeconds),
  });
}

/** When the money of a charge can be used: now, if it can be already. */
export function availableWith(account: Account, charge: Stripe.Charge): number {
  const { balanceTransactions } = account.store;
  const booked = balanceTransactions.find(idOf(charge.balance_transaction));
  const expected = account.now() + (fundsAtOnce(charge) ? 0 : account.availableAfterSeconds);
  return Math.max(account.now(), booked?.available_on ?? expected);
}

/**
 * Charges are captured asynchronously: the balance transaction follows a moment later and is announced by
 * `charge.updated`. This settles every charge that still waits for its own.
 */
export function settleCharges(account: Account): void {
  const { charges } = account.store;
  const waiting = charges.filter(
    ({ status, captured, balance_transaction: booked }) => status === 'succeeded' && captured && booked === null,
  );
  for (const charge of waiting) {
    const transaction = book(account, {
      source: charge.id,
      amount: charge.amount_captured,
      currency: charge.currency,
      type: 'charge',
      category: 'charge',
      description: charge.description,
      fee: { of: cardFee, description: 'Stripe processing fees' },
      availableAt: fundsAtOnce(charge) ? 'once' : 'settlement',
    });
    const settledCharge = charges.update(charge.id, { balance_transaction: transaction.id });
    account.record('charge.updated', settledCharge, { previous: { balance_transaction: null } });
  }
}
