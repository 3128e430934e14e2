import type Stripe from 'stripe';

export interface Interval {
  interval: string;
  interval_count: number;
}
export interface Period {
  start: number;
  end: number;
}

const day = 24 * 60 * 60;

/** The first end of a period after `moment`, counted from the anchor: from 31 January by months 28 February, then 31 March. */
export function boundaryAfter(anchor: number, every: Interval, moment: number): number {
  let count = Math.max(0, roughlyBetween(anchor, every, moment) - 1);
  while (boundary(anchor, every, count) <= moment) count += 1;
  return boundary(anchor, every, count);
}

/** The anchor, so many intervals later, in UTC; a day that a month does not have is its last. */
export function boundary(anchor: number, { interval, interval_count: each }: Interval, count: number): number {
  const times = each * count;
  if (interval === 'day') return anchor + times * day;
  if (interval === 'week') return anchor + times * 7 * day;
  const from = new Date(anchor * 1000);
  const months = from.getUTCMonth() + times * (interval === 'year' ? 12 : 1);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const midnight = Date.UTC(from.getUTCFullYear(), months, Math.min(from.getUTCDate(), lastDay)) / 1000;
  return midnight + (anchor % day);
}

export function sameInterval(one: Interval, other: Interval): boolean {
  return one.interval === other.interval && one.interval_count === other.interval_count;
}

/** How a price recurs. */
export function intervalOf({ id, recurring }: Stripe.Price): Interval {
  if (!recurring) throw new Error(`Price ${id} does not recur.`);
  return { interval: recurring.interval, interval_count: recurring.interval_count };
}

function roughlyBetween(anchor: number, { interval, interval_count: each }: Interval, moment: number): number {
  const days = { day: 1, week: 7, month: 31, year: 366 }[interval] ?? 1;
  return Math.floor((moment - anchor) / (days * each * day));
}
