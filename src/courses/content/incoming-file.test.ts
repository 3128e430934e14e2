import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { toByteRange } from './byte-range.js';
import { disposition } from './disposition.js';
import { IncomingFile } from './incoming-file.js';
import { checkMediaType } from './media-type.js';

const pieces = (...texts: string[]) => Readable.from(texts.map((text) => Buffer.from(text)));
const endOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: { problem?: { code: string } }) => error.problem?.code,
  );

describe('a file that comes in', () => {
  it('is whole after its beginning was looked at, and has its checksum then', async () => {
    const source = pieces('ab', 'cd', 'ef');
    const file = new IncomingFile(source, 6);
    expect((await file.head(3)).toString()).toBe('abcd');
    expect((await buffer(file.stream())).toString()).toBe('abcdef');
    expect(file.checksum).toBe(createHash('sha256').update('abcdef').digest('hex'));
  });

  it.each([
    [5, 'FILE_TOO_LARGE'],
    [7, 'FILE_INCOMPLETE'],
  ])('of six bytes is none of %d', async (size, code) => {
    expect(await endOf(buffer(new IncomingFile(pieces('ab', 'cd', 'ef'), size).stream()))).toBe(code);
  });

  it('leaves who sends it connected when nobody wants the rest', async () => {
    const source = pieces('ab', 'cd', 'ef');
    const stream = new IncomingFile(source, 6).stream();
    stream.once('data', () => stream.destroy());
    await new Promise((resolve) => stream.once('close', resolve));
    expect(source.destroyed).toBe(false);
    source.destroy();
  });
});

describe('the beginning of a file', () => {
  const mp4 = (brand: string) => Buffer.from(`\0\0\0\u0018ftyp${brand}\0\0\0\0isommp42`);
  it.each([
    ['video/mp4', mp4('isom'), 'done'],
    ['video/mp4', mp4('M4V '), 'done'],
    ['audio/mp4', mp4('M4A '), 'done'],
    ['audio/mp4', mp4('isom'), 'done'],
    ['video/mp4', mp4('M4A '), 'MEDIA_TYPE_MISMATCH'],
    ['video/mp4', mp4('qt  '), 'MEDIA_TYPE_MISMATCH'],
    ['video/webm', Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282847765626d', 'hex'), 'done'],
    ['audio/mpeg', Buffer.from('49443304000000000000fffb9064', 'hex'), 'done'],
    ['image/jpeg', Buffer.from('ffd8ffe000104a46494600', 'hex'), 'done'],
    ['image/png', Buffer.from('ffd8ffe000104a46494600', 'hex'), 'MEDIA_TYPE_MISMATCH'],
    ['text/plain', Buffer.from('Häb').subarray(0, 2), 'done'],
    ['text/plain', Buffer.from([0x48, 0xff, 0x48]), 'MEDIA_TYPE_MISMATCH'],
    ['text/plain', Buffer.from('a\0b'), 'MEDIA_TYPE_MISMATCH'],
    ['application/x-school', Buffer.from('whatever'), 'done'],
    ['application/x-school', mp4('isom'), 'MEDIA_TYPE_MISMATCH'],
  ])('said to be %s: %j is %s', async (said, head, end) => {
    expect(await endOf(checkMediaType(head, said))).toBe(end);
  });
});

it.each([
  [undefined, undefined],
  ['bytes=0-0', { start: 0, end: 0 }],
  ['bytes=99-99', { start: 99, end: 99 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=90-1000', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['Bytes=1-2', { start: 1, end: 2 }],
  ['bytes=100-', 'beyond'],
  ['bytes=99999999999999999999-', 'beyond'],
  ['bytes=-0', 'beyond'],
  ['bytes=0-1,4-5', undefined],
  ['bytes=5-4', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
  ['seconds=0-1', undefined],
])('Range: %s of a hundred bytes is %j', (header, range) => {
  expect(toByteRange(header, 100)).toEqual(range);
});

it.each([
  ['a.mp4', 'video/mp4', `inline; filename="a.mp4"; filename*=UTF-8''a.mp4`],
  [
    'Übung "1" (a)’s.zip',
    'application/zip',
    `attachment; filename="_bung _1_ (a)_s.zip"; filename*=UTF-8''%C3%9Cbung%20%221%22%20%28a%29%E2%80%99s.zip`,
  ],
  ['a.html', 'text/html', `attachment; filename="a.html"; filename*=UTF-8''a.html`],
  ['a.svg', 'image/svg+xml', `attachment; filename="a.svg"; filename*=UTF-8''a.svg`],
])('%s as %s', (name, type, header) => {
  expect(disposition(name, type)).toBe(header);
});
