import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const EXAMPLE = join(import.meta.dirname, '../../docs/examples/verify-license.mjs');
/** Reads one file after another in one process: a process for each would take minutes. */
const EACH = `
const [, , example, keys, count, folder, ...domain] = process.argv;
for (let at = 0; at < Number(count); at += 1) {
  process.argv = [process.argv[0], example, keys, folder + '/' + at, ...domain];
  await import(example + '?' + at);
  console.log(process.exitCode);
}`;

/** What the example of the documentation says of licence files: the reason it prints and its exit code, of each. */
export async function verifyOffline(
  keys: object,
  files: readonly string[],
  domain?: string,
): Promise<[reason: string, code: number][]> {
  const folder = await mkdtemp(join(tmpdir(), 'licence-'));
  try {
    const keysPath = join(folder, 'keys.json');
    await Promise.all([
      writeFile(keysPath, JSON.stringify(keys)),
      writeFile(join(folder, 'each.mjs'), EACH),
      ...files.map((file, at) => writeFile(join(folder, String(at)), file)),
    ]);
    const rest = [pathToFileURL(EXAMPLE).href, keysPath, String(files.length), folder, ...(domain ? [domain] : [])];
    const { stdout } = await run(process.execPath, [join(folder, 'each.mjs'), ...rest]).catch(printed);
    const lines = stdout.trim().split('\n');
    return files.map((_, at) => [lines[2 * at]!, Number(lines[2 * at + 1])]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** As somebody runs it from a shell: what it prints, and its exit code. */
export async function runExample(keysPath: string, filePath: string, domain?: string): Promise<[string, number]> {
  const given = [EXAMPLE, keysPath, filePath, ...(domain ? [domain] : [])];
  const { stdout, code } = await run(process.execPath, given).then((ended) => ({ ...ended, code: 0 }), printed);
  return [stdout, code];
}

/** A process that ended with another code than 0 has printed something, too. */
function printed(error: unknown): { stdout: string; code: number } {
  if (error instanceof Error && 'stdout' in error && 'code' in error && error.code === 1)
    return { stdout: String(error.stdout), code: 1 };
  throw error;
}
