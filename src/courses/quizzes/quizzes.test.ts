import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { CourseDesk, type Fields, type Problem } from '../../../test/support/course-desk.js';
import { keepBooks } from '../../../test/support/keep-books.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import { Invariants } from '../../ledger/index.js';
import { Database } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import { GrantAccess } from '../access/grant-access.js';
import { RevokeAccess } from '../access/revoke-access.js';
import type { CourseDto } from '../catalogue/courses.dto.js';
import type { QuizDto } from './quizzes.dto.js';

let app: TestApp;
let instructor: Person;
let student: Person;
let desk: CourseDesk;
let courseId: string;
let moduleId: string;
beforeAll(async () => {
  app = await startTestApp();
  [instructor, student] = await Promise.all([person(app, 'INSTRUCTOR'), person(app)]);
  desk = new CourseDesk(app, instructor);
});
beforeEach(async () => {
  courseId = (await desk.created()).id;
  const course = expectStatus(201, await desk.send('POST', `${courseId}/modules`, { title: 'A' }));
  moduleId = course.modules[0]!.id;
});
afterAll(() => app.close());
keepBooks(() => app);

const choice = (text: string, right = false) => ({ text, right });
const question = (prompt = 'Habari?', ...choices: object[]) => ({
  prompt,
  choices: choices.length > 0 ? choices : [choice('Nzuri', true), choice('Kwaheri')],
});
const quiz = (changes: Fields = {}) => ({
  title: 'Greetings',
  kind: 'QUIZ',
  passMark: 50,
  questions: [question()],
  ...changes,
});
const add = <T = CourseDto>(fields: Fields) => desk.send<T>('POST', `${courseId}/modules/${moduleId}/lectures`, fields);
const edit = <T = CourseDto>(id: string, fields: Fields) =>
  desk.send<T>('PATCH', `${courseId}/modules/${moduleId}/lectures/${id}`, fields);
const added = async (fields: Fields = quiz()) => expectStatus(201, await add(fields)).modules[0]!.lectures.at(-1)!.id;
const read = (id: string, who = instructor) =>
  desk.send<QuizDto>('GET', `${courseId}/lectures/${id}/quiz`, undefined, who);
const publish = () => desk.send<CourseDto & Problem>('POST', `${courseId}/publish`);
/** Where it was refused. */
const pointers = ({ status, body }: { status: number; body: Problem }) => [
  status,
  ...(body.errors ?? []).map(({ pointer }) => pointer),
];

describe('a quiz', () => {
  it('is a lecture with questions, which its instructor sees in order with what is right', async () => {
    const second = question('Na wewe?', choice('Pia', true), choice('Salama', true), choice('Hapana'));
    const id = await added(quiz({ questions: [question(), second] }));
    expect(expectStatus(200, await read(id))).toEqual({
      lectureId: id,
      title: 'Greetings',
      passMark: 50,
      questions: [question(), second].map((one) => ({ ...one, id: expect.stringMatching(/^qqn_/) })),
    });
    const { modules } = expectStatus(200, await desk.read(courseId));
    expect(modules[0]!.lectures).toMatchObject([{ id, title: 'Greetings', position: 1, kind: 'QUIZ' }]);
  });

  it('is changed bit by bit; its questions are replaced as a whole', async () => {
    const id = await added();
    const before = expectStatus(200, await read(id));
    expectStatus(200, await edit(id, { passMark: 100, kind: 'QUIZ' }));
    expect(expectStatus(200, await read(id))).toEqual({ ...before, passMark: 100 });
    expectStatus(
      200,
      await edit(id, { title: 'Farewells', questions: [question('Kwaheri?'), question('Tutaonana?')] }),
    );
    const after = expectStatus(200, await read(id));
    expect([after.title, after.passMark, after.questions.map(({ prompt }) => prompt)]).toEqual([
      'Farewells',
      100,
      ['Kwaheri?', 'Tutaonana?'],
    ]);
    expect(await sql(app.database, 'SELECT 1 FROM quiz_questions WHERE lecture_id = $1', [id])).toHaveLength(2);
  });

  it.each<[string, Fields, string[]]>([
    ['no pass mark', { passMark: undefined }, ['#/passMark']],
    ['a pass mark of 0', { passMark: 0 }, ['#/passMark']],
    ['a pass mark of 101', { passMark: 101 }, ['#/passMark']],
    ['half a per cent', { passMark: 50.5 }, ['#/passMark']],
    ['a kind that is none', { kind: 'EXAM' }, ['#/kind']],
    ['one choice', { questions: [question('?', choice('a', true))] }, ['#/questions/0/choices']],
    [
      '21 choices',
      { questions: [question('?', ...Array.from({ length: 21 }, () => choice('a', true)))] },
      ['#/questions/0/choices'],
    ],
    ['101 questions', { questions: Array.from({ length: 101 }, () => question()) }, ['#/questions']],
    ['a lesson with a pass mark and questions', { kind: 'LESSON' }, ['#/passMark', '#/questions']],
    ['unknown words', { questions: [{ ...question(), points: 3 }] }, ['#/questions/0/points']],
    [
      'every flaw at once',
      {
        passMark: '50',
        questions: [question(), question('', choice('a'), { text: 'b' }), question('?', choice('', true), choice('b'))],
      },
      [
        '#/passMark',
        '#/questions/1/prompt',
        '#/questions/1/choices',
        '#/questions/1/choices/1/right',
        '#/questions/2/choices/0/text',
      ],
    ],
  ])('is refused with %s', async (_, changes, where) => {
    const answer = await add<Problem>(quiz(changes));
    expect(new Set(pointers(answer))).toEqual(new Set([400, ...where]));
    expect(answer.body.code).toBe('VALIDATION_FAILED');
    expect(expectStatus(200, await desk.read(courseId)).modules[0]!.lectures).toEqual([]);
  });

  it('stays one, as a lesson stays a lesson', async () => {
    const [id, lesson] = [await added(), await added({ title: 'Habari' })];
    const before = expectStatus(200, await read(id));
    expect(pointers(await edit<Problem>(id, { kind: 'LESSON', title: 'x' }))).toEqual([400, '#/kind']);
    expect(pointers(await edit<Problem>(lesson, { kind: 'QUIZ', passMark: 50, questions: [question()] }))).toEqual([
      400,
      ...['#/kind', '#/passMark', '#/questions'],
    ]);
    expect(expectStatus(200, await read(id))).toEqual(before);
    expect((await read(lesson)).status).toBe(404);
  });

  it('has a question when it is published, and keeps one', async () => {
    const id = await added(quiz({ questions: [] }));
    expect(await publish()).toMatchObject({
      status: 400,
      body: { code: 'QUIZ_EMPTY', detail: 'The quiz “Greetings” has no question yet' },
    });
    expectStatus(200, await edit(id, { questions: [question()] }));
    expectStatus(200, await publish());
    expect(pointers(await edit<Problem>(id, { questions: [] }))).toEqual([400, '#/questions']);
    expect(pointers(await add<Problem>(quiz({ questions: [] })))).toEqual([400, '#/questions']);
    expect(pointers(await add<Problem>(quiz({ questions: undefined, passMark: undefined })))).toEqual([
      400,
      ...['#/passMark', '#/questions'],
    ]);
    expect(expectStatus(200, await read(id)).questions).toHaveLength(1);
  });
});

describe('who sees a quiz', () => {
  it('students for whom the course is open, without what is right; nobody else but its instructor and admins', async () => {
    const id = await added();
    expect((await read(id, student)).status).toBe(404);
    expectStatus(200, await publish());
    expect(await read(id, student)).toMatchObject({ status: 403, body: { code: 'ACCESS_REQUIRED' } });

    const sourceId = newId('enrollment');
    const grant = { userId: student.id, courseId, source: 'ENROLLMENT', sourceId } as const;
    await app.app.get(GrantAccess).execute(grant);
    const shown = expectStatus(200, await read(id, student));
    expect(shown.questions).toEqual([
      { id: expect.stringMatching(/^qqn_/), prompt: 'Habari?', choices: [{ text: 'Nzuri' }, { text: 'Kwaheri' }] },
    ]);
    expect(expectStatus(200, await read(id, await person(app, 'ADMIN'))).questions[0]!.choices[0]).toEqual(
      choice('Nzuri', true),
    );
    expect((await read(id, await person(app, 'INSTRUCTOR'))).status).toBe(403);

    await app.app.get(RevokeAccess).execute('ENROLLMENT', sourceId);
    expect((await read(id, student)).status).toBe(403);
  });

  it('finds it in its own course alone, and no lesson', async () => {
    const id = await added();
    const lesson = await added({ title: 'Habari' });
    expect((await read(lesson)).status).toBe(404);
    const elsewhere = await desk.created();
    expect((await desk.send('GET', `${elsewhere.id}/lectures/${id}/quiz`)).status).toBe(404);
  });
});

it('a published quiz without a question is found', async () => {
  const id = await added();
  expectStatus(200, await publish());
  const { client } = app.app.get(Database);
  const questions = await client.quizQuestion.findMany({ where: { lectureId: id } });
  await client.quizQuestion.deleteMany({ where: { lectureId: id } });
  expect(await broken()).toEqual([id]);
  await client.quizQuestion.createMany({
    data: questions.map((one) => ({ ...one, choices: one.choices as object[] })),
  });
  expect(await broken()).toEqual([]);
});

async function broken(): Promise<string[]> {
  const found = await app.app.get(Invariants).check();
  return found.filter(({ rule }) => rule === 'a published quiz has a question').map(({ subject }) => subject);
}
