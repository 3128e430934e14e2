/** One API request as it came in, and how it was answered. */
export interface ApiCall {
  id: string;
  at: Date;
  method: string;
  path: string;
  headers: Record<string, string | string[] | undefined>;
  /** Null while it runs, and for good when the connection was cut. */
  status: number | null;
  answer: object | null;
}

const kept = 2_000;

/** The last requests, oldest first. */
export class RequestLog<T extends ApiCall> {
  private readonly entries: T[] = [];

  add(request: T): T {
    this.entries.push(request);
    if (this.entries.length > kept) this.entries.shift();
    return request;
  }

  all(): T[] {
    return [...this.entries];
  }
}
