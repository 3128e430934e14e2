import type { FormHash } from './form.js';

/** One API request as it came in, and how it was answered. */
export interface ApiRequest {
  id: string;
  at: Date;
  method: string;
  path: string;
  params: FormHash;
  headers: Record<string, string | string[] | undefined>;
  idempotencyKey: string | null;
  /** Null while it runs, and for good when the connection was cut. */
  status: number | null;
  /** True when the answer came from an idempotency key and nothing was done. */
  replayed: boolean;
  answer: object | null;
}

const kept = 2_000;

/** The last requests, oldest first. */
export class RequestLog {
  private readonly entries: ApiRequest[] = [];

  add(request: ApiRequest): ApiRequest {
    this.entries.push(request);
    if (this.entries.length > kept) this.entries.shift();
    return request;
  }

  all(): ApiRequest[] {
    return [...this.entries];
  }
}
