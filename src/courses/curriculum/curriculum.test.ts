import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { person, type Person, sql } from '../../../test/support/people.js';
import { expectStatus } from '../../../test/support/school.js';
import type { CourseDto } from '../catalogue/courses.dto.js';

let app: TestApp;
let instructor: Person;
let course: string;
beforeAll(async () => {
  app = await startTestApp();
  instructor = await person(app, 'INSTRUCTOR');
});
beforeEach(async () => {
  course = await newCourse();
});
afterAll(() => app.close());

async function newCourse(): Promise<string> {
  const fields = { title: 'x', description: 'x', category: 'x', isPremium: false, price: 0, currency: 'USD' };
  return expectStatus(201, await app.post<CourseDto>('/courses', fields, instructor.token)).id;
}

const send = (method: string, path: string, body?: object) =>
  app.request<CourseDto>(method, `/courses/${course}/modules${path}`, { body, token: instructor.token });
const read = async () => expectStatus(200, await app.get<CourseDto>(`/courses/${course}`, instructor.token));

/** Adds parts one after another; answers their ids by title. */
async function add(path: string, ...titles: string[]): Promise<Record<string, string>> {
  for (const title of titles) expectStatus(201, await send('POST', path, { title }));
  const { modules } = await read();
  const parts = path === '' ? modules : modules.flatMap(({ lectures }) => lectures);
  return Object.fromEntries(parts.map(({ title, id }) => [title, id]));
}

const bare = { kind: 'LESSON', isPreview: false, hasContent: false, mediaType: null, size: null };

interface Part {
  title: string;
  position: number;
}
/** Titles in order; that they are numbered from 1 without a gap is part of every check. */
function inOrder(parts: readonly Part[]): string {
  expect(parts.map(({ position }) => position)).toEqual(parts.map((_, index) => index + 1));
  return parts.map(({ title }) => title).join('');
}

describe('the modules of a course', () => {
  it('come in the order of their making, each with its lectures in theirs', async () => {
    const { A, B } = await add('', 'A', 'B', 'C');
    await add(`/${B}/lectures`, 'x', 'y');
    await add(`/${A}/lectures`, 'z');
    const { modules } = await read();
    expect(inOrder(modules)).toBe('ABC');
    expect(modules.map(({ lectures }) => inOrder(lectures))).toEqual(['z', 'xy', '']);
    expect(modules[1]).toEqual({
      id: expect.stringMatching(/^mod_/),
      title: 'B',
      position: 2,
      lectures: [
        { id: expect.stringMatching(/^lec_/), title: 'x', position: 1, ...bare },
        { id: expect.stringMatching(/^lec_/), title: 'y', position: 2, ...bare },
      ],
    });
  });

  it.each([
    ['D', 1, 'DABC'],
    ['A', 4, 'BCDA'],
    ['A', 3, 'BCAD'],
    ['C', 2, 'ACBD'],
    ['B', 2, 'ABCD'],
    ['B', 9999, 'ACDB'],
  ])('%s moved to place %d: %s', async (title, position, expected) => {
    const ids = await add('', 'A', 'B', 'C', 'D');
    const { status, body } = await send('PATCH', `/${ids[title]}`, { position });
    expect([status, inOrder(body.modules)]).toEqual([200, expected]);
    expect(inOrder((await read()).modules)).toBe(expected);
  });

  it('are renamed and moved in one', async () => {
    const { C } = await add('', 'A', 'B', 'C');
    expect(inOrder((await send('PATCH', `/${C}`, { title: 'Z', position: 1 })).body.modules)).toBe('ZAB');
  });

  it.each([
    ['B', 'ACD'],
    ['A', 'BCD'],
    ['D', 'ABC'],
  ])('close the gap when %s is removed', async (title, expected) => {
    const ids = await add('', 'A', 'B', 'C', 'D');
    const removed = await send('DELETE', `/${ids[title]}`);
    expect([removed.status, inOrder(removed.body.modules)]).toEqual([200, expected]);
    expect((await send('DELETE', `/${ids[title]}`)).status).toBe(404);
  });

  it('take their lectures with them', async () => {
    const { A } = await add('', 'A');
    await add(`/${A}/lectures`, 'x', 'y');
    await send('DELETE', `/${A}`);
    expect(await sql(app.database, 'SELECT 1 FROM lectures WHERE module_id = $1', [A])).toEqual([]);
  });

  it.each([
    [{ position: 0 }, '#/position'],
    [{ position: 1.5 }, '#/position'],
    [{ position: '1' }, '#/position'],
    [{ position: null }, '#/position'],
    [{ title: '' }, '#/title'],
    [{ id: 'mod_x' }, '#/id'],
  ])('refuse %j and stay as they are', async (body, pointer) => {
    const { A } = await add('', 'A', 'B');
    expect(await send('PATCH', `/${A}`, body)).toMatchObject({
      status: 400,
      body: { code: 'VALIDATION_FAILED', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
    expect(inOrder((await read()).modules)).toBe('AB');
  });
});

describe('the lectures of a module', () => {
  it('are moved first, last and beyond, and close the gap when one is removed', async () => {
    const { A, B } = await add('', 'A', 'B');
    await add(`/${B}/lectures`, 'q');
    const { w, x, z } = await add(`/${A}/lectures`, 'w', 'x', 'y', 'z');
    const lectures = ({ body }: { body: CourseDto }) => inOrder(body.modules[0]!.lectures);
    expect(lectures(await send('PATCH', `/${A}/lectures/${z}`, { position: 1 }))).toBe('zwxy');
    expect(lectures(await send('PATCH', `/${A}/lectures/${w}`, { position: 4 }))).toBe('zxyw');
    expect(lectures(await send('PATCH', `/${A}/lectures/${z}`, { position: 50 }))).toBe('xywz');
    expect(lectures(await send('PATCH', `/${A}/lectures/${x}`, { title: 'X' }))).toBe('Xywz');
    expect(lectures(await send('DELETE', `/${A}/lectures/${x}`))).toBe('ywz');
    expect(inOrder((await read()).modules[1]!.lectures)).toBe('q');
  });

  it('are found only on their own path', async () => {
    const { A, B } = await add('', 'A', 'B');
    const { x } = await add(`/${A}/lectures`, 'x');
    const own = course;
    for (const [method, body] of [
      ['PATCH', { title: 'stolen', position: 1 }],
      ['DELETE', undefined],
    ] as const) {
      expect((await send(method, `/${B}/lectures/${x}`, body)).status).toBe(404);
      expect((await send(method, `/${A}/lectures/lec_unknown`, body)).status).toBe(404);
      course = await newCourse();
      expect((await send(method, `/${A}`, body)).status).toBe(404);
      expect((await send(method, `/${A}/lectures/${x}`, body)).status).toBe(404);
      expect((await send('POST', `/${A}/lectures`, { title: 'intruder' })).status).toBe(404);
      course = own;
    }
    const { modules } = await read();
    expect([inOrder(modules), inOrder(modules[0]!.lectures)]).toEqual(['AB', 'x']);
  });
});

describe('many changes at once', () => {
  const titles = Array.from({ length: 20 }, (_, index) => `${index}.`);

  it('number modules and lectures from 1 without a gap', async () => {
    await Promise.all(titles.map((title) => send('POST', '', { title })));
    const { modules } = await read();
    inOrder(modules);
    expect(modules.map(({ title }) => title).toSorted()).toEqual(titles.toSorted());

    const path = `/${modules[0]!.id}/lectures`;
    await Promise.all(titles.map((title) => send('POST', path, { title })));
    const { lectures } = (await read()).modules[0]!;
    inOrder(lectures);
    expect(lectures).toHaveLength(20);
  });

  it('moving, adding and removing beside each other, lose nothing and leave no gap', async () => {
    const ids = Object.values(await add('', ...titles.slice(0, 8)));
    const answers = await Promise.all([
      ...ids.map((id, index) => send('PATCH', `/${id}`, { position: 8 - index })),
      ...ids.map((id) => send('PATCH', `/${id}`, { position: 1 })),
      ...titles.slice(8, 14).map((title) => send('POST', '', { title })),
      send('DELETE', `/${ids[3]}`),
    ]);
    expect(answers.every(({ status }) => [200, 201, 404].includes(status))).toBe(true);
    const { modules } = await read();
    inOrder(modules);
    expect(modules).toHaveLength(13);
    expect(new Set(modules.map(({ id }) => id)).size).toBe(13);
  });
});

describe('what is on sale', () => {
  const kept = { status: 409, body: { code: 'LAST_LECTURE' } };
  const publish = async () =>
    expectStatus(200, await app.post<CourseDto>(`/courses/${course}/publish`, {}, instructor.token));

  it('keeps its last lecture, however it would be taken', async () => {
    const { A, B } = await add('', 'A', 'B');
    const { x, y } = await add(`/${A}/lectures`, 'x', 'y');
    await publish();
    expect((await send('DELETE', `/${A}/lectures/${x}`)).status).toBe(200);
    const before = await read();
    expect(await send('DELETE', `/${A}/lectures/${y}`)).toMatchObject(kept);
    expect(await send('DELETE', `/${A}`)).toMatchObject(kept);
    expect(await read()).toEqual(before);
    expect((await send('DELETE', `/${B}`)).status).toBe(200);
    await add(`/${A}/lectures`, 'z');
    expect((await send('DELETE', `/${A}/lectures/${y}`)).status).toBe(200);
    expect(inOrder((await read()).modules[0]!.lectures)).toBe('z');
  });

  it('loses a module with lectures when another has some', async () => {
    const { A, B } = await add('', 'A', 'B');
    await add(`/${A}/lectures`, 'x');
    await add(`/${B}/lectures`, 'y');
    await publish();
    expect((await send('DELETE', `/${A}`)).status).toBe(200);
    expect(await send('DELETE', `/${B}`)).toMatchObject(kept);
    expect(inOrder((await read()).modules)).toBe('B');
  });

  it('may lose all as long as it is a draft', async () => {
    const { A } = await add('', 'A');
    const { x } = await add(`/${A}/lectures`, 'x');
    expect((await send('DELETE', `/${A}/lectures/${x}`)).status).toBe(200);
    expect((await send('DELETE', `/${A}`)).status).toBe(200);
  });

  it.each([
    ['lectures', 'lectures'],
    ['modules', 'modules'],
    ['lectures', 'modules'],
  ])('keeps one of its last two when both go at once: %s and %s', async (first, second) => {
    const { A, B } = await add('', 'A', 'B');
    const { x } = await add(`/${A}/lectures`, 'x');
    const { y } = await add(`/${B}/lectures`, 'y');
    await publish();
    const answers = await Promise.all([
      send('DELETE', first === 'lectures' ? `/${A}/lectures/${x}` : `/${A}`),
      send('DELETE', second === 'lectures' ? `/${B}/lectures/${y}` : `/${B}`),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect((await read()).modules.flatMap(({ lectures }) => lectures)).toHaveLength(1);
  });

  it('has a lecture whether publishing or removing comes first', async () => {
    const { A } = await add('', 'A');
    const { x } = await add(`/${A}/lectures`, 'x');
    const answers = await Promise.all([
      app.post(`/courses/${course}/publish`, {}, instructor.token),
      send('DELETE', `/${A}/lectures/${x}`),
    ]);
    expect(answers.map(({ status }) => status)).toEqual(answers[0].status === 200 ? [200, 409] : [400, 200]);
    const { status, modules } = await read();
    expect([status, modules[0]!.lectures.length]).toEqual(answers[0].status === 200 ? ['PUBLISHED', 1] : ['DRAFT', 0]);
  });
});
