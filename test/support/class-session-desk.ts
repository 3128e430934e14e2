import type { SessionDto } from '../../src/classes/sessions/sessions.dto.js';
import type { TestBranch } from './class-sessions.js';
import type { Person } from './people.js';
import type { School } from './school.js';

let days = 1;

/** Every call a day of its own, so that no teacher is busy unless a test wants it. */
export function nextDay(): (hours: number) => string {
  days += 1;
  const day = Date.UTC(2030, 0, days);
  return (hours) => new Date(day + hours * 3600_000).toISOString();
}

/** What those who work at a branch do with sessions, over HTTP. */
export class ClassSessionDesk {
  constructor(
    private readonly school: School,
    private readonly branch: TestBranch,
  ) {}

  add(body: object, by: Person = this.branch.staff) {
    return this.school.post<SessionDto & { code: string; detail: string }>(
      '/sessions',
      { classId: this.branch.classId, ...body },
      by.token,
    );
  }

  edit(id: string, body: object, by: Person = this.branch.staff) {
    return this.school.request<SessionDto & { code: string; detail: string }>('PUT', `/sessions/${id}`, {
      body,
      token: by.token,
    });
  }

  remove(id: string, by: Person = this.branch.staff) {
    return this.school.request<{ code: string }>('DELETE', `/sessions/${id}`, { token: by.token });
  }

  list(query: string, by: Person) {
    return this.school.get<{ data: SessionDto[]; pagination: { total: number } }>(`/sessions?${query}`, by.token);
  }
}
