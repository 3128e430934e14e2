import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Parsed, readSettingsFile, SettingsError } from './index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'settings-'));
});
afterAll(() => rm(folder, { recursive: true }));

const keys = async (content: object): Promise<Parsed<string[]>> => {
  const problems = Object.keys(content).filter((key) => key.startsWith('bad'));
  return problems.length > 0 ? { problems } : { value: Object.keys(content), problems };
};

/** What a file with this text comes to, or what its refusal says, a problem a line. */
async function read(text: string | undefined): Promise<unknown> {
  const file = join(folder, 'some.json');
  await (text === undefined ? rm(file, { force: true }) : writeFile(file, text));
  return readSettingsFile('SOME_FILE', file, keys).catch((error: unknown) => {
    if (!(error instanceof SettingsError)) throw error;
    return error.message
      .split('\n')
      .slice(1, -1)
      .map((line) => line.replace(`  - SOME_FILE ${file}: `, ''));
  });
}

it('a file that a setting names is what its reader makes of it', async () => {
  expect(await read('{ "a": 1, "b": [] }')).toEqual(['a', 'b']);
});

it.each([
  ['is not there', undefined, ['it cannot be read']],
  ['is empty', '', ['it is not JSON: Unexpected end of JSON input']],
  ['is a list', '[{ "a": 1 }]', ['it must be an object']],
  ['is a text', '"a"', ['it must be an object']],
  ['is nothing', 'null', ['it must be an object']],
  ['has many flaws', '{ "bad": 1, "good": 2, "worse": 3, "bad too": 4 }', ['bad', 'bad too']],
])('one that %s is refused in words, with its setting and its name, and all that is wrong', async (_, text, said) => {
  expect(await read(text)).toEqual(said);
});

it('what goes wrong in its reader is no flaw of the file', async () => {
  const file = join(folder, 'some.json');
  await writeFile(file, '{}');
  const reader = () => Promise.reject(new Error('out of memory'));
  await expect(readSettingsFile('SOME_FILE', file, reader)).rejects.toThrow('out of memory');
});
