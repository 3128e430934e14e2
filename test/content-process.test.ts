import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ContentDesk, fileOf, filesIn } from './support/content-desk.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { type Person, person, sql } from './support/people.js';
import { freePort } from './support/ports.js';
import { eventually, startProcess, type TestProcess } from './support/process.js';

/* A process of its own: how much memory a large file takes, and what is left when it is killed in the middle of one. */

let database: TestDatabase;
let directory: string;
let port: number;
let api: TestProcess;
let instructor: Person;

const start = () => startProcess(database, port, { STORAGE_DIR: directory, ROLE: 'api' });
beforeAll(async () => {
  [database, directory, port] = await Promise.all([
    createTestDatabase(),
    mkdtemp(join(tmpdir(), 'content-')),
    freePort(),
  ]);
  api = await start();
  instructor = await person({ database, post: api.post }, 'INSTRUCTOR');
}, 60_000);
afterAll(async () => {
  await api.kill();
  await database.drop();
  await rm(directory, { recursive: true });
});

const MEGABYTE = 1024 * 1024;

/** Megabytes of memory that the process has. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${api.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)![1]) / 1024;
}

/** By how much it has more at any time while something is done. */
async function growth(work: Promise<unknown>): Promise<number> {
  const before = await memory();
  let most = before;
  let done = false;
  void work.finally(() => (done = true)).catch(() => undefined);
  while (!done) {
    most = Math.max(most, await memory());
    await sleep(5);
  }
  await work;
  return most - before;
}

(process.platform === 'linux' ? it : it.skip)(
  'a file of 200 megabytes comes and goes through far less memory than it has',
  async () => {
    const desk = new ContentDesk(api, instructor);
    const lecture = await desk.lecture();
    const size = 200 * MEGABYTE;
    const piece = randomBytes(MEGABYTE);
    const upload = async () => {
      const socket = await desk.byHand(lecture, size);
      const first = fileOf('video/mp4', MEGABYTE);
      for (let sent = 0; sent < 200; sent += 1)
        if (!socket.write(sent === 0 ? first : piece)) await new Promise((resolve) => socket.once('drain', resolve));
      const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      socket.destroy();
      expect(answer.toString()).toMatch(/^HTTP\/1.1 201/);
    };
    expect(await growth(upload())).toBeLessThan(100);
    const { url, cookie } = await desk.address(lecture, instructor);
    const download = async () => {
      let come = 0;
      const { body } = await fetch(url, { headers: { cookie } });
      for await (const part of body!) come += (part as Uint8Array).length;
      expect(come).toBe(size);
    };
    expect(await growth(download())).toBeLessThan(100);
  },
  60_000,
);

it('killed in the middle of an upload: the lecture has what it had, and what is left is known', async () => {
  let desk = new ContentDesk(api, instructor);
  const lecture = await desk.lecture();
  const file = fileOf('video/mp4', 100_000);
  await desk.upload(lecture, file);
  const unfinished = async () => (await filesIn(directory)).filter((name) => name.endsWith('.part'));

  const socket = await desk.byHand(lecture, 300_000);
  socket.write(fileOf('video/mp4', 200_000));
  const [part] = await eventually(unfinished, (files) => files.length > 0);
  await api.kill();
  socket.destroy();
  expect(await unfinished()).toEqual([part]);
  const rows = await sql<{ key: string }>(
    database,
    'SELECT key FROM stored_objects o WHERE NOT EXISTS (SELECT FROM lecture_contents c WHERE c.storage_key = o.key)',
  );
  // Housekeeping finds it there when it is a day old, and removes both names.
  expect(rows.map(({ key }) => `${key}.part`)).toEqual([part]);

  api = await start();
  desk = new ContentDesk(api, instructor);
  expect((await desk.bytes(lecture)).equals(file)).toBe(true);
  const another = fileOf('video/mp4', 300_000);
  expect((await desk.upload(lecture, another)).status).toBe(201);
  expect((await desk.bytes(lecture)).equals(another)).toBe(true);
});
