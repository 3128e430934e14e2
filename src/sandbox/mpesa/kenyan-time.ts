const threeHours = 3 * 3_600_000;

/** Year, month, day, hour, minute, second, millisecond of Kenya's clock, which has no summer time. */
function parts(date: Date): [string, string, string, string, string, string, string] {
  const [year = '', month = '', day = '', hour = '', minute = '', second = '', millisecond = ''] = new Date(
    date.getTime() + threeHours,
  )
    .toISOString()
    .split(/\D/);
  return [year, month, day, hour, minute, second, millisecond];
}

/** `YYYYMMDDHHmmss` */
export function compact(date: Date): string {
  return parts(date).slice(0, 6).join('');
}

/** `DDMMYYYYHHmmssSSS`, as in a CheckoutRequestID. */
export function dayFirst(date: Date): string {
  const [year, month, day, ...time] = parts(date);
  return [day, month, year, ...time].join('');
}

/** `YYYYMMDD` */
export function calendarDay(date: Date): string {
  return compact(date).slice(0, 8);
}

/** `DD.MM.YYYY HH:mm:ss` */
export function dotted(date: Date): string {
  const [year, month, day, hour, minute, second] = parts(date);
  return `${day}.${month}.${year} ${hour}:${minute}:${second}`;
}

/** Year, month and day as a receipt begins with them: a letter, a letter, and a digit or letter. */
export function receiptDay(date: Date): string {
  const [year, month, day] = parts(date).map(Number);
  const letter = (index: number) => String.fromCharCode(65 + (index % 26));
  const dayOfMonth = day ?? 1;
  return (
    letter((year ?? 0) - 2006) +
    letter((month ?? 1) - 1) +
    (dayOfMonth < 10 ? String(dayOfMonth) : letter(dayOfMonth - 10))
  );
}
