import type Stripe from 'stripe';
import type { Account } from './account.js';
import { invalidRequest, type StripeApiError } from './errors.js';
import { route } from './routes.js';
import { asOfNow } from './settlement.js';

export const balanceRoutes = [
  route({
    method: 'GET',
    path: '/v1/balance',
    answers: 'balance',
    params: {},
    handle: ({ account }) => balanceOf(account),
  }),
];

interface Funds {
  available: number;
  pending: number;
}

/** What there is of each currency: the balance is the sum of its transactions and nothing else. */
export function fundsByCurrency(account: Account): Map<string, Funds> {
  const funds = new Map<string, Funds>();
  for (const transaction of account.store.balanceTransactions.all()) {
    const { currency, net, status } = asOfNow(transaction, account.now());
    const { available, pending } = funds.get(currency) ?? { available: 0, pending: 0 };
    const isAvailable = status === 'available';
    funds.set(currency, {
      available: available + (isAvailable ? net : 0),
      pending: pending + (isAvailable ? 0 : net),
    });
  }
  return funds;
}

export function availableIn(account: Account, currency: string): number {
  return fundsByCurrency(account).get(currency)?.available ?? 0;
}

/** Everything that is pending can be used from now on. */
export function makeAvailable(account: Account): void {
  const { balanceTransactions } = account.store;
  const now = account.now();
  for (const transaction of balanceTransactions.filter((each) => asOfNow(each, now).status === 'pending')) {
    balanceTransactions.update(transaction.id, { available_on: now, status: 'available' });
  }
}

export function balanceInsufficient(message: string): StripeApiError {
  return invalidRequest(message, { code: 'balance_insufficient' });
}

function balanceOf(account: Account): Stripe.Balance {
  const funds = [...fundsByCurrency(account)];
  // An account that nothing has happened to shows an empty balance in its own currency.
  const shown: [string, Funds][] = funds.length > 0 ? funds : [['usd', { available: 0, pending: 0 }]];
  const part = (kind: keyof Funds) =>
    shown.map(([currency, { [kind]: amount }]) => ({ amount, currency, source_types: { card: amount } }));
  return {
    object: 'balance',
    available: part('available'),
    connect_reserved: shown.map(([currency]) => ({ amount: 0, currency })),
    livemode: false,
    pending: part('pending'),
  } satisfies Stripe.Balance;
}
