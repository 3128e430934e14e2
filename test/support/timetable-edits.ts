import type { ClassDto } from '../../src/classes/timetable/classes.dto.js';
import { sql } from './people.js';
import type { SessionRow, TimetableSchool } from './timetable.js';

/** Every Monday at five in New York. */
export const weekly = { recurrenceRule: 'FREQ=WEEKLY;BYDAY=MO', startsAt: '2027-03-01T17:00' };

/** The first nine of it. */
export const mondays = ['03-01', '03-08', '03-15', '03-22', '03-29', '04-05', '04-12', '04-19', '04-26'];

export const at = (time: string, days = mondays) => days.map((day) => `2027-${day} ${time}`);

/** A class on Mondays, and what becomes of it. */
export class TimetableEdits {
  constructor(private readonly school: TimetableSchool) {}

  async open(changes: Record<string, unknown> = {}): Promise<[ClassDto, SessionRow[]]> {
    const made = await this.school.class((await this.school.branch()).id, { ...weekly, ...changes });
    return [made, await this.school.sessions(made.id)];
  }

  told() {
    return this.school.published.map((event) => [event.constructor.name, (event as { sessionId: string }).sessionId]);
  }

  detach(id: string) {
    return sql(this.school.database, 'UPDATE class_sessions SET detached = true WHERE id = $1', [id]);
  }
}
