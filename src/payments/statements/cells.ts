import { Temporal } from 'temporal-polyfill';
import { currencyExponent, Money } from '../../platform/money/index.js';

/* What stands in a cell. Whatever cannot be read is a RangeError that says so: a row that was misread would be in the books for good. */

const DAY_FIRST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s*([AP])\.?M\.?)?$/i;
const YEAR_FIRST = /^(\d{4})-(\d{2})-(\d{2})[ T]+(\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?$/;

/** `1,500.00`, `-1500`, empty: in the currency, to its smallest unit and no further. */
export function amountOf(cell: string, currency: string): Money {
  if (cell === '') return Money.zero(currency);
  const [, sign, whole = '', fraction = ''] = /^(-?)((?:\d{1,3}(?:,\d{3})+)|\d+)(?:\.(\d+))?$/.exec(cell) ?? [];
  const digits = currencyExponent(Money.zero(currency).currency);
  const kept = fraction.slice(0, digits);
  if (whole === '' || /[1-9]/.test(fraction.slice(digits)))
    throw new RangeError(`"${cell}" is no amount of ${currency}`);
  const minor = BigInt(whole.replaceAll(',', '') + kept.padEnd(digits, '0'));
  if (minor > BigInt(Number.MAX_SAFE_INTEGER)) throw new RangeError(`"${cell}" is no amount of ${currency}`);
  return Money.of(sign === '-' ? -minor : minor, currency);
}

/** `21-11-2026 10:21:15`, day first, or ISO 8601; by the clocks of the zone unless it names one. */
export function momentOf(cell: string, timeZone: string): Date {
  const zoned = /(Z|[+-]\d{2}:?\d{2})$/i.test(cell) ? new Date(cell.replace(' ', 'T')) : undefined;
  if (zoned && !Number.isNaN(zoned.getTime())) return zoned;
  const iso = YEAR_FIRST.exec(cell);
  const [, year, month, day, hour, minute, second] = iso ?? [];
  if (iso) return local([year, month, day, hour, minute, second], timeZone, cell);
  const [, d, m, y, h, min, s, half] = DAY_FIRST.exec(cell) ?? [];
  if (y === undefined) throw new RangeError(`"${cell}" is no time such as 21-11-2026 10:21:15`);
  const hours = half ? (Number(h) % 12) + (half.toUpperCase() === 'P' ? 12 : 0) : Number(h);
  return local([y, m, d, String(hours), min, s], timeZone, cell);
}

function local(parts: readonly (string | undefined)[], timeZone: string, cell: string): Date {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) => Number(part ?? 0));
  try {
    const wall = Temporal.PlainDateTime.from({ year, month, day, hour, minute, second }, { overflow: 'reject' });
    return new Date(wall.toZonedDateTime(timeZone).epochMilliseconds);
  } catch {
    throw new RangeError(`"${cell}" is no time that there is`);
  }
}
