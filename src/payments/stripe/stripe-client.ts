import { Inject, Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Settings } from '../../platform/config/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { Circuits } from '../resilience/circuits.js';
import { PATIENCE, type Patience } from '../resilience/patience.js';
import { throughCircuit } from './stripe-http.js';

/** Refusals that say nothing about the attempt itself: it may have been made, or may be made later. */
const inconclusive = new Set(['idempotency_error', 'idempotency_key_in_use', 'rate_limit', 'lock_timeout']);

/** More than any one payment has. */
const LIST_LIMIT = 1_000;

/** The official SDK, pointed at Stripe or at the stand-in. */
@Injectable()
export class StripeClient {
  readonly api: Stripe;

  constructor(settings: Settings, circuits: Circuits, @Inject(PATIENCE) patience: Patience) {
    const { secretKey, apiUrl } = settings.stripe;
    const address = apiUrl ? new URL(apiUrl) : undefined;
    this.api = new Stripe(secretKey, {
      timeout: patience.tryMs,
      // The circuit retries, and nobody else. At 0 the SDK would still repeat a closed connection; it never sees one.
      maxNetworkRetries: 0,
      telemetry: false,
      httpClient: throughCircuit(Stripe.createNodeHttpClient(), circuits.of('STRIPE')),
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

  /** Every object of a list, page by page. */
  async list<T extends { id: string; object: string }>(
    object: T['object'],
    work: (api: Stripe) => Stripe.ApiListPromise<T>,
  ): Promise<T[]> {
    const found = await this.attempt((api) => work(api).autoPagingToArray({ limit: LIST_LIMIT }));
    if (found.every((item) => typeof item.id === 'string' && item.object === object)) return found;
    throw new ProviderFailure(false, 'unintelligible_answer');
  }

  /** As `list`, however long: for what is read once a day. */
  async all<T extends { id: string; object: string }>(
    object: T['object'],
    work: (api: Stripe) => Stripe.ApiListPromise<T>,
  ): Promise<T[]> {
    const found = await this.attempt(async (api) => {
      const items: T[] = [];
      for await (const item of work(api)) items.push(item);
      return items;
    });
    if (found.every((item) => typeof item.id === 'string' && item.object === object)) return found;
    throw new ProviderFailure(false, 'unintelligible_answer');
  }

  private async attempt<T>(work: (api: Stripe) => Promise<T>): Promise<T> {
    try {
      return await work(this.api);
    } catch (cause) {
      // The SDK takes what the circuit throws for a broken connection, and keeps it.
      if (cause instanceof Stripe.errors.StripeConnectionError && cause.detail instanceof ProviderFailure)
        throw cause.detail;
      if (!(cause instanceof Stripe.errors.StripeError))
        throw new ProviderFailure(false, 'unintelligible_answer', { cause });
      const code = cause.decline_code ?? cause.code ?? cause.rawType ?? cause.type;
      const refused = cause.statusCode !== undefined && cause.statusCode >= 400 && cause.statusCode < 500;
      throw new ProviderFailure(
        refused && !inconclusive.has(code) && ![409, 429].includes(cause.statusCode ?? 0),
        code,
        { cause },
      );
    }
  }
}
