import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Settings } from '../../platform/config/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';

/** Long enough for a slow answer, short enough that the buyer still waits for ours. */
const TIMEOUT_MS = 10_000;

/** Refusals that say nothing about the attempt itself: it may have been made, or may be made later. */
const inconclusive = new Set(['idempotency_error', 'idempotency_key_in_use', 'rate_limit', 'lock_timeout']);

/** The official SDK, pointed at Stripe or at the stand-in. */
@Injectable()
export class StripeClient {
  readonly api: Stripe;

  constructor(settings: Settings) {
    const { secretKey, apiUrl } = settings.stripe;
    const address = apiUrl ? new URL(apiUrl) : undefined;
    this.api = new Stripe(secretKey, {
      timeout: TIMEOUT_MS,
      maxNetworkRetries: 1,
      telemetry: false,
      httpClient: onlyObjects(Stripe.createNodeHttpClient()),
      ...(address && {
        host: address.hostname,
        port: address.port || (address.protocol === 'https:' ? '443' : '80'),
        protocol: address.protocol === 'https:' ? 'https' : 'http',
      }),
    });
  }

  /**
   * Runs a call. Whatever goes wrong becomes a ProviderFailure that says whether Stripe may have acted; so does an answer that is not what
   * was asked for, which the SDK takes for success as long as it has no `error`.
   */
  async call<T extends { id: string; object: string }>(
    object: T['object'],
    work: (api: Stripe) => Promise<T>,
  ): Promise<T> {
    const answer = await this.attempt(work);
    if (typeof answer.id === 'string' && answer.object === object) return answer;
    throw new ProviderFailure(false, 'unintelligible_answer');
  }

  /** As `call`, for an object that may not be there. */
  async find<T>(work: (api: Stripe) => Promise<T | undefined>): Promise<T | undefined> {
    try {
      return await this.attempt(work);
    } catch (error) {
      if (error instanceof ProviderFailure && error.code === 'resource_missing') return undefined;
      throw error;
    }
  }

  private async attempt<T>(work: (api: Stripe) => Promise<T>): Promise<T> {
    try {
      return await work(this.api);
    } catch (cause) {
      if (!(cause instanceof Stripe.errors.StripeError))
        throw new ProviderFailure(false, 'unintelligible_answer', { cause });
      const code = cause.code ?? cause.rawType ?? cause.type;
      const refused = cause.statusCode !== undefined && cause.statusCode >= 400 && cause.statusCode < 500;
      throw new ProviderFailure(
        refused && !inconclusive.has(code) && ![409, 429].includes(cause.statusCode ?? 0),
        code,
        { cause },
      );
    }
  }
}

type HttpClient = ReturnType<typeof Stripe.createNodeHttpClient>;

/**
 * JSON that is no object (a proxy's `"ok"`) breaks the SDK where nobody can catch it and would end the process; rejected here, it is an
 * answer that cannot be read, like any other.
 */
function onlyObjects(client: HttpClient): HttpClient {
  const request = client.makeRequest.bind(client);
  client.makeRequest = async (...sent) => {
    const response = await request(...sent);
    const parse = response.toJSON.bind(response);
    response.toJSON = async () => {
      const body: unknown = await parse();
      if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new SyntaxError('not a JSON object');
      if ('error' in body && typeof body.error === 'number') throw new SyntaxError('not an error object');
      return body;
    };
    return response;
  };
  return client;
}
