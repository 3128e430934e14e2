import { Injectable } from '@nestjs/common';
import Stripe from 'stripe';
import { Settings } from '../../platform/config/index.js';
import { ProviderFailure } from '../ports/payment-strategy.js';

/** Long enough for a slow answer, short enough that the buyer still waits for ours. */
const TIMEOUT_MS = 10_000;

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
      ...(address && {
        host: address.hostname,
        port: address.port || (address.protocol === 'https:' ? '443' : '80'),
        protocol: address.protocol === 'https:' ? 'https' : 'http',
      }),
    });
  }

  /** Runs a call; whatever the SDK throws becomes a ProviderFailure that says whether Stripe may have acted. */
  async call<T>(work: (api: Stripe) => Promise<T>): Promise<T> {
    try {
      return await work(this.api);
    } catch (error) {
      if (error instanceof Stripe.errors.StripeError) {
        const refused =
          error.statusCode !== undefined &&
          error.statusCode >= 400 &&
          error.statusCode < 500 &&
          ![409, 429].includes(error.statusCode);
        throw new ProviderFailure(refused, error.code ?? error.rawType ?? error.type, { cause: error });
      }
      throw error;
    }
  }
}
