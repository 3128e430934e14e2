import { StripeApiError } from './errors.js';
import type { Answer } from '../common/mischief.js';
import type { Collection } from '../common/collection.js';
import type { SavedAnswer } from './store.js';

const keptForSeconds = 24 * 60 * 60;

/**
 * Idempotency keys as Stripe documents them: the first answer of a key is kept, whatever its status, and given again
 * for 24 hours; other parameters under the same key are refused; while the first call runs, others get 409.
 */
export class Idempotency {
  private readonly inFlight = new Set<string>();

  constructor(
    private readonly saved: Collection<SavedAnswer>,
    private readonly now: () => number,
  ) {}

  async once(key: string, fingerprint: string, requestId: string, work: () => Promise<Answer>): Promise<Answer> {
    if (key.length > 255) throw keyTooLong();
    if (this.inFlight.has(key)) throw keyInUse(key);
    const known = this.recall(key);
    if (known) return replay(known, fingerprint);
    this.inFlight.add(key);
    try {
      const answer = await work();
      if (!answer.cut) {
        const { status, body } = answer;
        this.saved.put({ id: key, fingerprint, status, body, requestId, savedAt: this.now() });
      }
      return answer;
    } finally {
      this.inFlight.delete(key);
    }
  }

  private recall(key: string): SavedAnswer | undefined {
    const known = this.saved.find(key);
    if (!known || known.savedAt > this.now() - keptForSeconds) return known;
    this.saved.delete(key);
    return undefined;
  }
}

function replay(known: SavedAnswer, fingerprint: string): Answer {
  if (known.fingerprint !== fingerprint) throw differentParameters(known.id);
  const headers = { 'idempotent-replayed': 'true', 'original-request': known.requestId };
  return { status: known.status, body: known.body, headers };
}

function differentParameters(key: string): StripeApiError {
  const message =
    'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
    `Try using a key other than '${key}' if you meant to execute a different request.`;
  return new StripeApiError(400, { message, type: 'idempotency_error' });
}

function keyInUse(key: string): StripeApiError {
  const message =
    'There is currently another in-progress request using this Idempotent Key (that probably means you submitted ' +
    `twice, and the other request is still going through): ${key}. Please try again later.`;
  return new StripeApiError(409, { code: 'idempotency_key_in_use', message, type: 'idempotency_error' });
}

function keyTooLong(): StripeApiError {
  const message = 'Idempotency keys can be at most 255 characters long.';
  return new StripeApiError(400, { message, type: 'idempotency_error' });
}
