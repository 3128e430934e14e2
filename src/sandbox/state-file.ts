import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const writeAfterMilliseconds = 50;

/** Keeps a state in a file: written a moment after a change and on close, always whole, by way of a rename. */
export class StateFile {
  private timer: NodeJS.Timeout | undefined;

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
    this.timer ??= setTimeout(() => this.write(), writeAfterMilliseconds).unref();
  }

  write(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const unfinished = `${this.path}.${process.pid}.tmp`;
    writeFileSync(unfinished, JSON.stringify(this.snapshot()));
    renameSync(unfinished, this.path);
  }
}
