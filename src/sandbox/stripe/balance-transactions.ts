import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { newId } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { cardFee } from './money.js';
import { text, unsupported, type ShapeOf } from './params.js';
import { route } from './routes.js';
import { asOfNow, settled } from './settlement.js';
import { fundsAtOnce } from './test-cards.js';

const settlesAfterSeconds = 2 * 24 * 60 * 60;

const filters = {
  ...createdFilter,
  currency: text(),
  payout: unsupported(),
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
    from: (account) => account.store.balanceTransactions.newestFirst().map((each) => asOfNow(each, account.now())),
    keep: (transaction, { currency, source, type }) =>
      (currency === undefined || transaction.currency === currency) &&
      (source === undefined || transaction.source === source) &&
      (type === undefined || transaction.type === type),
  }),
];

/** One movement on the balance. The amount is in the currency of the charge; below zero it leaves the balance. */
export interface Movement {
  source: string;
  amount: number;
  currency: string;
  type: 'adjustment' | 'charge' | 'refund' | 'refund_failure';
  category: 'charge' | 'dispute' | 'dispute_reversal' | 'refund' | 'refund_failure';
  description: string | null;
  /** In the currency of the balance, and reckoned from the amount there. */
  fee?: { of: (settledAmount: number) => number; description: string };
  availableAt: 'once' | 'settlement';
}

/** Books it in the currency in which the account settles, at the rate of this moment. */
export function book(account: Account, movement: Movement): Stripe.BalanceTransaction {
  const { source, type, category, description } = movement;
  const { amount, currency, exchangeRate } = settled(account, movement.amount, movement.currency);
  const fee = movement.fee?.of(amount) ?? 0;
  const created = account.now();
  return account.store.balanceTransactions.put({
    id: newId('balance_transaction'),
    object: 'balance_transaction',
    amount,
    available_on: created + (movement.availableAt === 'once' ? 0 : settlesAfterSeconds),
    balance_type: 'payments',
    created,
    currency,
    description,
    // Recorded: a dispute's movements are converted like all others, but show no rate.
    exchange_rate: type === 'adjustment' ? null : exchangeRate,
    fee,
    fee_details: movement.fee
      ? [{ amount: fee, application: null, currency, description: movement.fee.description, type: 'stripe_fee' }]
      : [],
    net: amount - fee,
    reporting_category: category,
    source,
    status: movement.availableAt === 'once' ? 'available' : 'pending',
    type,
  });
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
