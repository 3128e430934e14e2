/** Months of UTC, such as `2026-11`. */
export type Month = string;

export function monthOf(moment: Date): Month {
  return moment.toISOString().slice(0, 7);
}

export function beginningOf(month: Month): Date {
  return new Date(`${month}-01T00:00:00Z`);
}

/** So many months later, or earlier. */
export function monthsFrom(month: Month, count: number): Month {
  return monthOf(new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1 + count)));
}

/** Both ends with it; none when it ends before it begins. */
export function monthsBetween(from: Month, until: Month): Month[] {
  const months: Month[] = [];
  for (let month = from; month <= until; month = monthsFrom(month, 1)) months.push(month);
  return months;
}
