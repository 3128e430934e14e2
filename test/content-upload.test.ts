import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { ContentDesk, fileOf, filesIn, type Lecture, pathOf } from './support/content-desk.js';
import { type Person, person, sql } from './support/people.js';
import { eventually } from './support/process.js';

/* What an instructor uploads, and everything that is no such thing: then the lecture has what it had. */

const types = 'video/mp4,application/pdf,application/zip,text/plain,text/markdown,application/json';
let app: TestApp;
let desk: ContentDesk;
let directory: string;
let people: Record<'instructor' | 'stranger' | 'student' | 'admin', Person>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'content-'));
  app = await startTestApp({ ROLE: 'api', STORAGE_DIR: directory, CONTENT_MAX_MEGABYTES: '1', CONTENT_TYPES: types });
  const [instructor, stranger, student, admin] = await Promise.all([
    person(app, 'INSTRUCTOR'),
    person(app, 'INSTRUCTOR'),
    person(app),
    person(app, 'ADMIN'),
  ]);
  people = { instructor, stranger, student, admin };
  desk = new ContentDesk(app, instructor);
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

const MEGABYTE = 1024 * 1024;
const keyOf = async ({ lectureId }: Lecture) =>
  (
    await sql<{ key: string }>(app.database, 'SELECT storage_key AS key FROM lecture_contents WHERE lecture_id = $1', [
      lectureId,
    ])
  )[0]?.key;

describe('an upload', () => {
  it('is the file of the lecture: as it came, with its name, type, size and checksum', async () => {
    const lecture = await desk.lecture();
    const file = fileOf('video/mp4', 300_000);
    const checksum = createHash('sha256').update(file).digest('hex');
    const answer = await desk.upload(lecture, file, { fileName: 'Habari – 1.mp4' });
    expect([answer.status, answer.body]).toEqual([
      201,
      { fileName: 'Habari – 1.mp4', mediaType: 'video/mp4', size: 300_000, checksum, uploadedAt: expect.any(String) },
    ]);
    expect(await desk.shown(lecture)).toMatchObject({ hasContent: true, mediaType: 'video/mp4', size: 300_000 });
    expect((await desk.bytes(lecture)).equals(file)).toBe(true);
    expect(await filesIn(directory)).toEqual([await keyOf(lecture)]);
  });

  it.each([
    ['application/pdf', fileOf('application/pdf', 5_000)],
    ['application/zip', fileOf('application/zip', 5_000)],
    ['text/markdown', '# Häbari\n'],
    ['text/plain; charset=utf-8', 'BM is how bitmaps begin, and some texts'],
    ['Video/MP4', fileOf('video/mp4', MEGABYTE)],
    // What a parser of ours would take for itself, and refuse.
    ['application/json', `{"a":${'['.repeat(200_000)}`],
  ])('may be %s', async (mediaType, file) => {
    const lecture = await desk.lecture();
    expect(await desk.upload(lecture, file, { mediaType })).toMatchObject({
      status: 201,
      body: { fileName: 'Habari', mediaType: mediaType.split(';')[0]!.toLowerCase(), size: Buffer.byteLength(file) },
    });
    expect((await desk.bytes(lecture)).equals(Buffer.from(file))).toBe(true);
  });

  it('takes the place of the file that was there', async () => {
    const lecture = await desk.lecture();
    await desk.upload(lecture, fileOf('video/mp4', 1_000));
    const before = await keyOf(lecture);
    const file = fileOf('application/pdf', 2_000);
    expect((await desk.upload(lecture, file, { mediaType: 'application/pdf' }, people.admin.token)).status).toBe(201);
    expect(await keyOf(lecture)).not.toBe(before);
    expect((await desk.bytes(lecture)).equals(file)).toBe(true);
  });
});

describe('refused, and nothing has changed:', () => {
  let lecture: Lecture;
  const first = fileOf('video/mp4', 1_000);
  beforeAll(async () => {
    lecture = await desk.lecture();
    await desk.upload(lecture, first);
  });

  /** What could have changed: the lecture's file, and what lies around. */
  const state = async () => ({
    key: await keyOf(lecture),
    files: await filesIn(directory),
    shown: await desk.shown(lecture),
  });
  async function unchanged(work: () => Promise<unknown>): Promise<void> {
    const before = await state();
    await work();
    expect(await state()).toEqual(before);
    expect((await desk.bytes(lecture)).equals(first)).toBe(true);
  }

  it.each([
    ['a type that is not taken', fileOf('video/mp4', 1_000), 'video/quicktime', 415, 'MEDIA_TYPE_NOT_TAKEN'],
    ['a page', '<p>', 'text/html', 415, 'MEDIA_TYPE_NOT_TAKEN'],
    ['a form', 'a'.repeat(200_000), 'application/x-www-form-urlencoded', 415, 'MEDIA_TYPE_NOT_TAKEN'],
    ['a film that is a PDF', fileOf('application/pdf', 1_000), 'video/mp4', 415, 'MEDIA_TYPE_MISMATCH'],
    ['a film that is noise', Buffer.alloc(1_000, 7), 'video/mp4', 415, 'MEDIA_TYPE_MISMATCH'],
    ['a text that is a film', fileOf('video/mp4', 1_000), 'text/plain', 415, 'MEDIA_TYPE_MISMATCH'],
    ['a page that says it is a PDF', '<script>alert(1)</script>', 'application/pdf', 415, 'MEDIA_TYPE_MISMATCH'],
    ['too much', fileOf('video/mp4', MEGABYTE + 1), 'video/mp4', 413, 'FILE_TOO_LARGE'],
    ['nothing', '', 'text/plain', 400, 'VALIDATION_FAILED'],
  ])('%s', async (_, file, mediaType, status, code) => {
    await unchanged(async () =>
      expect(await desk.upload(lecture, file, { mediaType })).toMatchObject({ status, body: { code } }),
    );
  });

  it('a file that does not say how long it is', async () => {
    const chunks = async function* () {
      yield first;
    };
    await unchanged(async () =>
      expect(await desk.upload(lecture, chunks())).toMatchObject({ status: 411, body: { code: 'LENGTH_REQUIRED' } }),
    );
  });

  it.each(['a/b.mp4', 'a\\b.mp4', 'a\r\nX: y', ''])('the name %j', async (fileName) => {
    await unchanged(async () =>
      expect(await desk.upload(lecture, first, { fileName })).toMatchObject({
        status: 400,
        body: { code: 'VALIDATION_FAILED' },
      }),
    );
  });

  it.each([
    ['another instructor', 'stranger', 404],
    ['a student', 'student', 403],
  ] as const)('%s', async (_, who, status) => {
    await unchanged(async () => expect((await desk.upload(lecture, first, {}, people[who].token)).status).toBe(status));
  });

  it('a connection that breaks: what had come is gone', async () => {
    await unchanged(async () => {
      for (const sent of [0, 500, 200_000]) {
        const socket = await desk.byHand(lecture, 300_000);
        socket.write(fileOf('video/mp4', sent));
        if (sent > 4_100)
          await eventually(
            () => filesIn(directory),
            (files) => files.some((file) => file.endsWith('.part')),
          );
        socket.destroy();
        await eventually(
          () => filesIn(directory),
          (files) => !files.some((file) => file.endsWith('.part')),
        );
      }
    });
  });

  it('more than was announced', async () => {
    await unchanged(async () => {
      const socket = await desk.byHand(lecture, 4_000);
      socket.write(fileOf('video/mp4', 5_000));
      const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      expect(answer.toString()).toMatch(/^HTTP\/1.1 400/);
      socket.destroy();
      await eventually(
        () => filesIn(directory),
        (files) => !files.some((file) => file.endsWith('.part')),
      );
    });
  });

  it('a quiz has no file', async () => {
    const quiz = await desk.lecture();
    await sql(app.database, `UPDATE lectures SET kind = 'QUIZ', pass_mark = 50 WHERE id = $1`, [quiz.lectureId]);
    expect(await desk.upload(quiz, first)).toMatchObject({ status: 409, body: { code: 'LECTURE_IS_A_QUIZ' } });
  });

  it('a lecture of another module, an archived course, and one that is deleted while its file comes', async () => {
    const [here, there] = [await desk.lecture(), await desk.lecture()];
    expect((await desk.upload({ ...here, moduleId: there.moduleId }, first)).status).toBe(404);
    expect((await desk.upload({ ...here, lectureId: there.lectureId }, first)).status).toBe(404);
    const socket = await desk.byHand(there, 100_000);
    socket.write(fileOf('video/mp4', 50_000));
    await eventually(
      () => filesIn(directory),
      (files) => files.some((file) => file.endsWith('.part')),
    );
    await app.post(`/courses/${there.courseId}/archive`, {}, people.instructor.token);
    socket.write(Buffer.alloc(50_000));
    const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 [\s\S]*COURSE_ARCHIVED/);
    socket.destroy();
    expect(await keyOf(there)).toBeUndefined();
  });

  it('who is refused early hears why, though nobody reads what they send', async () => {
    const { status, body } = await desk.upload(lecture, Buffer.alloc(5 * MEGABYTE));
    expect([status, body.code]).toEqual([413, 'FILE_TOO_LARGE']);
    // The connection is good for the next request, and without a token the way is the same.
    const answer = await fetch(`${app.url}${pathOf(lecture)}`, { method: 'POST', body: Buffer.alloc(5 * MEGABYTE) });
    expect(answer.status).toBe(401);
  });
});
