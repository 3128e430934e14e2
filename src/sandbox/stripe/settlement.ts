import type Stripe from 'stripe';
import type { Account } from './account.js';
import { checkCurrency, decimals } from './money.js';

/** Charges in one currency (the id) are booked on the balance in another. */
export interface SettlementCurrency {
  id: string;
  currency: string;
  /** How much of `currency` one whole unit of the other brings, as decimal text: `'0.92'`. */
  rate: string;
}

/** An amount as it stands on the balance. */
interface SettledAmount {
  amount: number;
  currency: string;
  /** Null where nothing was converted. */
  exchangeRate: number | null;
}

/** From now on; what is booked already keeps its rate. */
export function settleIn(account: Account, charged: string, currency: string, rate: string): void {
  const [id, other] = [checkCurrency(charged, 'currency'), checkCurrency(currency, 'currency')];
  if (!/^\d{1,9}(\.\d{1,12})?$/.test(rate) || Number(rate) === 0) throw new Error(`'${rate}' is no exchange rate.`);
  if (id === other) throw new Error(`${id} settles in itself without a rate.`);
  account.store.settlementCurrencies.put({ id, currency: other, rate });
}

/** Converts at the rate of this moment, to the nearest minor unit, halves away from zero. */
export function settled(account: Account, amount: number, currency: string): SettledAmount {
  const settlement = account.store.settlementCurrencies.find(currency);
  if (!settlement) return { amount, currency, exchangeRate: null };
  const { rate } = settlement;
  const shift = decimals(settlement.currency) - decimals(currency);
  const converted = times(Math.abs(amount), rate, shift);
  return {
    amount: amount < 0 ? -converted : converted,
    currency: settlement.currency,
    // Stripe's rate leads from one `amount` to the other, so it counts minor units.
    exchangeRate: Number((Number(rate) * 10 ** shift).toPrecision(12)),
  };
}

/**
 * Money becomes available by the passing of time alone. What is paid out is dated on the day of its arrival, but has left
 * the available balance at once.
 */
export function asOfNow(transaction: Stripe.BalanceTransaction, now: number): Stripe.BalanceTransaction {
  const available = transaction.type === 'payout' || transaction.available_on <= now;
  return { ...transaction, status: available ? 'available' : 'pending' };
}

function times(amount: number, rate: string, shift: number): number {
  const [whole = '0', fraction = ''] = rate.split('.');
  const numerator = BigInt(amount) * BigInt(whole + fraction) * 10n ** BigInt(Math.max(shift, 0));
  const denominator = 10n ** BigInt(fraction.length + Math.max(-shift, 0));
  return Number((2n * numerator + denominator) / (2n * denominator));
}
