import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cutConnection,
  emptyServerError,
  type InterceptTarget,
  type Mischief,
  serverError,
  silence,
  tooManyRequests,
} from '../src/sandbox/index.js';
import { MischiefStory } from './support/mischief-story.js';

/*
 * Each of the calls to Stripe goes wrong in each way, and nothing is done, while a purchase is made and refunded in two parts, another is disputed and lost,
 * and a third is given up. What must be true afterwards is in test/support/mischief-story.ts.
 */

let story: MischiefStory;
beforeAll(async () => {
  story = await MischiefStory.open();
});
afterAll(() => story.school.close());
afterEach(() => story.stripe.calmApi());

const calls = {
  'making a customer': { method: 'POST', path: '/v1/customers' },
  'making a checkout': { method: 'POST', path: '/v1/checkout/sessions' },
  'expiring a checkout': { method: 'POST', path: /\/expire$/ },
  refunding: { method: 'POST', path: '/v1/refunds' },
  'reading a checkout': { method: 'GET', path: /^\/v1\/checkout\/sessions\/cs_/ },
  'listing refunds': { method: 'GET', path: '/v1/refunds' },
  'reading an intent': { method: 'GET', path: /^\/v1\/payment_intents\/pi_/ },
  'listing disputes': { method: 'GET', path: '/v1/disputes' },
} satisfies Record<string, InterceptTarget>;

/** Three times a call with its retries can fail, once or twice. Silence is not tried again, so once is enough of it. */
const undone: [name: string, times: number, make: () => Mischief][] = [
  ['a 500', 3, () => serverError()],
  ['{} with a 500', 3, () => emptyServerError()],
  ['a 429', 3, () => tooManyRequests()],
  ['silence', 1, () => silence()],
  ['a cut', 3, () => cutConnection('before')],
];
/** Sets a trap; tells how often it was walked into. */
function trap(target: InterceptTarget, mischief: Mischief): () => number {
  let hits = 0;
  story.stripe.intercept(target, (...call) => {
    hits += 1;
    return mischief(...call);
  });
  return () => hits;
}

async function survives(hits: () => number): Promise<void> {
  await story.tell(() => story.stripe.calmApi());
  expect(hits()).toBeGreaterThan(0);
}

/** What gives money back goes wrong in every way, the rest in two ways each, so that every way meets several of them. */
const troubles = Object.entries(calls).flatMap(([name, target], row) =>
  undone
    .filter((_, column) => name === 'refunding' || (row + column) % undone.length < 2)
    .map(([kind, times, make]) => [name, kind, times, target, make] as const),
);

describe('a call that is not done:', () => {
  it.each(troubles)('%s, %s, %i times', async (_, _kind, times, target, make) =>
    survives(trap({ ...target, times }, make())),
  );
});
