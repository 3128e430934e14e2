import { invalidRequest } from './errors.js';

/** Currencies that Stripe presents charges in. */
const supported = new Set(
  (
    'usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf ' +
    'clp cny cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils ' +
    'inr isk jmd jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk ' +
    'mxn myr mzn nad ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp ' +
    'sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx uyu uzs vnd vuv wst xaf xcd xcg xof xpf yer zar zmw'
  ).split(' '),
);

const withoutDecimals = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '));
const withThreeDecimals = new Set('bhd jod kwd omr tnd'.split(' '));
/** Sent with two decimals for history's sake, though only whole units can be charged. */
const wholeUnitsOnly = new Set(['isk', 'ugx']);

/** The smallest charge in minor units, where Stripe publishes one for a currency that accounts settle in. */
const minimums: Readonly<Record<string, number>> = {
  ...{ usd: 50, aed: 200, ars: 50, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, cop: 50, czk: 1500, dkk: 250 },
  ...{ eur: 50, gbp: 30, hkd: 400, huf: 17500, idr: 50, ils: 50, inr: 50, jpy: 50, krw: 50, mxn: 1000, myr: 200 },
  ...{ nok: 300, nzd: 50, php: 50, pln: 200, ron: 200, rub: 50, sek: 300, sgd: 50, thb: 1000, zar: 50 },
};
const maximum = 99_999_999;

export function checkCurrency(currency: string, param: string): string {
  const code = currency.toLowerCase();
  if (supported.has(code)) return code;
  const message = `Invalid currency: ${code}. Stripe currently supports these currencies: ${[...supported].join(', ')}`;
  throw invalidRequest(message, { param });
}

/** An amount as it is charged, and what it comes to in the currency that it settles in. */
interface ChargedAmount {
  amount: number;
  currency: string;
  settled?: { amount: number; currency: string };
}

/** The rules for what can be charged at all, in the words of Checkout. */
export function checkCheckoutTotal(charged: ChargedAmount): void {
  checkLimits(charged, "The Checkout Session's total amount due", 'add up to', undefined);
  checkStep(charged.amount, charged.currency, 'line_items');
}

/** The same rules in the words of a PaymentIntent. */
export function checkPaymentAmount(charged: ChargedAmount): void {
  checkLimits(charged, 'Amount', 'be', 'amount');
  checkStep(charged.amount, charged.currency, 'amount');
}

/** Some currencies are sent with digits that nobody can pay: whole units of two decimals, three decimals ending in 0. */
export function checkStep(amount: number, currency: string, param: string): void {
  const step = stepOf(currency);
  if (amount % step === 0) return;
  throw invalidRequest(`Invalid amount: in ${currency}, amounts must be divisible by ${step}`, { param });
}

/** Whether it is too little to be charged at all. */
export function isBelowMinimum({ amount, currency, settled = { amount, currency } }: ChargedAmount): boolean {
  return settled.amount < (minimums[settled.currency] ?? stepOf(settled.currency));
}

/** The least is counted where the money arrives, after conversion. */
function checkLimits(
  { amount, currency, settled = { amount, currency } }: ChargedAmount,
  subject: string,
  verb: string,
  param: string | undefined,
): void {
  const least = minimums[settled.currency] ?? stepOf(settled.currency);
  const shown = formatAmount(least, settled.currency);
  if (settled.amount < least) {
    const minimum = decimals(settled.currency) === 0 ? shown : `${least} cents`;
    const converted = formatAmount(settled.amount, settled.currency);
    const message =
      settled.currency === currency
        ? `${subject} must ${verb} at least ${shown} ${currency}`
        : `${subject} must convert to at least ${minimum}. ` +
          `${formatAmount(amount, currency)} converts to approximately ${converted}.`;
    throw invalidRequest(message, { code: 'amount_too_small', param });
  }
  if (amount > maximum) {
    const message = `${subject} must be no more than ${formatAmount(maximum, currency)} ${currency}`;
    throw invalidRequest(message, { code: 'amount_too_large', param });
  }
}

function stepOf(currency: string): number {
  return wholeUnitsOnly.has(currency) ? 100 : withThreeDecimals.has(currency) ? 10 : 1;
}

/** `1234` usd → `$12.34`, `1234` jpy → `¥1,234`. */
export function formatAmount(amount: number, currency: string): string {
  const digits = decimals(currency);
  const value = amount / 10 ** digits;
  const shownDigits = wholeUnitsOnly.has(currency) ? 0 : digits;
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: shownDigits,
    maximumFractionDigits: shownDigits,
  }).format(value);
}

/** Stripe's usual price for a card: 2.9 % and 30 minor units. */
export function cardFee(amount: number): number {
  return Math.floor((amount * 29 + 500) / 1000) + 30;
}

export function decimals(currency: string): number {
  return withoutDecimals.has(currency) ? 0 : withThreeDecimals.has(currency) ? 3 : 2;
}

/** What a person types, `12.34` usd or `1234` jpy, in minor units; undefined when it is no amount of that currency. */
export function parseAmount(typed: string, currency: string): number | undefined {
  const [, whole = '', fraction = ''] = /^(\d{1,9})(?:\.(\d+))?$/.exec(typed.trim()) ?? [];
  const digits = decimals(currency);
  if (whole === '' || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, '0'));
}
