import Stripe from 'stripe';
import type { CallKind, Circuit } from '../resilience/circuit.js';
import { FailedTry } from '../resilience/failed-try.js';

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;
type Response = Awaited<ReturnType<HttpClient['makeRequest']>>;

/**
 * Sends what the SDK sends through the circuit, below the SDK: a retry repeats the same bytes under the same idempotency key, also under
 * one that the SDK made up, and no call can be made past it. The SDK gets to see answers only: what Stripe gave, and what it refused.
 */
export function throughCircuit(client: HttpClient, circuit: Circuit): HttpClient {
  const send = client.makeRequest.bind(client);
  client.makeRequest = (...request) => {
    const [, , , method, headers] = request;
    return circuit.call(kindOf(method, headers), async () => answerOf(await reached(() => send(...request))));
  };
  return client;
}

function kindOf(method: string, headers: object): CallKind {
  if (method === 'GET') return 'read';
  return Object.keys(headers).some((name) => name.toLowerCase() === 'idempotency-key') ? 'keyed-write' : 'write';
}

/**
 * Only the presence of `error` tells the SDK a failure from a success, whatever the status, and JSON that is no object breaks it where nobody
 * can catch that and would end the process. So the body is read here, and only what Stripe itself could have said goes on.
 */
async function answerOf(response: Response): Promise<Response> {
  const status = response.getStatusCode();
  const headers = response.getHeaders();
  const advice = headers['stripe-should-retry'];
  const body = await reached(() => read(response));
  const code = codeOf(body) ?? `http_${status}`;
  const again = advice !== 'false';
  const retryAfterSeconds = status === 429 || status === 503 ? secondsOf(headers['retry-after']) : undefined;
  if (status >= 500) throw new FailedTry(code, { down: true, again, retryAfterSeconds });
  if (!isIntelligible(status, body)) throw new FailedTry('unintelligible_answer', { down: true });
  if (status === 429 || status === 409 || (status >= 400 && advice === 'true')) {
    throw new FailedTry(code, { again, retryAfterSeconds });
  }
  response.toJSON = () => Promise.resolve(body);
  return response;
}

/** A connection that cannot be made, breaks, or stays silent. */
async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const silent = cause instanceof Error && 'code' in cause && cause.code === 'ETIMEDOUT';
    throw new FailedTry(silent ? 'timeout' : 'connection_failed', { down: true, again: !silent, cause });
  }
}

/** Undefined when it is no JSON. */
async function read(response: Response): Promise<unknown> {
  try {
    return (await response.toJSON()) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** All that Stripe gives has `object`, and all that it refuses has `error`. */
function isIntelligible(status: number, body: unknown): body is object {
  if (typeof body !== 'object' || body === null) return false;
  if (status < 300) return 'object' in body && typeof body.object === 'string' && !('error' in body);
  return status >= 400 && errorOf(body) !== undefined;
}

function errorOf(body: unknown): object | undefined {
  const error = typeof body === 'object' && body !== null && 'error' in body ? body.error : undefined;
  return typeof error === 'object' && error !== null ? error : undefined;
}

function codeOf(body: unknown): string | undefined {
  const { code, type } = (errorOf(body) ?? {}) as { code?: unknown; type?: unknown };
  return [code, type].find((text) => typeof text === 'string');
}

function secondsOf(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return seconds > 0 && Number.isFinite(seconds) ? seconds : undefined;
}
