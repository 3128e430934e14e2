import type { StreakRewards } from '../rewards/rewards.js';
import type { Row } from './streak-of.js';

/** A length that a row reached, and the day of the mark that reached it. */
export interface Reached {
  readonly length: number;
  readonly day: string;
}

/**
 * The bonuses that rows have reached and not had. A row has each once, wherever it was reached: a mark that becomes known late moves the day
 * on which it was, and pays nothing again.
 */
export function dueBonuses(
  rows: readonly Row[],
  bonuses: StreakRewards['bonuses'],
  paid: readonly Reached[],
): (Reached & { tokens: number })[] {
  return rows.flatMap(({ days }) =>
    bonuses
      .toSorted((one, other) => one.length - other.length)
      .flatMap(({ length, tokens }) => {
        const day = days[length - 1];
        const had = paid.some((one) => one.length === length && days.includes(one.day));
        return day === undefined || had ? [] : [{ length, day, tokens }];
      }),
  );
}
