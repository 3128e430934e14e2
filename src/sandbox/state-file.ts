import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const writeAfterMilliseconds = 50;

/** Keeps a state in a file: written a moment after a change and on close, always whole, by way of a rename. */
export class StateFile {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly path: string,
    private readonly snapshot: () => object,
  ) {
    mkdirSync(dirname(path), { recursive: true });
  }

  /** The state that was kept, or undefined when there is none yet. */
  read(): unknown {
    if (!existsSync(this.path)) return undefined;
    try {
      return JSON.parse(readFileSync(this.path, 'utf8'));
    } catch (cause) {
      // Not taken for an empty state: the file would be overwritten.
      throw new Error(`The sandbox cannot read its state from ${this.path}`, { cause });
    }
  }

  changed(): void {
    if (this.closed) return;
    this.timer ??= setTimeout(() => this.write(), writeAfterMilliseconds).unref();
  }

  /** Written for the last time: what changes on the way out is not kept. */
  close(): void {
    this.closed = true;
    this.write();
  }

  private write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const unfinished = `${this.path}.${process.pid}.tmp`;
    writeFileSync(unfinished, JSON.stringify(this.snapshot()));
    renameSync(unfinished, this.path);
  }
}
