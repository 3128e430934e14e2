const format = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' });

/** `21 November 2026`: the day in UTC, so that it is the same for whoever reads it. */
export function dayInWords(moment: Date): string {
  return format.format(moment);
}
