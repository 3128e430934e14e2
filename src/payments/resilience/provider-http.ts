import type { CallKind, Circuit } from './circuit.js';
import { FailedTry } from './failed-try.js';

export interface JsonRequest {
  readonly method: 'GET' | 'POST';
  /** The whole address. */
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body?: object;
}

/** What a provider answered: an object in JSON, whatever the status. */
export interface JsonAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number;
}

/** Connections that were never made: nothing can have been heard. */
const neverMade = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT', 'EHOSTUNREACH']);

/** Calls to a provider that speaks JSON and has no library of its own; every one goes through its circuit. */
export class ProviderHttp {
  constructor(
    private readonly circuit: Circuit,
    private readonly tryMs: number,
  ) {}

  /**
   * @param judge throws a FailedTry for an answer that settles nothing; what it returns or otherwise throws is the outcome
   * @throws FailedTry
   */
  call<T>(kind: CallKind, request: JsonRequest, judge: (answer: JsonAnswer) => T): Promise<T> {
    return this.circuit.call(kind, async () => judge(await this.send(request)));
  }

  private async send({ method, url, headers, body }: JsonRequest): Promise<JsonAnswer> {
    const response = await reached(() =>
      fetch(url, {
        method,
        headers: { accept: 'application/json', ...headers, ...(body && { 'content-type': 'application/json' }) },
        body: body && JSON.stringify(body),
        redirect: 'manual',
        // The circuit gives up first; this closes the connection that nobody waits for any more.
        signal: AbortSignal.timeout(this.tryMs * 2),
      }),
    );
    const answer = parse(await reached(() => response.text()));
    const { status } = response;
    if (answer === undefined) {
      const code = status >= 400 ? `http_${status}` : 'unintelligible_answer';
      throw new FailedTry(code, { down: true, again: status >= 500 });
    }
    const seconds = Number(response.headers.get('retry-after'));
    return { status, body: answer, ...(seconds > 0 && { retryAfterSeconds: seconds }) };
  }
}

/** A connection that cannot be made, breaks, or stays silent. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DOMException) throw new FailedTry('timeout', { down: true, cause });
    const reason = cause instanceof Error ? cause.cause : undefined;
    const code = reason instanceof Error && 'code' in reason ? String(reason.code) : '';
    throw new FailedTry('connection_failed', { down: true, again: true, unheard: neverMade.has(code), cause });
  }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return asRecord(JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** An object of JSON; undefined for anything else. */
export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : undefined;
}

/** What providers write now as a text and now as a number. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
