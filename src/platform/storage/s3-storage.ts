import { Readable } from 'node:stream';
import { Logger } from '@nestjs/common';
import { AwsV4Signer } from 'aws4fetch';
import type { S3Access } from '../config/index.js';
import { DomainError, later } from '../errors/index.js';
import { type ByteRange, type ObjectFacts, Storage, StorageProblems } from './storage.js';

/** How long S3 may take for an answer, or for the next piece of what it is sent. */
const PATIENCE_MS = 30_000;

interface Call {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  readonly key: string;
  readonly headers?: Record<string, string>;
  readonly body?: AsyncIterable<Uint8Array>;
  /** Statuses that are an answer; what else comes is a failure. */
  readonly answers: readonly number[];
}

/** Objects in a bucket of anything that speaks S3. Nothing is tried twice: who asked for it will. */
export class S3Storage extends Storage {
  private readonly logger = new Logger(S3Storage.name);

  constructor(
    private readonly access: S3Access,
    private readonly patienceMs = PATIENCE_MS,
  ) {
    super();
  }

  /** One PUT of announced length: S3 keeps it when all of it has come, or not at all. */
  async put(key: string, file: Readable, { size, mediaType }: ObjectFacts): Promise<void> {
    const patience = new Patience(this.patienceMs);
    const source = new Source(file, patience);
    try {
      await this.call(
        {
          method: 'PUT',
          key,
          headers: { 'content-length': String(size), 'content-type': mediaType },
          body: source.pieces(),
          answers: [200],
        },
        patience,
      );
    } catch (error) {
      throw source.failure ?? error;
    } finally {
      patience.end();
      file.destroy();
    }
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const headers = range && { range: `bytes=${range.start}-${range.end}` };
    const { body, status } = await this.ask({ method: 'GET', key, headers, answers: [range ? 206 : 200, 404] });
    if (status === 404 || !body) throw new DomainError(StorageProblems.missing);
    // Undici ends one that stays silent, and closes the connection when this is destroyed.
    return Readable.fromWeb(body);
  }

  async size(key: string): Promise<number | undefined> {
    const { status, headers } = await this.ask({ method: 'HEAD', key, answers: [200, 404] });
    return status === 404 ? undefined : Number(headers.get('content-length'));
  }

  async remove(key: string): Promise<void> {
    await this.ask({ method: 'DELETE', key, answers: [200, 204, 404] });
  }

  private async ask(call: Call): Promise<Response> {
    const patience = new Patience(this.patienceMs);
    patience.begin();
    try {
      return await this.call(call, patience);
    } finally {
      patience.end();
    }
  }

  private async call({ method, key, headers, body, answers }: Call, { signal }: Patience): Promise<Response> {
    const signed = await this.sign(method, key, headers);
    try {
      const response = await fetch(this.address(key), {
        method,
        headers: signed,
        redirect: 'manual',
        signal,
        ...(body && { body, duplex: 'half' }),
      });
      const said = answers.includes(response.status) && (response.ok || method === 'HEAD');
      if (said) return response;
      const text = await response.text();
      if (answers.includes(response.status) && !text.includes('NoSuchBucket')) return response;
      throw this.judge(method, response.status, text);
    } catch (error) {
      if (error instanceof DomainError) throw error;
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : undefined;
      this.logger.warn({ method, reason: String(error), cause }, 'S3 cannot be reached');
      throw later(StorageProblems.unavailable, 5);
    }
  }

  private judge(method: string, status: number, text: string): DomainError {
    const code = /<Code>(\w+)<\/Code>/.exec(text)?.[1];
    this.logger.error({ method, status, code }, 'S3 answers with an error');
    if (status >= 500 || status === 429) return later(StorageProblems.unavailable, 5);
    return new DomainError(StorageProblems.refused);
  }

  /** The bytes are not signed: they are not known before they have gone through. */
  private async sign(method: string, key: string, headers?: Record<string, string>): Promise<Headers> {
    const { accessKeyId, secretAccessKey, region } = this.access;
    const url = this.address(key);
    const signer = new AwsV4Signer({ method, url, headers, accessKeyId, secretAccessKey, region, service: 's3' });
    return (await signer.sign()).headers;
  }

  private address(key: string): string {
    const { endpoint, bucket, pathStyle } = this.access;
    return pathStyle ? `${endpoint}/${bucket}/${key}` : `${endpoint.replace('://', `://${bucket}.`)}/${key}`;
  }
}

/** Aborts when the other side lets us wait too long. */
class Patience {
  private readonly controller = new AbortController();
  private timer?: NodeJS.Timeout;

  constructor(private readonly milliseconds: number) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  begin(): void {
    this.timer = setTimeout(() => this.controller.abort(), this.milliseconds);
  }

  end(): void {
    clearTimeout(this.timer);
  }
}

/** A stream as it is sent. Only the receiver's slowness counts; that of who sends to us is theirs to bound. */
class Source {
  failure?: Error;

  constructor(
    private readonly file: Readable,
    private readonly patience: Patience,
  ) {}

  async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of this.file as AsyncIterable<Uint8Array>) {
        this.patience.begin();
        yield piece;
        this.patience.end();
      }
    } catch (error) {
      // Fetch would only say that it failed.
      this.failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
    this.patience.begin();
  }
}
