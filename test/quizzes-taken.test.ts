import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { keepBooks } from './support/keep-books.js';
import { type Learner, LearningDesk, type Taught } from './support/learning-desk.js';
import { person, sql } from './support/people.js';
import { expectStatus } from './support/school.js';

/* A quiz is a lecture that is completed by passing it. */

let app: TestApp;
let desk: LearningDesk;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  desk = new LearningDesk(app, await person(app, 'INSTRUCTOR'));
});
afterAll(() => app.close());
keepBooks(() => app);

interface Taking {
  course: Taught;
  learner: Learner;
  quiz: string;
  questions: string[];
}

type TaughtQuiz = Omit<Taking, 'learner'>;
const taught = new Map<number, Promise<TaughtQuiz>>();

/** A quiz of four questions, beside one lesson; the same one for all who ask for that pass mark. */
async function teach(passMark: number): Promise<TaughtQuiz> {
  const course = await desk.course(['lesson']);
  const { id: quiz, questions } = await desk.quiz(course, passMark);
  return { course, quiz, questions };
}

/** A student before it. */
async function before(passMark: number, own = false): Promise<Taking> {
  const known = own ? undefined : taught.get(passMark);
  const teaching = known ?? teach(passMark);
  if (!own) taught.set(passMark, teaching);
  const quiz = await teaching;
  return { ...quiz, learner: await desk.learner(quiz.course.id) };
}

const rightAnswers = [[0], [0], [0], [1, 2]];
/** As many right answers as that, from the first question on; the others are wrong. */
const answers = ({ questions }: Taking, right: number) =>
  Object.fromEntries(questions.map((id, index) => [id, index < right ? rightAnswers[index]! : [2]]));
const take = (taking: Taking, given: unknown) => desk.complete(taking.learner, taking.quiz, { answers: given });
const attempts = ({ learner }: Taking) =>
  sql<{ right: number; questions: number; passed: boolean; answers: object }>(
    app.database,
    'SELECT "right", questions, passed, answers FROM quiz_attempts WHERE enrollment_id = $1 ORDER BY id',
    [learner.id],
  );
/** The pointers of a refusal; nothing has been kept of what was refused. */
async function refused(taking: Taking, given: unknown): Promise<string[]> {
  const { status, body } = await take(taking, given);
  expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
  expect(await attempts(taking)).toEqual([]);
  expect(await desk.place(taking.learner)).toMatchObject({ progress: 0, lastAccessedAt: null });
  return body.errors!.map(({ pointer }) => pointer);
}

it.each([
  [75, 3, true],
  [76, 3, false],
  [74, 3, true],
  [75, 2, false],
  [1, 0, false],
  [1, 1, true],
  [100, 3, false],
  [100, 4, true],
])('with a pass mark of %d per cent, %d of 4 right: passed %s', async (passMark, right, passed) => {
  const taking = await before(passMark);
  const given = answers(taking, right);
  const { completed, quiz, enrollment } = expectStatus(200, await take(taking, given));
  expect(quiz).toEqual({
    ...{ right, questions: 4, passMark, passed },
    answers: taking.questions.map((questionId, index) => ({ questionId, right: index < right })),
  });
  expect([completed, enrollment.progress]).toEqual([passed, passed ? 50 : 0]);
  expect(await attempts(taking)).toEqual([{ right, questions: 4, passed, answers: given }]);
});

describe('answers', () => {
  it('are right when exactly the right choices are chosen, in any order', async () => {
    const taking = await before(25);
    const last = taking.questions[3]!;
    for (const [chosen, right] of [
      [[2, 1], 1],
      [[1], 0],
      [[0, 1, 2], 0],
      [[], 0],
    ] as const)
      expect(expectStatus(200, await take(taking, { [last]: chosen })).quiz).toMatchObject({ right });
  });

  it('that are not given are wrong, all of them too', async () => {
    const taking = await before(25);
    expect(expectStatus(200, await take(taking, {})).quiz).toMatchObject({ right: 0, questions: 4, passed: false });
    expect(await desk.standing(taking.learner)).toEqual([0, 'ACTIVE', false]);
  });

  it('to other questions and choices that are none are refused, every one of them', async () => {
    const taking = await before(25);
    const [a, b, c] = taking.questions as [string, string, string];
    const given = { [a]: [3], [b]: [0, 1, 0], [c]: [0], 'qqn_a/b~c': [0] };
    expect(await refused(taking, given)).toEqual([`#/answers/${a}/0`, `#/answers/${b}/2`, '#/answers/qqn_a~1b~0c']);
  });

  it.each([[undefined], [null], [[]], [{ a: 1 }], [{ a: [-1] }], [{ a: [0.5] }], [{ a: ['0'] }], ['all']])(
    '%j are none',
    async (given) => {
      expect(await refused(await before(25), given)).toEqual(['#/answers']);
    },
  );

  it('to questions that were replaced meanwhile are refused', async () => {
    const taking = await before(25, true);
    const given = answers(taking, 4);
    const { course, quiz } = taking;
    const questions = [
      {
        prompt: 'new',
        choices: [
          { text: 'a', right: true },
          { text: 'b', right: false },
        ],
      },
    ];
    const path = `/courses/${course.id}/modules/${course.moduleId}/lectures/${quiz}`;
    expectStatus(200, await app.request('PATCH', path, { body: { questions }, token: desk.instructor.token }));
    expect(await refused(taking, given)).toEqual(taking.questions.map((id) => `#/answers/${id}`));
  });

  it('are not for lessons', async () => {
    const { course, learner } = await before(25);
    const { status, body } = await desk.complete(learner, course.lectures.lesson!, { answers: {} });
    expect([status, body.errors?.[0]?.pointer]).toEqual([400, '#/answers']);
    expect(await desk.standing(learner)).toEqual([0, 'ACTIVE', false]);
  });
});

describe('a quiz that is passed', () => {
  it('stays passed: what fails later is kept and takes nothing away', async () => {
    const taking = await before(50);
    expectStatus(200, await take(taking, answers(taking, 1)));
    expectStatus(200, await take(taking, answers(taking, 2)));
    const later = expectStatus(200, await take(taking, answers(taking, 0)));
    expect(later).toMatchObject({ completed: true, quiz: { passed: false }, enrollment: { progress: 50 } });
    expect((await attempts(taking)).map(({ passed }) => passed)).toEqual([false, true, false]);
  });

  it('completes the course as any lecture does', async () => {
    const taking = await before(50);
    await desk.completed(taking.learner, taking.course.lectures.lesson!);
    expectStatus(200, await take(taking, answers(taking, 1)));
    expect(await desk.standing(taking.learner)).toEqual([50, 'ACTIVE', false]);
    expectStatus(200, await take(taking, answers(taking, 4)));
    expect(await desk.standing(taking.learner)).toEqual([100, 'COMPLETED', true]);
  });
});
