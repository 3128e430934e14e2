import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { refusalOf, type S3Keys } from './signature.js';

/** What goes wrong with a call: an answer with this code, a connection that breaks in the middle, or an answer that takes so long. */
export type S3Trouble = { status: number; code: string } | 'cut' | { delay: number };

interface Stored {
  bytes: Buffer;
  type: string;
  etag: string;
}

export const s3Defaults = {
  accessKeyId: 'bursar-sandbox',
  secretAccessKey: 'bursar-sandbox-secret',
  region: 'eu-test-1',
  bucket: 'content',
};

/** One bucket of a store that speaks S3, path style, in memory: PUT, GET with a range, HEAD, DELETE. */
export class S3StandIn {
  private readonly objects = new Map<string, Stored>();
  private readonly troubles: { method: string; trouble: S3Trouble; left: number }[] = [];
  private readonly seen: string[] = [];
  private readonly keys: S3Keys & { bucket: string };
  private server: Server | undefined;

  constructor(keys: Partial<S3Keys & { bucket: string }> = {}) {
    this.keys = { ...s3Defaults, ...keys };
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server?.address() as AddressInfo).port}`;
  }

  async start(port = 0): Promise<void> {
    const server = createServer((request, response) => {
      this.serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    this.server = server;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    this.server?.closeAllConnections();
    await closed;
  }

  /** The keys of what is kept. */
  list(): string[] {
    return [...this.objects.keys()];
  }

  object(key: string): { bytes: Buffer; type: string } | undefined {
    return this.objects.get(key);
  }

  /** Every call so far: method and key. */
  calls(): readonly string[] {
    return this.seen;
  }

  /** Removes an object behind everybody's back. */
  lose(key: string): void {
    this.objects.delete(key);
  }

  /** The next calls of this method go wrong: one unless told. */
  trouble(method: 'PUT' | 'GET' | 'HEAD' | 'DELETE', trouble: S3Trouble, times = 1): void {
    this.troubles.push({ method, trouble, left: times });
  }

  /** Nothing goes wrong any more. */
  calm(): void {
    this.troubles.length = 0;
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '' } = request;
    const [, bucket, key = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
    this.seen.push(`${method} ${key}`);
    const refusal = refusalOf(request, this.keys, new Date());
    if (refusal) return fail(request, response, 403, refusal);
    if (bucket !== this.keys.bucket) return fail(request, response, 404, 'NoSuchBucket');
    const trouble = this.strike(method);
    if (typeof trouble === 'object' && 'status' in trouble)
      return fail(request, response, trouble.status, trouble.code);
    if (typeof trouble === 'object') await sleep(trouble.delay);
    const cut = trouble === 'cut';
    if (method === 'PUT') await this.put(key, request, response, cut);
    else if (method === 'GET' || method === 'HEAD') this.get(key, request, response, cut);
    else if (method === 'DELETE') this.remove(key, response, cut);
    else fail(request, response, 405, 'MethodNotAllowed');
  }

  private strike(method: string): S3Trouble | undefined {
    const index = this.troubles.findIndex((one) => one.method === method);
    const found = this.troubles[index];
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.troubles.splice(index, 1);
    return found.trouble;
  }

  private async put(key: string, request: IncomingMessage, response: ServerResponse, cut: boolean): Promise<void> {
    const length = request.headers['content-length'];
    if (length === undefined) return fail(request, response, 411, 'MissingContentLength');
    if (cut) {
      request.once('data', () => request.destroy());
      return;
    }
    // Rejects when the sender breaks off: then nothing is kept.
    const bytes = await buffer(request);
    const hash = request.headers['x-amz-content-sha256'];
    if (hash !== 'UNSIGNED-PAYLOAD' && hash !== createHash('sha256').update(bytes).digest('hex'))
      return fail(request, response, 400, 'XAmzContentSHA256Mismatch');
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    this.objects.set(key, { bytes, etag, type: request.headers['content-type'] ?? 'binary/octet-stream' });
    response.writeHead(200, { etag, 'content-length': 0 }).end();
  }

  private get(key: string, request: IncomingMessage, response: ServerResponse, cut: boolean): void {
    const found = this.objects.get(key);
    if (!found) return fail(request, response, 404, 'NoSuchKey');
    const { bytes, type, etag } = found;
    const [, from = '', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? [];
    const ranged = from !== '';
    const start = Number(from);
    const end = to === '' ? bytes.length - 1 : Math.min(Number(to), bytes.length - 1);
    if (ranged && start > end) return fail(request, response, 416, 'InvalidRange');
    const part = ranged ? bytes.subarray(start, end + 1) : bytes;
    response.writeHead(ranged ? 206 : 200, {
      'content-type': type,
      'content-length': part.length,
      'accept-ranges': 'bytes',
      etag,
      ...(ranged && { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
    });
    if (request.method === 'HEAD') response.end();
    else if (cut) response.write(part.subarray(0, Math.floor(part.length / 2)), () => response.destroy());
    else response.end(part);
  }

  private remove(key: string, response: ServerResponse, cut: boolean): void {
    this.objects.delete(key);
    if (cut) response.destroy();
    else response.writeHead(204).end();
  }
}

function fail(request: IncomingMessage, response: ServerResponse, status: number, code: string): void {
  request.resume();
  const body = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${code}</Message></Error>`;
  response.writeHead(status, { 'content-type': 'application/xml', 'content-length': Buffer.byteLength(body) });
  response.end(request.method === 'HEAD' ? undefined : body);
}
