import { Prisma } from '../../platform/database/index.js';
import type { PeriodQuery } from './period.dto.js';

export const CALENDAR_GROUPS = ['day', 'week', 'month'] as const;
export type CalendarGroup = (typeof CALENDAR_GROUPS)[number];

type Bounds = Pick<PeriodQuery, 'from' | 'to'>;

export function since({ from }: Bounds): Prisma.Sql {
  return from === undefined ? Prisma.sql`'-infinity'::timestamptz` : Prisma.sql`${new Date(from)}::timestamptz`;
}

export function until({ to }: Bounds): Prisma.Sql {
  return to === undefined ? Prisma.sql`'infinity'::timestamptz` : Prisma.sql`${new Date(to)}::timestamptz`;
}

/** Whether a moment lies in the asked period: from its first moment on, before its last. */
export function within(moment: Prisma.Sql, bounds: Bounds): Prisma.Sql {
  return Prisma.sql`${moment} >= ${since(bounds)} AND ${moment} < ${until(bounds)}`;
}

const formats: Record<CalendarGroup, Prisma.Sql> = {
  day: Prisma.sql`'YYYY-MM-DD'`,
  week: Prisma.sql`'IYYY-"W"IW'`,
  month: Prisma.sql`'YYYY-MM'`,
};

/** The day, ISO week or month of a moment by the clocks of a zone: `2026-11-21`, `2026-W47`, `2026-11`. */
export function calendarKey(group: CalendarGroup, moment: Prisma.Sql, timeZone: string): Prisma.Sql {
  return calendarName(group, calendarDay(moment, timeZone));
}

/** Its first half: the date, which is quicker to group by than a text. */
export function calendarDay(moment: Prisma.Sql, timeZone: string): Prisma.Sql {
  return Prisma.sql`(${moment} AT TIME ZONE ${fullName(timeZone)})::date`;
}

export function calendarName(group: CalendarGroup, day: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`to_char(${day}, ${formats[group]})`;
}

/** PostgreSQL reads short names as offsets of its own: `IST` is Israel's there, and `CET` knows no summer time. */
function fullName(timeZone: string): string {
  return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
}
