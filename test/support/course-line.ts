import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';
import type { EnrollmentDto } from '../../src/enrollments/index.js';
import type { Answer } from './app.js';
import type { BundleDesk, Problem } from './bundle-desk.js';
import type { Person } from './people.js';
import { expectStatus, type School } from './school.js';

/** A course with a capacity, those who have a place in it and those who wait. */
export class CourseLine {
  private constructor(
    private readonly school: School,
    readonly id: string,
  ) {}

  /** Free unless it has a price. */
  static async open(school: School, desk: BundleDesk, { price = 0, ...changes }: { price?: number; capacity: number }) {
    const { id } = await desk.course(price, school.instructor, { isPremium: price > 0, ...changes });
    return new CourseLine(school, id);
  }

  enter({ token }: Person, fields: object = {}): Promise<Answer<EnrollmentDto & Problem>> {
    return this.school.post('/enrollments', { courseId: this.id, ...fields }, token);
  }

  wait(who: Person, fields: object = {}): Promise<Answer<EnrollmentDto & Problem>> {
    return this.enter(who, { waitlist: true, ...fields });
  }

  async place({ token }: Person): Promise<EnrollmentDto> {
    return expectStatus(200, await this.school.get<EnrollmentDto>(`/enrollments/course/${this.id}`, token));
  }

  async leave(who: Person): Promise<void> {
    expectStatus(200, await this.school.post(`/enrollments/${(await this.place(who)).id}/cancel`, {}, who.token));
  }

  edit(body: Record<string, unknown>): Promise<Answer<CourseDto & Problem>> {
    const { token } = this.school.instructor;
    return this.school.request('PATCH', `/courses/${this.id}`, { body, token });
  }

  async read(): Promise<CourseDto> {
    return expectStatus(200, await this.school.get<CourseDto>(`/courses/${this.id}`, this.school.instructor.token));
  }

  async states(people: readonly Person[]): Promise<string[]> {
    const rows = await this.school.sql<{ id: string; status: string }>(
      'SELECT user_id AS id, status FROM enrollments WHERE course_id = $1',
      [this.id],
    );
    return people.map((one) => rows.find(({ id }) => id === one.id)?.status ?? 'none');
  }

  async isOpenTo({ id }: Person): Promise<boolean> {
    const grants = await this.school.sql(
      'SELECT FROM access_grants WHERE course_id = $1 AND user_id = $2 AND revoked_at IS NULL',
      [this.id, id],
    );
    return grants.length > 0;
  }

  /** The public number of enrollments. */
  async count(): Promise<number> {
    return (await this.read()).enrollmentCount;
  }

  /** Subjects of what they were written about places in courses. */
  lettersTo({ email }: Person): string[] {
    return this.school.mail
      .messages()
      .filter(({ to, subject }) => to.includes(email) && subject.includes('place'))
      .map(({ subject }) => subject);
  }
}
