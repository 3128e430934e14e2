import type { StreakRewards } from '../rewards/rewards.js';
import type { Row } from './streak-of.js';

/** A length that a row reached, and the day of the mark that reached it. */
export interface Reached {
  readonly length: number;
  readonly day: string;
}

type Bonuses = StreakRewards['bonuses'];

/**
 * The bonuses that rows have reached and not had. A row has each once, wherever it was reached: a mark that becomes known late moves the day
 * on which it was, and pays nothing again.
 */
export function dueBonuses(
  rows: readonly Row[],
  bonuses: Bonuses,
  paid: readonly Reached[],
): (Reached & { tokens: number })[] {
  const rising = bonuses.toSorted((one, other) => one.length - other.length);
  return rows.flatMap((row) =>
    rising.flatMap(({ length, tokens }) => {
      const day = row.days[length - 1];
      return day === undefined || within(row, length, paid).length > 0 ? [] : [{ length, day, tokens }];
    }),
  );
}

/**
 * Of what was paid, the first first: what is too much by the mark that changed the rows, since it made one row of two, or two of one. What
 * was too much without it, because the rules were others when it was paid, stays.
 */
export function surplusBonuses<P extends Reached>(
  before: readonly Row[],
  changed: readonly Row[],
  paid: readonly P[],
): P[] {
  const stays = new Set(surplusOf(before, paid));
  return surplusOf(changed, paid).filter((one) => !stays.has(one));
}

function surplusOf<P extends Reached>(rows: readonly Row[], paid: readonly P[]): P[] {
  const lengths = [...new Set(paid.map(({ length }) => length))];
  return rows.flatMap((row) =>
    lengths.flatMap((length) => within(row, length, paid).slice(row.days.length >= length ? 1 : 0)),
  );
}

function within<P extends Reached>({ days }: Row, length: number, paid: readonly P[]): P[] {
  return paid.filter((one) => one.length === length && days.includes(one.day));
}
