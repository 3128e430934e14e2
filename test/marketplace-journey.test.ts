import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CourseDto, CourseSummaryDto } from '../src/courses/catalogue/courses.dto.js';
import type { QuizDto } from '../src/courses/quizzes/quizzes.dto.js';
import type { CertificateDto } from '../src/enrollments/certificates/certificates.dto.js';
import type { EnrollmentDto } from '../src/enrollments/index.js';
import type { CompletedLectureDto } from '../src/enrollments/learning/learning.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import type { Page } from '../src/platform/http/index.js';
import { ContentDesk, fileOf, load } from './support/content-desk.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'journey-'));
  school = await openSchool({ STORAGE_DIR: directory });
}, 60_000);
afterAll(async () => {
  await school.close();
  await rm(directory, { recursive: true });
});
endQuietly(() => school);

const listed = async (keyword: string) =>
  expectStatus(200, await school.get<Page<CourseSummaryDto>>(`/courses/list?keyword=${keyword}&sort=relevance`)).data;
const questions = [
  {
    prompt: 'Good morning?',
    choices: [
      { text: 'Habari ya asubuhi', right: true },
      { text: 'Lala salama', right: false },
    ],
  },
];

it('from the upload of a course to its first review, and from the search for it to the certificate', async () => {
  const { instructor } = school;
  const student = await person(school);
  const other = await person(school);
  const desk = new ContentDesk(school, instructor);

  // The instructor: a whole course at once, a quiz and a file with it.
  const uploaded = expectStatus(
    201,
    await school.post<CourseDto>(
      '/courses/upload',
      {
        ...{ title: 'Zanzibari Swahili', description: 'As it is spoken on the islands.', category: 'languages' },
        ...{ isPremium: true, price: 10_000, currency: 'USD', publish: true },
        modules: [{ title: 'Greetings', lectures: [{ title: 'Habari', isPreview: true }, { title: 'Jambo' }] }],
      },
      instructor.token,
    ),
  );
  const [module] = uploaded.modules;
  const path = `/courses/${uploaded.id}/modules/${module!.id}/lectures`;
  const quiz = { title: 'What have you learnt?', kind: 'QUIZ', passMark: 100, questions };
  const course = expectStatus(201, await school.post<CourseDto>(path, quiz, instructor.token));
  const [habari, jambo, last] = course.modules[0]!.lectures;
  const place = (lectureId: string) => ({ courseId: course.id, moduleId: module!.id, lectureId });
  const file = fileOf('video/mp4', 20_000);
  for (const { id } of [habari!, jambo!]) expectStatus(201, await desk.upload(place(id), file));

  // The student: finds it, looks into it, buys it, and may watch all of it.
  expect((await listed('zanzibari')).map(({ id, rating }) => [id, rating])).toEqual([
    [course.id, { average: null, count: 0 }],
  ]);
  expect((await desk.ask(place(habari!.id), student)).status).toBe(200);
  expect((await desk.ask(place(jambo!.id), student)).body.code).toBe('NOT_ENROLLED');
  const bought = await school.post<CreatedSessionDto>('/courses/purchase', { courseId: course.id }, student.token);
  const { session } = expectStatus(201, bought);
  school.sandbox.stripe.pay(session.providerReference!);
  await school.quiet();
  const { url } = await desk.address(place(jambo!.id), student);
  const watched = await load(url, { authorization: `Bearer ${student.token}`, range: 'bytes=100-199' });
  expect([watched.status, watched.body.equals(file.subarray(100, 200))]).toEqual([206, true]);
  expect((await load(url, { authorization: `Bearer ${other.token}` })).status).toBe(403);

  // … learns it, whatever they claim, and has a certificate that anybody can look up.
  const enrolled = await school.get<EnrollmentDto>(`/enrollments/course/${course.id}`, student.token);
  const { id } = expectStatus(200, enrolled);
  const patch = { body: { progress: 100 }, token: student.token };
  expect((await school.request('PATCH', `/enrollments/${id}`, patch)).status).toBe(400);
  const complete = async (lectureId: string, body: object = {}) =>
    expectStatus(
      200,
      await school.post<CompletedLectureDto>(`/enrollments/${id}/lectures/${lectureId}/complete`, body, student.token),
    );
  expect((await complete(habari!.id)).enrollment.progress).toBe(33);
  expect((await complete(jambo!.id)).enrollment.progress).toBe(66);
  const asked = await school.get<QuizDto>(`/courses/${course.id}/lectures/${last!.id}/quiz`, student.token);
  const [question] = expectStatus(200, asked).questions;
  expect((await complete(last!.id, { answers: { [question!.id]: [1] } })).completed).toBe(false);
  expect((await complete(last!.id, { answers: { [question!.id]: [0] } })).enrollment).toMatchObject({
    ...{ status: 'COMPLETED', progress: 100, certificateEarned: true },
  });
  const own = await school.get<CertificateDto>(`/enrollments/${id}/certificate`, student.token);
  const { serial } = expectStatus(200, own);
  expect(expectStatus(200, await school.get<CertificateDto>(`/certificates/${serial}`))).toMatchObject({
    ...{ valid: true, courseTitle: 'Zanzibari Swahili' },
  });

  // The first review is seen at once; whoever has not bought it writes none.
  const review = { rating: 5, text: 'Asante sana!' };
  expect((await school.post(`/courses/${course.id}/reviews`, review, other.token)).status).toBe(403);
  expectStatus(201, await school.post(`/courses/${course.id}/reviews`, review, student.token));
  expect((await listed('zanzibari')).map(({ rating }) => rating)).toEqual([{ average: 5, count: 1 }]);

  // All the money back: no more to watch, and the certificate says so.
  await new Desk(school).refunded(session);
  await school.quiet();
  expect((await load(url, { authorization: `Bearer ${student.token}` })).status).toBe(403);
  expect((await school.get<CertificateDto>(`/certificates/${serial}`)).body.valid).toBe(false);
});
