import { mkdtemp, readdir, readlink, rm } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestApp, type TestApp } from './support/app.js';
import { ContentDesk, fileOf, load } from './support/content-desk.js';
import { type Person, person } from './support/people.js';
import { eventually } from './support/process.js';

/* How a lecture's file is answered with: whole, in part, not at all. */

let app: TestApp;
let directory: string;
let url: string;
let etag: string;
let cookie: string;
let desk: ContentDesk;
let instructor: Person;
const file = fileOf('video/mp4', 100_000);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'content-'));
  app = await startTestApp({ ROLE: 'api', STORAGE_DIR: directory });
  instructor = await person(app, 'INSTRUCTOR');
  desk = new ContentDesk(app, instructor);
  const lecture = await desk.lecture();
  await desk.upload(lecture, file, { fileName: 'Habari – 1.mp4' });
  ({ url, cookie } = await desk.address(lecture, instructor));
  etag = (await load(url, { cookie })).headers.get('etag')!;
});
afterAll(async () => {
  await app.close();
  await rm(directory, { recursive: true });
});

describe('the file', () => {
  const ask = (headers: Record<string, string>, method?: string) => load(url, { cookie, ...headers }, method);

  it('says what it is, and that nothing in it is to be run or kept by others', async () => {
    const { headers } = await ask({});
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': 'video/mp4',
      'content-length': '100000',
      'accept-ranges': 'bytes',
      'content-disposition': `inline; filename="Habari _ 1.mp4"; filename*=UTF-8''Habari%20%E2%80%93%201.mp4`,
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, no-cache',
      'cross-origin-resource-policy': 'same-site',
      etag: expect.stringMatching(/^"[0-9a-f]{64}"$/),
    });
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
  });

  it('is told of by HEAD, without its bytes and whole', async () => {
    const { status, headers, body } = await ask({ range: 'bytes=0-9' }, 'HEAD');
    expect([status, headers.get('content-length'), body.length]).toEqual([200, '100000', 0]);
  });

  it.each([
    ['bytes=0-0', 0, 0],
    ['bytes=0-65535', 0, 65_535],
    ['bytes=99999-', 99_999, 99_999],
    ['bytes=-500', 99_500, 99_999],
    ['bytes=50000-999999', 50_000, 99_999],
  ])('in part: %s', async (range, start, end) => {
    const { status, headers, body } = await ask({ range });
    expect([status, headers.get('content-range'), headers.get('content-length')]).toEqual([
      206,
      `bytes ${start}-${end}/100000`,
      String(end - start + 1),
    ]);
    expect(body.equals(file.subarray(start, end + 1))).toBe(true);
  });

  it.each(['bytes=100000-', 'bytes=-0'])('has nothing of %s', async (range) => {
    const { status, headers, code } = await ask({ range });
    expect([status, code, headers.get('content-range')]).toEqual([416, 'RANGE_NOT_SATISFIABLE', 'bytes */100000']);
  });

  it.each(['bytes=0-1,5-6', 'bytes=9-1', 'lines=0-1'])('comes whole when asked for %s', async (range) => {
    const { status, body } = await ask({ range });
    expect([status, body.equals(file)]).toEqual([200, true]);
  });

  it('comes in part only to who has a part of this very one', async () => {
    const given = async (condition: string) => (await ask({ range: 'bytes=0-9', 'if-range': condition })).status;
    expect(await given(etag)).toBe(206);
    for (const condition of [`W/${etag}`, '"another"', new Date().toUTCString()])
      expect(await given(condition)).toBe(200);
  });

  it('is not sent to who has it', async () => {
    for (const known of [etag, `W/${etag}`, `"a", ${etag}`, '*']) {
      const { status, body } = await ask({ 'if-none-match': known });
      expect([status, body.length]).toEqual([304, 0]);
    }
    expect((await ask({ 'if-none-match': '"another"' })).status).toBe(200);
  });
});

describe('a player that goes away in the middle', () => {
  it('leaves nothing open', async () => {
    const open = async () => (await openFiles()).filter((path) => path.startsWith(directory)).length;
    const lecture = await desk.lecture();
    // More than lies in sockets.
    await desk.upload(lecture, fileOf('video/mp4', 16_000_000));
    const large = await desk.address(lecture, instructor);
    const answers = await Promise.all(Array.from({ length: 5 }, () => begin(large)));
    expect(await open()).toBe(5);
    for (const answer of answers) answer.destroy();
    await eventually(open, (files) => files === 0, 5);
    expect((await load(large.url, { cookie: large.cookie })).body.length).toBe(16_000_000);
  });

  /** An answer of which nothing is read but its beginning. */
  function begin({ url, cookie }: { url: string; cookie: string }): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      get(url, { headers: { cookie } }, (answer) => {
        answer.once('error', () => undefined);
        resolve(answer);
      }).once('error', reject);
    });
  }
});

/** What this process, the server's, has open. */
async function openFiles(): Promise<string[]> {
  const descriptors = await readdir('/proc/self/fd').catch(() => []);
  return Promise.all(descriptors.map((one) => readlink(`/proc/self/fd/${one}`).catch(() => '')));
}
