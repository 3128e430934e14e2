import { RRuleTemporal } from 'rrule-temporal';
import { daysBetween } from '../../platform/clock/index.js';
import { addMinutes } from './local-time.js';
import { flawOf, localUntil, movedUntil, movedWeekdays, partsOf, type RuleParts, ruleOf } from './recurrence-rule.js';

/** When a class meets again and again. */
export interface Series {
  /** RFC 5545. */
  readonly recurrenceRule: string;
  /** Local time from which the rule counts. */
  readonly startsAt: string;
  readonly timeZone: string;
}

const WEEK = 7 * 24 * 60;
const MOST_IN_8_WEEKS = 500;

/**
 * Local times at which a series occurs, `from` and `to` included. The rule is followed on the clock alone, without a zone: a time that the
 * zone's clocks leap over is held all the same, later, and not left out.
 */
export function occurrencesBetween(series: Series, from: string, to: string): string[] {
  if (from > to) return [];
  const found = floating(series).between(new Date(`${from}:00Z`), new Date(`${to}:00Z`), true);
  return found.map((time) => time.toPlainDateTime().toString({ smallestUnit: 'minute' }));
}

/** What is wrong with a series, in words; undefined when nothing is. */
export function seriesFlaw(series: Series): string | undefined {
  const flaw = flawOf(series.recurrenceRule);
  if (flaw) return flaw;
  const { startsAt } = series;
  const soon = occurrencesBetween(series, startsAt, addMinutes(startsAt, 8 * WEEK));
  if (soon.length > MOST_IN_8_WEEKS) return `It gives more than ${MOST_IN_8_WEEKS} sessions in 8 weeks`;
  const ever = soon.length > 0 || occurrencesBetween(series, startsAt, addMinutes(startsAt, 521 * WEEK)).length > 0;
  return ever ? undefined : 'It gives no session within ten years of startsAt';
}

/**
 * What is left of a series from `from` on, moved by so many minutes on the clock. Undefined where no such rule can be made of it: whether
 * it can is seen by following both for nine years, which have a leap day wherever they begin.
 */
export function movedSeries(series: Series, from: string, minutes: number): Series | undefined {
  const horizon = addMinutes(from, 470 * WEEK);
  const old = occurrencesBetween(series, from, horizon);
  const [first] = old;
  if (first === undefined) return series;
  const startsAt = addMinutes(first, minutes);
  const parts = movedParts(series, first, minutes);
  if (parts === undefined) return undefined;
  const moved = { ...series, recurrenceRule: ruleOf(parts), startsAt };
  const follows = occurrencesBetween(moved, startsAt, addMinutes(horizon, minutes));
  const same = old.length === follows.length && old.every((one, index) => addMinutes(one, minutes) === follows[index]);
  return same ? moved : undefined;
}

function movedParts(series: Series, first: string, minutes: number): RuleParts | undefined {
  const parts = new Map(partsOf(series.recurrenceRule));
  const count = parts.get('COUNT');
  if (count !== undefined) {
    const before = occurrencesBetween(series, series.startsAt, first).length - 1;
    parts.set('COUNT', String(Number(count) - before));
  }
  const until = parts.get('UNTIL');
  if (until !== undefined) parts.set('UNTIL', movedUntil(until, minutes, series.timeZone));
  // One hour and one minute say what the start says already.
  const times = [parts.get('BYHOUR'), parts.get('BYMINUTE')];
  if (times.every((list) => !list?.includes(','))) for (const name of ['BYHOUR', 'BYMINUTE']) parts.delete(name);
  const days = daysBetween(first, addMinutes(first, minutes));
  const weekdays = parts.get('BYDAY');
  if (parts.get('FREQ') === 'WEEKLY' && weekdays !== undefined) parts.set('BYDAY', movedWeekdays(weekdays, days));
  // Weekdays of every week are all that can be told where another day leads.
  const bound = [...parts.keys()].some(
    (name) => name.startsWith('BY') && !(name === 'BYDAY' && parts.get('FREQ') === 'WEEKLY'),
  );
  return days !== 0 && bound ? undefined : parts;
}

/** The rule as the library takes it: in UTC, which has no summer time, and so on the clock alone. */
function floating({ recurrenceRule, startsAt, timeZone }: Series): RRuleTemporal {
  const parts = new Map(partsOf(recurrenceRule));
  const until = parts.get('UNTIL');
  if (until !== undefined) parts.set('UNTIL', `${basic(localUntil(until, timeZone) ?? until)}Z`);
  return new RRuleTemporal({ rruleString: `DTSTART:${basic(startsAt)}Z\nRRULE:${ruleOf(parts)}`, cache: false });
}

function basic(local: string): string {
  return `${local.replaceAll(/[-:]/g, '')}00`;
}
