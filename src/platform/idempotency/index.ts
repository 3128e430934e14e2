export { currentIdempotencyKey } from './idempotent.js';
export { IdempotencyInterceptor } from './idempotency.interceptor.js';
export { IdempotencyKeys } from './idempotency-keys.js';
