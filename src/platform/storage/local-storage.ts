import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { DomainError, later } from '../errors/index.js';
import { type ByteRange, type ObjectFacts, Storage, StorageProblems } from './storage.js';

/** Objects as files of one directory. They come under another name and get their own when they are whole and on the disk. */
export class LocalStorage extends Storage {
  private readonly logger = new Logger(LocalStorage.name);
  private readonly directory: string;

  constructor(directory: string) {
    super();
    this.directory = resolve(directory);
  }

  async put(key: string, file: Readable, { size }: ObjectFacts): Promise<void> {
    const path = this.path(key);
    const incoming = unfinished(path);
    try {
      await mkdir(this.directory, { recursive: true });
      await write(incoming, file, size);
      await rename(incoming, path);
      await this.keepNames();
    } catch (error) {
      await rm(incoming, { force: true }).catch(() => undefined);
      throw this.inOurTerms(error);
    } finally {
      file.destroy();
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    try {
      const file = await open(this.path(key), 'r');
      // Closes the file when it ends or is destroyed.
      return file.createReadStream(range);
    } catch (error) {
      if (isMissing(error)) throw new DomainError(StorageProblems.missing);
      throw this.inOurTerms(error);
    }
  }

  async size(key: string): Promise<number | undefined> {
    try {
      return (await stat(this.path(key))).size;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw this.inOurTerms(error);
    }
  }

  async remove(key: string): Promise<void> {
    const path = this.path(key);
    try {
      // A process that was killed leaves what had come so far.
      await rm(unfinished(path), { force: true });
      await rm(path, { force: true });
    } catch (error) {
      throw this.inOurTerms(error);
    }
  }

  private path(key: string): string {
    if (!/^\w+$/.test(key)) throw new Error(`no key of an object: ${key}`);
    return join(this.directory, key);
  }

  /** A new name is on the disk when its directory is. */
  private async keepNames(): Promise<void> {
    if (process.platform === 'win32') return;
    const directory = await open(this.directory, 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  private inOurTerms(error: unknown): unknown {
    if (!(error instanceof Error && 'syscall' in error) || isConnectionError(error)) return error;
    this.logger.error({ err: error }, 'the storage failed');
    return later(StorageProblems.unavailable, 5);
  }
}

async function write(path: string, file: Readable, size: number): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(file);
    if ((await handle.stat()).size !== size) throw new Error('another size was announced');
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const unfinished = (path: string) => `${path}.part`;

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** The stream's, not the disk's. */
function isConnectionError(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
}
