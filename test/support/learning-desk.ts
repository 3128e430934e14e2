import type { CourseDto } from '../../src/courses/catalogue/courses.dto.js';
import type { QuizDto } from '../../src/courses/quizzes/quizzes.dto.js';
import type { EnrollmentDto } from '../../src/enrollments/index.js';
import type { CompletedLectureDto, RecordedStudyDto } from '../../src/enrollments/learning/learning.dto.js';
import type { TestApp } from './app.js';
import { type Person, person, sql } from './people.js';
import { expectStatus, publishedCourse } from './school.js';

export interface Refusal {
  code: string;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** A course with lectures by title, and where they are. */
export interface Taught {
  readonly id: string;
  readonly moduleId: string;
  readonly lectures: Readonly<Record<string, string>>;
}

/** A student in a course. */
export interface Learner {
  readonly student: Person;
  readonly id: string;
}

const question = (prompt: string, right: number[], of = 3) => ({
  prompt,
  choices: Array.from({ length: of }, (_, index) => ({ text: `${prompt} ${index}`, right: right.includes(index) })),
});

/** A buyer completes all lectures of their course, one after another. */
export async function completeCourse(
  app: Pick<TestApp, 'get' | 'post'>,
  { courseId, buyer }: { courseId: string; buyer: Person },
): Promise<EnrollmentDto> {
  const read = async () =>
    expectStatus(200, await app.get<EnrollmentDto>(`/enrollments/course/${courseId}`, buyer.token));
  const { id, course } = await read();
  for (const lecture of course.modules.flatMap(({ lectures }) => lectures))
    expectStatus(200, await app.post(`/enrollments/${id}/lectures/${lecture.id}/complete`, {}, buyer.token));
  return read();
}

/** Courses that students learn in, over HTTP. */
export class LearningDesk {
  constructor(
    private readonly app: TestApp,
    readonly instructor: Person,
  ) {}

  /** A published course that is free unless told otherwise, with these lectures in one module. */
  async course(lectures: string[], changes: object = {}): Promise<Taught> {
    const free = { isPremium: false, price: 0, title: 'Swahili', ...changes };
    const { id, modules } = await publishedCourse(this.app, this.instructor, free);
    const [module] = modules;
    const first = module!.lectures[0]!.id;
    const moduleId = module!.id;
    const added: Record<string, string> = {};
    for (const title of lectures) added[title] = await this.lecture({ id, moduleId }, title);
    if (lectures.length > 0) await this.removed({ id, moduleId }, first);
    return { id, moduleId, lectures: added };
  }

  async lecture({ id, moduleId }: Pick<Taught, 'id' | 'moduleId'>, title: string, more: object = {}): Promise<string> {
    const path = `/courses/${id}/modules/${moduleId}/lectures`;
    const course = expectStatus(201, await this.app.post<CourseDto>(path, { title, ...more }, this.instructor.token));
    return course.modules.find((module) => module.id === moduleId)!.lectures.at(-1)!.id;
  }

  async removed({ id, moduleId }: Pick<Taught, 'id' | 'moduleId'>, lectureId: string): Promise<void> {
    const path = `/courses/${id}/modules/${moduleId}/lectures/${lectureId}`;
    expectStatus(200, await this.app.request('DELETE', path, { token: this.instructor.token }));
  }

  /** Four questions, of which the first choices are right; of the last, the second and the third. */
  async quiz(course: Pick<Taught, 'id' | 'moduleId'>, passMark: number): Promise<{ id: string; questions: string[] }> {
    const questions = [question('a', [0]), question('b', [0]), question('c', [0]), question('d', [1, 2])];
    const id = await this.lecture(course, 'Quiz', { kind: 'QUIZ', passMark, questions });
    const read = await this.app.get<QuizDto>(`/courses/${course.id}/lectures/${id}/quiz`, this.instructor.token);
    return { id, questions: expectStatus(200, read).questions.map((one) => one.id) };
  }

  async learner(courseId: string, student?: Person): Promise<Learner> {
    const who = student ?? (await person(this.app));
    const place = await this.app.post<EnrollmentDto>('/enrollments', { courseId }, who.token);
    return { student: who, id: expectStatus(201, place).id };
  }

  complete({ student, id }: Learner, lectureId: string, body: object = {}) {
    const path = `/enrollments/${id}/lectures/${lectureId}/complete`;
    return this.app.post<CompletedLectureDto & Refusal>(path, body, student.token);
  }

  async completed(learner: Learner, ...lectureIds: string[]): Promise<void> {
    for (const id of lectureIds) expectStatus(200, await this.complete(learner, id));
  }

  record({ student, id }: Learner, body: object) {
    return this.app.request<RecordedStudyDto & Refusal>('PATCH', `/enrollments/${id}`, { body, token: student.token });
  }

  async place({ student, id }: Learner): Promise<EnrollmentDto> {
    return expectStatus(200, await this.app.get<EnrollmentDto>(`/enrollments/${id}`, student.token));
  }

  /** Progress, status and whether there is a certificate. */
  async standing(learner: Learner): Promise<[number, string, boolean]> {
    const { progress, status, certificateEarned } = await this.place(learner);
    return [progress, status, certificateEarned];
  }

  /** How often the completion of a course was told, and how many certificates there are of the place. */
  async completions({ id }: Learner): Promise<{ told: number; certificates: number }> {
    const [row] = await sql<{ told: number; certificates: number }>(
      this.app.database,
      `SELECT (SELECT count(DISTINCT event_id)::int FROM outbox_messages
           WHERE event_name = 'CourseCompleted' AND payload->>'enrollmentId' = $1) AS told,
         (SELECT count(*)::int FROM certificates WHERE enrollment_id = $1) AS certificates`,
      [id],
    );
    return row!;
  }
}
