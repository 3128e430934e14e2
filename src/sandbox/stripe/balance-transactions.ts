import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { newId } from './ids.js';
import { createdFilter, listRoute } from './lists.js';
import { cardFee } from './money.js';
import { text, unsupported, type ShapeOf } from './params.js';
import { route } from './routes.js';
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
      return asOfNow(transaction, account);
    },
  }),
  listRoute({
    path: '/v1/balance_transactions',
    object: 'balance_transaction',
    noun: 'balance transaction',
    filters,
    from: (account) => account.store.balanceTransactions.newestFirst().map((each) => asOfNow(each, account)),
    keep: (transaction, { currency, source, type }) =>
      (currency === undefined || transaction.currency === currency) &&
      (source === undefined || transaction.source === source) &&
      (type === undefined || transaction.type === type),
  }),
];

/**
 * Charges are captured asynchronously: the balance transaction follows a moment later and is announced by
 * `charge.updated`. This settles every charge that still waits for its own.
 */
export function settleCharges(account: Account): void {
  const { charges, balanceTransactions } = account.store;
  const waiting = charges.filter((charge) => charge.status === 'succeeded' && charge.balance_transaction === null);
  for (const charge of waiting) {
    const transaction = balanceTransactions.put(transactionFor(charge, account.now()));
    const settled = charges.update(charge.id, { balance_transaction: transaction.id });
    account.record('charge.updated', settled, { previous: { balance_transaction: null } });
  }
}

function transactionFor(charge: Stripe.Charge, created: number): Stripe.BalanceTransaction {
  const fee = cardFee(charge.amount);
  const availableOn = created + (fundsAtOnce(charge) ? 0 : settlesAfterSeconds);
  return {
    id: newId('balance_transaction'),
    object: 'balance_transaction',
    amount: charge.amount,
    available_on: availableOn,
    balance_type: 'payments',
    created,
    currency: charge.currency,
    description: charge.description,
    exchange_rate: null,
    fee,
    fee_details: [
      {
        amount: fee,
        application: null,
        currency: charge.currency,
        description: 'Stripe processing fees',
        type: 'stripe_fee',
      },
    ],
    net: charge.amount - fee,
    reporting_category: 'charge',
    source: charge.id,
    status: 'pending',
    type: 'charge',
  };
}

function asOfNow(transaction: Stripe.BalanceTransaction, account: Account): Stripe.BalanceTransaction {
  return { ...transaction, status: transaction.available_on <= account.now() ? 'available' : 'pending' };
}
