import { DomainError, Problems } from '../../platform/errors/index.js';
import type { ProviderFailure } from '../ports/payment-strategy.js';

/** What a caller is told of a provider's failure: that it was the gateway, and when to come again if that is known. */
export function gatewayError(failure?: ProviderFailure): DomainError {
  return new DomainError(Problems.gateway, undefined, undefined, failure?.retryAfterSeconds);
}
