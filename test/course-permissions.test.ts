import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import type { Answer } from './support/app.js';
import { ContentDesk, fileOf, type Lecture } from './support/content-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/*
 * Who may do what with courses, what is in them and what comes of them: every cell is tried, on a course of its own. Nobody is told more of
 * what they may not see than that it is not there.
 */

const columns = ['stranger', 'student', 'instructor', 'another', 'staff', 'admin'] as const;
type Who = (typeof columns)[number];

/** A free course with one lecture that has a file, somebody in it, and what they have written. */
interface Things extends Lecture {
  readonly enrollmentId: string;
  readonly reviewId: string;
  readonly student: Person;
}

let school: School;
let content: ContentDesk;
let people: Record<Exclude<Who, 'student'>, Person>;

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  content = new ContentDesk(school, school.instructor);
  people = {
    stranger: school.student,
    instructor: school.instructor,
    another: await person(school, 'INSTRUCTOR'),
    staff: await person(school, 'STAFF'),
    admin: school.admin,
  };
}, 60_000);
afterAll(() => school.close());

async function things(): Promise<Things> {
  const lecture = await content.lecture();
  await content.upload(lecture, fileOf('application/pdf', 64), { mediaType: 'application/pdf' });
  const student = await person(school);
  const at = { courseId: lecture.courseId };
  const enrolled = expectStatus(201, await school.post<EnrollmentDto>('/enrollments', at, student.token));
  const review = await school.post<{ id: string }>(`/courses/${at.courseId}/reviews`, { rating: 4 }, student.token);
  return { ...lecture, student, enrollmentId: enrolled.id, reviewId: expectStatus(201, review).id };
}

type Run = (things: Things, by: Person) => Promise<Answer>;
const call =
  (method: string, path: (of: Things) => string, body?: object): Run =>
  (of, { token }) =>
    school.request(method, path(of), { token, body });

const course = ({ courseId }: Things) => `/courses/${courseId}`;
const module = (of: Things) => `${course(of)}/modules/${of.moduleId}`;
const lecture = (of: Things) => `${module(of)}/lectures/${of.lectureId}`;
const place = ({ enrollmentId }: Things) => `/enrollments/${enrollmentId}`;
const quiz = {
  title: 'Quiz',
  kind: 'QUIZ',
  passMark: 50,
  questions: [
    {
      prompt: 'One?',
      choices: [
        { text: 'Yes', right: true },
        { text: 'No', right: false },
      ],
    },
  ],
};

// prettier-ignore
const operations: Record<string, [run: Run, ...statuses: number[]]> = {
  //                                                                                   stranger student instructor another staff admin
  'read a course': [call('GET', course), 200, 200, 200, 200, 200, 200],
  'edit a course': [call('PATCH', course, { title: 'New' }), 403, 403, 200, 404, 403, 200],
  'archive a course': [call('POST', (of) => `${course(of)}/archive`), 403, 403, 200, 404, 403, 200],
  'remove a course': [call('DELETE', course), 403, 403, 204, 404, 403, 204],
  'read the terms': [call('GET', (of) => `${course(of)}/terms`), 403, 403, 200, 404, 403, 200],
  'set the terms': [call('PUT', (of) => `${course(of)}/terms`, { shareBasisPoints: 6000, keepAccessOnRefund: false }), 403, 403, 403, 403, 403, 200],
  'add a module': [call('POST', (of) => `${course(of)}/modules`, { title: 'More' }), 403, 403, 201, 404, 403, 201],
  'add a quiz': [call('POST', (of) => `${module(of)}/lectures`, quiz), 403, 403, 201, 404, 403, 201],
  'edit a lecture': [call('PATCH', lecture, { title: 'New' }), 403, 403, 200, 404, 403, 200],
  'where a file is': [call('GET', (of) => `${course(of)}/lectures/${of.lectureId}/content`), 403, 200, 200, 403, 403, 200],
  'review a course': [call('POST', (of) => `${course(of)}/reviews`, { rating: 5 }), 403, 409, 403, 403, 403, 403],
  'edit a review': [call('PATCH', (of) => `${course(of)}/reviews/${of.reviewId}`, { rating: 5 }), 404, 200, 404, 404, 404, 404],
  'remove a review': [call('DELETE', (of) => `${course(of)}/reviews/${of.reviewId}`), 404, 204, 404, 404, 404, 204],
  'complete a lecture': [call('POST', (of) => `${place(of)}/lectures/${of.lectureId}/complete`), 404, 200, 404, 404, 404, 404],
  'record study': [call('PATCH', place, { timeSpent: 5 }), 404, 200, 404, 404, 404, 404],
  'read a certificate': [call('GET', (of) => `${place(of)}/certificate`), 404, 409, 404, 404, 404, 409],
  // Whoever may invite is told that this course is open to all.
  'invite somebody': [call('POST', (of) => `${course(of)}/invitations`, { name: 'Amina' }), 403, 403, 400, 404, 403, 400],
  'see the invitations': [call('GET', (of) => `${course(of)}/invitations`), 403, 403, 200, 404, 403, 200],
};

describe.each(Object.entries(operations))('%s', (_, [run, ...statuses]) => {
  let untouched: Things | undefined;

  it.each(columns.map((who, index) => [who, statuses[index]!] as const))('%s: %i', async (who, status) => {
    // What is refused changes nothing, so that it may be refused to all on the same things.
    if (status < 400 || !untouched) untouched = await things();
    const of = untouched;
    const answer = await run(of, who === 'student' ? of.student : people[who]);
    expect(answer.status).toBe(status);
    if (status < 400) untouched = undefined;
  });
});
