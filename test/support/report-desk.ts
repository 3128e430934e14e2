import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';

export type Fields = Record<string, string | Date | undefined>;

export const query = (fields: Fields) => {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new URLSearchParams(
    Object.fromEntries(given.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value!])),
  ).toString();
};

/** Reports as they are asked for. */
export class ReportDesk {
  constructor(private readonly school: School) {}

  ask(report: string, fields: Fields = {}, by: Person = this.school.admin) {
    return this.school.get<{ rows: object[] }>(`/finance/reports/${report}?${query(fields)}`, by.token);
  }

  async rowsOf<Row extends object>(report: string, fields: Fields = {}) {
    return expectStatus(200, await this.ask(report, fields)).rows as Row[];
  }
}
