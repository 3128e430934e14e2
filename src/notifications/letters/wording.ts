import type { PaymentProvider } from '../../platform/database/index.js';
import { currencyExponent, Money } from '../../platform/money/index.js';

/** `$99.99`, `¥500`, `KWD 1.234`: with as many decimals as the currency has. */
export function inWords(minor: bigint, currency: string): string {
  const money = Money.of(minor, currency);
  const digits = currencyExponent(money.currency);
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  // A numeric string is formatted exactly; a number would not be.
  const [amount] = money.toString().split(' ') as [`${number}`];
  return plainSpaces(format.format(amount));
}

/** `1 token`, `1,200 tokens`. */
export function counted(count: bigint, what: string): string {
  return `${new Intl.NumberFormat('en').format(count)} ${what}${count === 1n ? '' : 's'}`;
}

/** `21 November 2026, 13:05 GMT+3`. */
export function moment(at: Date, timeZone: string): string {
  const zone = knownZone(timeZone);
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: zone }).format(at);
  const time = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  }).format(at);
  return plainSpaces(`${day}, ${time}`);
}

/** `19% in Germany`, `14.975% in Canada (QC)`. The rate is in millionths. */
export function taxAt(millionths: number, country: string | null, region: string | null): string {
  const rate = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 4 }).format(
    millionths / 1_000_000,
  );
  if (country === null) return rate;
  return `${rate} in ${countryName(country)}${region === null ? '' : ` (${region})`}`;
}

const ways: Record<PaymentProvider, { paidWith: string; backTo: string }> = {
  STRIPE: {
    paidWith: 'Card or account, through Stripe',
    backTo: 'The card or account that you paid with; it may take 5 to 10 working days to show there',
  },
  MPESA: { paidWith: 'M-Pesa', backTo: 'Your M-Pesa account' },
  PAYMOB: {
    paidWith: 'Card or account, through Paymob',
    backTo: 'The card or account that you paid with; it may take 5 to 10 working days to show there',
  },
  WALLET: { paidWith: 'Wallet', backTo: 'Your wallet' },
  CASH: { paidWith: 'Cash', backTo: 'The desk where you paid' },
  PACKAGE: { paidWith: 'Package credit', backTo: 'Your package' },
};

export function paidWith(
  provider: PaymentProvider,
  method: { brand: string | null; last4: string | null } | null,
): string {
  if (!method?.last4) return ways[provider].paidWith;
  const brand = method.brand ?? 'card';
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1)} ending in ${method.last4}`;
}

export function backTo(provider: PaymentProvider): string {
  return ways[provider].backTo;
}

/** Where earnings are paid to. */
export function paidOutTo(provider: PaymentProvider): string {
  return provider === 'MPESA' ? 'A phone, by M-Pesa' : 'An account at Stripe, and from there a bank';
}

/** Why money fits nothing. The codes are those of payments and of whatever was to be sold. */
const misfits: Record<string, string> = {
  AMOUNT_MISMATCH: 'the amount that came is not the amount that was asked for',
  PAID_TWICE: 'it had already been paid',
  OTHER_CHECKOUT: 'it came by a checkout that does not belong to this purchase',
  COURSE_FULL: 'there was no place left in it when the payment came',
  ALREADY_ENROLLED: 'you already have this course',
};

export function misfit(code: string): string {
  return misfits[code] ?? 'what it was for could no longer be given';
}

/** A refund's reason as a person wrote it, or the code of money that fitted nothing in words. */
export function refundReason(reason: string): string {
  const words = misfits[reason];
  if (words) return words.charAt(0).toUpperCase() + words.slice(1);
  return /^[A-Z_]+$/.test(reason) ? 'It could not be applied' : reason;
}

function countryName(code: string): string {
  try {
    return new Intl.DisplayNames('en', { type: 'region' }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** An unknown zone must not keep a receipt from being sent. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

/** Intl joins amount and currency by spaces that some mail programs show as strange characters. */
function plainSpaces(text: string): string {
  return text.replaceAll(/[\u00a0\u202f]/g, ' ');
}
