import type { SeatDto } from '../../src/seats/seats.dto.js';
import { Lessons } from './lessons.js';
import { expectStatus, type School } from './school.js';

/** Steps in the life of a seat, each with all that follows from it. */
export class SeatSteps {
  constructor(
    private readonly school: School,
    private readonly lessons: Lessons,
  ) {}

  async move(sessionId: string, what: string) {
    expectStatus(200, await this.school.post(`/sessions/${what}`, { sessionId }, this.lessons.staff.token));
    await this.school.quiet();
  }

  async finish(sessionId: string) {
    expectStatus(200, await this.school.post(`/sessions/${sessionId}/finish`, {}, this.lessons.staff.token));
    await this.school.quiet();
  }

  async seatOf({ id }: { id: string }) {
    return expectStatus(200, await this.school.get<SeatDto>(`/enrollments/${id}`, this.school.admin.token));
  }

  /** What the wallet, the tax office, what is deferred and what is earned have gained by the work. */
  async moved(work: () => Promise<unknown>): Promise<Record<string, number>> {
    const before = await this.school.books();
    await work();
    await this.school.quiet();
    const after = await this.school.books();
    const codes = new Set([...Object.keys(before), ...Object.keys(after)]);
    return Object.fromEntries(
      [...codes]
        .map((code) => [code.replace(' USD', ''), (after[code] ?? 0) - (before[code] ?? 0)] as const)
        .filter(([, by]) => by !== 0),
    );
  }
}
