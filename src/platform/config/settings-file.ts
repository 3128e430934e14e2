import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FieldError } from '../errors/index.js';
import { SettingsError } from './read-settings.js';

/** What a file comes to, or all that is wrong with it. */
export interface Parsed<T> {
  readonly value?: T;
  readonly problems: readonly string[];
}

/** Fields that are not as they must be, as problems of their file. */
export function inLines(flaws: readonly FieldError[]): string[] {
  return flaws.map(({ pointer, detail }) => `${pointer.slice(2)}: ${detail}`);
}

/** What stands in a list more than once, each once. */
export function saidTwice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

/**
 * A JSON file that a setting names, once at boot.
 * @param file relative to where the process starts
 * @throws SettingsError naming every problem at once
 */
export async function readSettingsFile<T>(
  setting: string,
  file: string,
  parse: (content: object) => Promise<Parsed<T>>,
): Promise<T> {
  const named = (problems: readonly string[]) =>
    new SettingsError(problems.map((problem) => `${setting} ${file}: ${problem}`));
  let content: unknown;
  try {
    content = JSON.parse(await readFile(resolve(file), 'utf8'));
  } catch (error) {
    throw named([error instanceof SyntaxError ? `it is not JSON: ${error.message}` : 'it cannot be read']);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw named(['it must be an object']);
  const { value, problems } = await parse(content);
  if (value === undefined) throw named(problems);
  return value;
}
