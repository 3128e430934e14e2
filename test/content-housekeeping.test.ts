import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Housekeeping } from '../src/platform/jobs/index.js';
import { Invariants } from '../src/ledger/index.js';
import { s3Defaults, S3StandIn } from '../src/sandbox/index.js';
import { startTestApp, type TestApp } from './support/app.js';
import { ContentDesk, fileOf, type Lecture } from './support/content-desk.js';
import { type Person, person, sql } from './support/people.js';

/* Files in a bucket: what it does when it is in trouble, and that nothing stays there which nothing refers to. */

let app: TestApp;
let desk: ContentDesk;
let instructor: Person;
let directory: string;
const s3 = new S3StandIn();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'content-'));
  await s3.start();
  app = await startTestApp({
    ROLE: 'api',
    STORAGE_DIR: directory,
    S3_ENDPOINT: s3.url,
    S3_REGION: s3Defaults.region,
    S3_BUCKET: s3Defaults.bucket,
    S3_ACCESS_KEY_ID: s3Defaults.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3Defaults.secretAccessKey,
    S3_FORCE_PATH_STYLE: 'true',
  });
  instructor = await person(app, 'INSTRUCTOR');
  desk = new ContentDesk(app, instructor);
});
afterAll(async () => {
  await app.close();
  await s3.stop();
  await rm(directory, { recursive: true });
});

const DAY = 86_400;
/** Objects have been there for so many seconds more. */
const age = (seconds: number) =>
  sql(app.database, `UPDATE stored_objects SET created_at = created_at - $1 * interval '1 second'`, [seconds]);
const clean = () => app.app.get(Housekeeping).run();
const known = async () =>
  (await sql<{ key: string }>(app.database, 'SELECT key FROM stored_objects ORDER BY key')).map(({ key }) => key);
const kept = () => s3.list().toSorted();
async function keyOf({ lectureId }: Lecture): Promise<string> {
  const rows = await sql<{ key: string }>(
    app.database,
    'SELECT storage_key AS key FROM lecture_contents WHERE lecture_id = $1',
    [lectureId],
  );
  return rows[0]!.key;
}

it('a file is in the bucket, as it came, and read from there in whole and in part', async () => {
  const lecture = await desk.lecture();
  const file = fileOf('video/mp4', 300_000);
  expect((await desk.upload(lecture, file)).status).toBe(201);
  const object = s3.object(await keyOf(lecture))!;
  expect([object.type, object.bytes.equals(file)]).toEqual(['video/mp4', true]);
  expect((await desk.bytes(lecture)).equals(file)).toBe(true);
  const { url, cookie } = await desk.address(lecture, instructor);
  const part = await fetch(url, { headers: { cookie, range: 'bytes=100000-199999' } });
  expect([part.status, Buffer.from(await part.arrayBuffer()).equals(file.subarray(100_000, 200_000))]).toEqual([
    206,
    true,
  ]);
});

it('in trouble it is told as such, and the lecture has what it had', async () => {
  const lecture = await desk.lecture();
  const file = fileOf('video/mp4', 300_000);
  await desk.upload(lecture, file);
  const key = await keyOf(lecture);
  for (const [trouble, status, code] of [
    [{ status: 500, code: 'InternalError' }, 503, 'STORAGE_UNAVAILABLE'],
    [{ status: 403, code: 'AccessDenied' }, 502, 'STORAGE_REFUSED'],
    ['cut', 503, 'STORAGE_UNAVAILABLE'],
  ] as const) {
    s3.trouble('PUT', trouble);
    expect(await desk.upload(lecture, fileOf('video/mp4', 300_000))).toMatchObject({ status, body: { code } });
    expect(await keyOf(lecture)).toBe(key);
  }
  const { url, cookie } = await desk.address(lecture, instructor);
  const read = async () => {
    const answer = await fetch(url, { headers: { cookie } });
    return [answer.status, ((await answer.json()) as { code: string }).code];
  };
  s3.trouble('GET', { status: 503, code: 'SlowDown' });
  expect(await read()).toEqual([503, 'STORAGE_UNAVAILABLE']);
  s3.trouble('GET', 'cut');
  await expect(fetch(url, { headers: { cookie } }).then((answer) => answer.arrayBuffer())).rejects.toThrow(
    'terminated',
  );
  expect((await desk.bytes(lecture)).equals(file)).toBe(true);
  s3.lose(key);
  expect(await read()).toEqual([404, 'FILE_MISSING']);
});

it('what nothing refers to goes after a day, and nothing else', async () => {
  const [staying, replaced, deleted] = [await desk.lecture(), await desk.lecture(), await desk.lecture()];
  for (const lecture of [staying, replaced, deleted]) await desk.upload(lecture, fileOf('video/mp4', 1_000));
  const former = await keyOf(replaced);
  const gone = await keyOf(deleted);
  await desk.upload(replaced, fileOf('video/mp4', 2_000));
  await app.post(`/courses/${deleted.courseId}/modules/${deleted.moduleId}/lectures`, { title: 'x' }, instructor.token);
  const { courseId, moduleId, lectureId } = deleted;
  const path = `/courses/${courseId}/modules/${moduleId}/lectures/${lectureId}`;
  expect((await app.request('DELETE', path, { token: instructor.token })).status).toBe(200);
  // An upload that failed, and one whose process died: one that the bucket has, another it has not.
  await sql(app.database, `INSERT INTO stored_objects VALUES ('obj_never', $1)`, [app.clock.now()]);

  await clean();
  expect(await known()).toEqual(expect.arrayContaining([former, gone, 'obj_never']));
  await age(DAY - 60);
  await clean();
  expect(kept()).toEqual(expect.arrayContaining([former, gone]));

  await age(120);
  // Not while the bucket says no: its row keeps it known.
  s3.trouble('DELETE', { status: 500, code: 'InternalError' }, Infinity);
  await clean();
  expect(await known()).toEqual(expect.arrayContaining([former, gone]));
  s3.calm();
  await clean();
  expect(kept()).not.toEqual(expect.arrayContaining([former]));
  expect(kept()).not.toEqual(expect.arrayContaining([gone]));
  const referred = await sql<{ key: string }>(
    app.database,
    'SELECT storage_key AS key FROM lecture_contents ORDER BY 1',
  );
  expect(await known()).toEqual(referred.map(({ key }) => key));
  expect(await desk.bytes(staying)).toHaveLength(1_000);
  expect(await desk.bytes(replaced)).toHaveLength(2_000);
});

it('a file that nobody knows to be kept is found by the check', async () => {
  const lecture = await desk.lecture();
  await desk.upload(lecture, fileOf('video/mp4', 1_000));
  const broken = async () =>
    (await app.app.get(Invariants).check()).filter(({ subject }) => subject === lecture.lectureId);
  expect(await broken()).toEqual([]);
  await sql(app.database, 'DELETE FROM stored_objects WHERE key = $1', [await keyOf(lecture)]);
  expect(await broken()).toHaveLength(1);
});
