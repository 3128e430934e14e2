const cairo = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Africa/Cairo',
  dateStyle: 'short',
  timeStyle: 'medium',
});
const offset = new Intl.DateTimeFormat('en-GB', { timeZone: 'Africa/Cairo', timeZoneName: 'longOffset' });

/** As callbacks date things: the time in Cairo, to the microsecond, without saying so. `2026-11-20T12:00:00.123456` */
export function cairoTime(at: string, microseconds: number): string {
  const [day = '', month = '', year = '', time = ''] = cairo.format(new Date(at)).split(/[/,]\s*/);
  return `${year}-${month}-${day}T${time}.${fraction(at, microseconds)}`;
}

/** As the redirect dates them: the same with the zone. `2026-11-20T12:00:00.123456+02:00` */
export function cairoTimeWithZone(at: string, microseconds: number): string {
  const zone = /GMT([+-]\d\d:\d\d)/.exec(offset.format(new Date(at)))?.[1] ?? '+00:00';
  return cairoTime(at, microseconds) + zone;
}

/** The same without a zone again, but in UTC: what the acquirer says. */
export function utcTime(at: string, microseconds: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}.${fraction(at, microseconds)}`;
}

export function isSameDayInCairo(one: string, other: string): boolean {
  return cairoTime(one, 0).slice(0, 10) === cairoTime(other, 0).slice(0, 10);
}

/** The clock knows milliseconds only; the rest is made up, and the same every time. */
function fraction(at: string, microseconds: number): string {
  const milliseconds = new Date(at).getUTCMilliseconds();
  return String(milliseconds).padStart(3, '0') + String(microseconds % 1000).padStart(3, '0');
}
