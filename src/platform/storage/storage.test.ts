import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { freePort } from '../../../test/support/ports.js';
import { s3Defaults, S3StandIn } from '../../sandbox/index.js';
import { LocalStorage, S3Storage, type Storage } from './index.js';

const bytes = randomBytes(300_000);
const facts = { size: bytes.length, mediaType: 'video/mp4' };
const pieces = (all: Buffer) =>
  Readable.from(
    Array.from({ length: Math.ceil(all.length / 65_536) }, (_, at) => all.subarray(at * 65_536, (at + 1) * 65_536)),
  );

const s3 = new S3StandIn();
let directory: string;
const access = () => ({ ...s3Defaults, endpoint: s3.url, pathStyle: true });
beforeAll(async () => {
  Logger.overrideLogger(false);
  await s3.start();
  directory = await mkdtemp(join(tmpdir(), 'storage-'));
});
afterAll(async () => {
  await s3.stop();
  await rm(directory, { recursive: true });
});

/** How a promise ends: the code of its refusal, or what else went wrong. */
const endOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: Error & { problem?: { code: string } }) => error.problem?.code ?? error.message,
  );

describe.each([
  ['on disk', () => new LocalStorage(join(directory, 'objects')), () => readdir(join(directory, 'objects'))],
  ['in a bucket', () => new S3Storage(access()), async () => s3.list()],
] satisfies [string, () => Storage, () => Promise<string[]>][])('objects %s', (_, open, list) => {
  let storage: Storage;
  beforeAll(() => {
    storage = open();
  });

  it('are read as they were put, whole and in parts', async () => {
    await storage.put('obj_a', pieces(bytes), facts);
    expect((await buffer(await storage.read('obj_a'))).equals(bytes)).toBe(true);
    for (const [start, end] of [
      [0, 0],
      [100_000, 199_999],
      [299_990, 299_999],
    ] as const) {
      const part = await buffer(await storage.read('obj_a', { start, end }));
      expect(part.equals(bytes.subarray(start, end + 1))).toBe(true);
    }
    expect(await storage.size('obj_a')).toBe(300_000);
  });

  it('are missing when they are not there, and removed when they are not', async () => {
    expect(await endOf(storage.read('obj_none'))).toBe('FILE_MISSING');
    expect(await storage.size('obj_none')).toBeUndefined();
    await storage.put('obj_b', pieces(bytes), facts);
    expect(await list()).toContain('obj_b');
    await storage.remove('obj_b');
    await storage.remove('obj_b');
    expect(await list()).not.toContain('obj_b');
  });

  it('are not there when their stream fails, which is thrown as it is', async () => {
    const broken = Readable.from(
      (async function* () {
        yield bytes.subarray(0, 200_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error('the sender went away');
      })(),
    );
    expect(await endOf(storage.put('obj_c', broken, facts))).toBe('the sender went away');
    expect((await list()).filter((name) => name.startsWith('obj_c'))).toEqual([]);
  });

  it('are not there when fewer bytes come than were announced', async () => {
    expect(await endOf(storage.put('obj_d', pieces(bytes.subarray(1)), facts))).not.toBe('done');
    expect((await list()).filter((name) => name.startsWith('obj_d'))).toEqual([]);
  });

  it('can be left in the middle of reading', async () => {
    const stream = await storage.read('obj_a');
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.destroy();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(stream.destroyed).toBe(true);
  });
});

describe('a disk', () => {
  it('has no objects outside of its directory', async () => {
    const storage = new LocalStorage(directory);
    for (const key of ['../x', 'a/b', '', 'a.part'])
      expect(await endOf(storage.read(key))).toBe(`no key of an object: ${key}`);
  });

  it('that cannot be written to is told as such', async () => {
    const storage = new LocalStorage(join(directory, 'file', 'objects'));
    await writeFile(join(directory, 'file'), '');
    expect(await endOf(storage.put('obj_a', pieces(bytes), facts))).toBe('STORAGE_UNAVAILABLE');
  });

  it('removes with an object what a killed process left of it', async () => {
    const storage = new LocalStorage(join(directory, 'killed'));
    await storage.put('obj_a', pieces(bytes), facts);
    await writeFile(join(directory, 'killed', 'obj_b.part'), 'half');
    await storage.remove('obj_b');
    expect(await readdir(join(directory, 'killed'))).toEqual(['obj_a']);
  });
});

describe('a bucket in trouble', () => {
  const busy = { status: 503, code: 'SlowDown' };
  const denied = { status: 403, code: 'AccessDenied' };
  const all = {
    PUT: (storage: Storage) => storage.put('obj_t', pieces(bytes), facts),
    GET: (storage: Storage) => storage.read('obj_kept'),
    HEAD: (storage: Storage) => storage.size('obj_kept'),
    DELETE: (storage: Storage) => storage.remove('obj_none'),
  } as const;
  beforeAll(() => new S3Storage(access()).put('obj_kept', pieces(bytes), facts));

  it.each(Object.keys(all) as (keyof typeof all)[])(
    '%s: an error, a refusal, an answer that does not come',
    async (method) => {
      const storage = new S3Storage(access(), 150);
      for (const [trouble, code] of [
        [{ status: 500, code: 'InternalError' }, 'STORAGE_UNAVAILABLE'],
        [busy, 'STORAGE_UNAVAILABLE'],
        [denied, 'STORAGE_REFUSED'],
        [{ delay: 600 }, 'STORAGE_UNAVAILABLE'],
      ] as const) {
        s3.trouble(method, trouble);
        expect([trouble, await endOf(all[method](storage))]).toEqual([trouble, code]);
      }
      expect(await endOf(all[method](storage))).toBe('done');
    },
  );

  it('that cuts the connection: a put has failed, a read does not look complete', async () => {
    const storage = new S3Storage(access());
    s3.trouble('PUT', 'cut');
    expect(await endOf(storage.put('obj_cut', pieces(bytes), facts))).toBe('STORAGE_UNAVAILABLE');
    expect(s3.list()).not.toContain('obj_cut');
    s3.trouble('GET', 'cut');
    expect(await endOf(buffer(await storage.read('obj_kept')))).not.toBe('done');
  });

  it.each([
    ['another secret', { secretAccessKey: 'wrong' }],
    ['another key', { accessKeyId: 'wrong' }],
    ['another region', { region: 'us-east-1' }],
    ['a bucket that is not there', { bucket: 'nowhere' }],
  ])('is refused with %s', async (_, wrong) => {
    const storage = new S3Storage({ ...access(), ...wrong });
    expect(await endOf(storage.read('obj_kept'))).toBe('STORAGE_REFUSED');
    expect(await endOf(storage.put('obj_e', pieces(bytes), facts))).toBe('STORAGE_REFUSED');
  });

  it('that nobody answers for', async () => {
    const storage = new S3Storage({ ...access(), endpoint: `http://127.0.0.1:${await freePort()}` });
    for (const work of Object.values(all)) expect(await endOf(work(storage))).toBe('STORAGE_UNAVAILABLE');
  });
});
