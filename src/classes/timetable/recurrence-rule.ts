import { Temporal } from 'temporal-polyfill';
import { addMinutes, toLocal, toMoment } from './local-time.js';

/** The parts of an RFC 5545 recurrence rule by their names, each once. */
export type RuleParts = ReadonlyMap<string, string>;

const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'] as const;
const weekday = `(${WEEKDAYS.join('|')})`;
const FREQUENCIES = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];

/** Tells whether a part's value may be. */
type Check = (value: string) => boolean;
const listOf =
  (check: Check): Check =>
  (value) =>
    value.split(',').every(check);
const like =
  (pattern: RegExp): Check =>
  (value) =>
    pattern.test(value);
const number =
  (min: number, max: number, signed = false): Check =>
  (value) => {
    if (!(signed ? /^[+-]?\d{1,5}$/ : /^\d{1,5}$/).test(value)) return false;
    const size = Math.abs(Number(value));
    return size >= min && size <= max;
  };

const checks: Readonly<Record<string, Check>> = {
  FREQ: (value) => FREQUENCIES.includes(value),
  INTERVAL: number(1, 1000),
  COUNT: number(1, 10_000),
  UNTIL: (value) => localUntil(value, 'UTC') !== undefined,
  BYMONTH: listOf(number(1, 12)),
  BYWEEKNO: listOf(number(1, 53, true)),
  BYYEARDAY: listOf(number(1, 366, true)),
  BYMONTHDAY: listOf(number(1, 31, true)),
  BYDAY: listOf(like(new RegExp(`^([+-]?([1-9]|[1-4]\\d|5[0-3]))?${weekday}$`))),
  BYHOUR: listOf(number(0, 23)),
  BYMINUTE: listOf(number(0, 59)),
  BYSETPOS: listOf(number(1, 366, true)),
  WKST: like(new RegExp(`^${weekday}$`)),
};

/** In capitals, without the property's name or a `;` too many. */
export function normalRule(text: string): string {
  return text
    .trim()
    .toUpperCase()
    .replace(/^RRULE:/, '')
    .replace(/;$/, '');
}

export function partsOf(rule: string): RuleParts {
  return new Map(rule.split(';').map((part) => part.split('=', 2) as [string, string]));
}

export function ruleOf(parts: RuleParts): string {
  return [...parts].map(([name, value]) => `${name}=${value}`).join(';');
}

/** What is wrong with a rule, in words; undefined when nothing is. */
export function flawOf(rule: string): string | undefined {
  const names = new Set<string>();
  for (const part of rule.split(';')) {
    const [name = '', value, ...more] = part.split('=');
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (!check || value === undefined || more.length > 0) return `"${part}" is no part of a recurrence rule`;
    if (names.has(name)) return `${name} is given twice`;
    if (!check(value))
      return name === 'FREQ' ? `FREQ must be one of ${FREQUENCIES.join(', ')}` : `${part} is not valid`;
    names.add(name);
  }
  return combinationFlaw(partsOf(rule));
}

/** What RFC 5545 does not let stand together. */
function combinationFlaw(parts: RuleParts): string | undefined {
  const frequency = parts.get('FREQ');
  if (!frequency) return 'FREQ must be given';
  if (parts.has('COUNT') && parts.has('UNTIL')) return 'COUNT and UNTIL cannot both be given';
  if (parts.has('BYWEEKNO') && frequency !== 'YEARLY') return 'BYWEEKNO goes with FREQ=YEARLY only';
  if (parts.has('BYYEARDAY') && frequency !== 'YEARLY') return 'BYYEARDAY goes with FREQ=YEARLY only';
  if (parts.has('BYMONTHDAY') && frequency === 'WEEKLY') return 'BYMONTHDAY does not go with FREQ=WEEKLY';
  const numbered = /\d/.test(parts.get('BYDAY') ?? '');
  if (numbered && (!['MONTHLY', 'YEARLY'].includes(frequency) || parts.has('BYWEEKNO')))
    return 'A numbered day in BYDAY goes with FREQ=MONTHLY, or FREQ=YEARLY without BYWEEKNO, only';
  const others = [...parts.keys()].filter((name) => name.startsWith('BY') && name !== 'BYSETPOS');
  if (parts.has('BYSETPOS') && others.length === 0) return 'BYSETPOS needs another BY… part';
  return undefined;
}

/** The last moment of a rule as local time; a day lasts until its last minute. Undefined for what is no UNTIL. */
export function localUntil(until: string, timeZone: string): string | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?$/.exec(until);
  if (!match) return undefined;
  const [, year, month, day, hour = '23', minute = '59', utc] = match;
  const written = `${year}-${month}-${day}T${hour}:${minute}`;
  try {
    const local = Temporal.PlainDateTime.from(written, { overflow: 'reject' }).toString({ smallestUnit: 'minute' });
    return utc ? toLocal(toMoment(local, 'UTC'), timeZone) : local;
  } catch {
    return undefined;
  }
}

/** As RFC 5545 wants it where the start has a time zone: in UTC. */
export function movedUntil(until: string, minutes: number, timeZone: string): string {
  const local = localUntil(until, timeZone);
  if (local === undefined) throw new Error(`not an UNTIL: ${until}`);
  const moment = toMoment(addMinutes(local, minutes), timeZone);
  return `${toLocal(moment, 'UTC').replaceAll(/[-:]/g, '')}00Z`;
}

/** Weekdays so many days later. */
export function movedWeekdays(days: string, by: number): string {
  const move = (day: string) => WEEKDAYS[((((WEEKDAYS as readonly string[]).indexOf(day) + by) % 7) + 7) % 7];
  return days.split(',').map(move).join(',');
}
