import { createHash, type Hash } from 'node:crypto';
import { Readable } from 'node:stream';
import { DomainError } from '../../platform/errors/index.js';
import { ContentProblems } from './content.problems.js';

/**
 * A file as it comes in: its first bytes can be looked at before the rest is asked for, and when all has gone through, its checksum is known.
 * However it ends, who sends it is left connected, to be answered.
 */
export class IncomingFile {
  private readonly hash: Hash = createHash('sha256');
  private readonly pieces: AsyncIterator<Buffer>;
  private readonly first: Buffer[] = [];

  constructor(
    source: Readable,
    private readonly size: number,
  ) {
    this.pieces = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  }

  /** The first bytes: as many as asked for and some more, or all there are. */
  async head(bytes: number): Promise<Buffer> {
    for (let read = 0; read < Math.min(bytes, this.size);) {
      const piece = await this.next();
      if (!piece) break;
      this.first.push(piece);
      read += piece.length;
    }
    return Buffer.concat(this.first);
  }

  stream(): Readable {
    return Readable.from(this.whole(), { objectMode: false });
  }

  /** Hexadecimal SHA-256, once the stream has ended. */
  get checksum(): string {
    return this.hash.copy().digest('hex');
  }

  private async *whole(): AsyncGenerator<Buffer> {
    let come = 0;
    for (
      let piece = this.first.shift() ?? (await this.next());
      piece;
      piece = this.first.shift() ?? (await this.next())
    ) {
      come += piece.length;
      if (come > this.size) throw new DomainError(ContentProblems.tooLarge, 'More has come than was announced');
      this.hash.update(piece);
      yield piece;
    }
    if (come < this.size) throw new DomainError(ContentProblems.incomplete);
  }

  private async next(): Promise<Buffer | undefined> {
    try {
      const piece = await this.pieces.next();
      return piece.done ? undefined : piece.value;
    } catch {
      // The connection broke; nobody is there to be told, but the log is not to take it for a failure of ours.
      throw new DomainError(ContentProblems.incomplete);
    }
  }
}
