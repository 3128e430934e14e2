import { daysApart } from '../../platform/clock/index.js';
import type { StreakKind } from '../../platform/database/index.js';
import type { StreakRewards } from '../rewards/rewards.js';

/** Whose streak, and of what kind. */
export interface StreakOf {
  readonly userId: string;
  readonly kind: StreakKind;
}

/** What keeps a streak going: a local day on which something was learnt, or a course completed. */
export interface Mark {
  /** The day itself, or the course: what is marked twice counts once. */
  readonly source: string;
  readonly day: string;
  readonly zone: string;
  readonly at: Date;
}

/** Marks none of which came too late after the one before. */
export interface Row {
  /** Of its marks, in their order: the day of the third is that on which three were reached. */
  readonly days: readonly string[];
  /** Of its last mark. */
  readonly until: Date;
}

/** The last moment of a streak, and the furthest day: later than that moment's when a journey brought a day back. */
export interface Last {
  readonly day: string;
  readonly zone: string;
  readonly at: Date;
}

export interface StreakState {
  /** In their order; the last may go on. */
  readonly rows: readonly Row[];
  readonly longest: number;
  readonly freezes: number;
  readonly last: Last;
}

export type StreakRules = Pick<StreakRewards, 'withinDays' | 'freezeEvery' | 'mostFreezes'>;

/**
 * What marks come to, in whatever order and however often they are given. A freeze stands for a day that was missed (or a time between two
 * courses); when there are too few for all that was missed a new row begins, and they stay.
 */
export function streakOf(marks: readonly [Mark, ...Mark[]], rules: StreakRules): StreakState;
export function streakOf(marks: readonly Mark[], rules: StreakRules): StreakState | undefined;
export function streakOf(marks: readonly Mark[], rules: StreakRules): StreakState | undefined {
  const rows: { days: string[]; until: Date }[] = [];
  let freezes = 0;
  let last: Last | undefined;
  for (const mark of inOrder(marks)) {
    const missed = last ? missedBetween(last, mark, rules) : 0;
    const row = rows.at(-1);
    if (row && missed <= freezes) {
      freezes -= missed;
      row.days.push(mark.day);
      row.until = mark.at;
    } else rows.push({ days: [mark.day], until: mark.at });
    const length = rows.at(-1)?.days.length ?? 0;
    if (length % rules.freezeEvery === 0) freezes = Math.min(rules.mostFreezes, freezes + 1);
    last = { day: last && last.day > mark.day ? last.day : mark.day, zone: mark.zone, at: mark.at };
  }
  return last && { rows, longest: Math.max(...rows.map(({ days }) => days.length)), freezes, last };
}

/** How many freezes it takes to go on. */
export function missedBetween(last: Last, next: Last, { withinDays }: Pick<StreakRules, 'withinDays'>): number {
  return Math.max(0, Math.ceil(daysApart(last, next) / withinDays) - 1);
}

/** Whether the one is told before the other: of several of one source, the first counts. */
export function isBefore(one: Mark, other: Mark): boolean {
  return compare(one, other) < 0;
}

function inOrder(marks: readonly Mark[]): Mark[] {
  const first = new Map<string, Mark>();
  for (const mark of marks.toSorted(compare)) if (!first.has(mark.source)) first.set(mark.source, mark);
  return [...first.values()];
}

function compare(one: Mark, other: Mark): number {
  return (
    one.at.getTime() - other.at.getTime() ||
    inLetters(one.day, other.day) ||
    inLetters(one.source, other.source) ||
    inLetters(one.zone, other.zone)
  );
}

function inLetters(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
