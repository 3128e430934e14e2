import type { ApiCall } from '../common/request-log.js';
import type { FormHash } from './form.js';

/** One request to Stripe's API. */
export interface ApiRequest extends ApiCall {
  params: FormHash;
  idempotencyKey: string | null;
  /** True when the answer came from an idempotency key and nothing was done. */
  replayed: boolean;
}
