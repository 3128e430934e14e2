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

/** The rules for what can be charged at all, in the words of Checkout. */
export function checkCheckoutTotal(amount: number, currency: string): void {
  const least = minimums[currency] ?? 1;
  const subject = "The Checkout Session's total amount due must";
  if (amount < least) {
    const message = `${subject} add up to at least ${formatAmount(least, currency)} ${currency}`;
    throw invalidRequest(message, { code: 'amount_too_small' });
  }
  if (amount > maximum) {
    const message = `${subject} be no more than ${formatAmount(maximum, currency)} ${currency}`;
    throw invalidRequest(message, { code: 'amount_too_large' });
  }
  const step = wholeUnitsOnly.has(currency) ? 100 : withThreeDecimals.has(currency) ? 10 : 1;
  if (amount % step !== 0) {
    throw invalidRequest(`Invalid amount: in ${currency}, amounts must be divisible by ${step}`, {
      param: 'line_items',
    });
  }
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

function decimals(currency: string): number {
  return withoutDecimals.has(currency) ? 0 : withThreeDecimals.has(currency) ? 3 : 2;
}
