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
 * Stripe does what it is asked for, and we do not hear of it, while a purchase is made and refunded in two parts, another is disputed and
 * lost, and a third is given up. What must be true afterwards is in test/support/mischief-story.ts.
 */

let story: MischiefStory;
beforeAll(async () => {
  story = await MischiefStory.open();
});
afterAll(() => story.school.close());
afterEach(calm);

function calm(): void {
  story.stripe.calmApi();
}

const writing: [name: string, target: InterceptTarget][] = [
  ['making a customer', { method: 'POST', path: '/v1/customers' }],
  ['making a checkout', { method: 'POST', path: '/v1/checkout/sessions' }],
  ['expiring a checkout', { method: 'POST', path: /\/expire$/ }],
  ['refunding', { method: 'POST', path: '/v1/refunds' }],
];
/** Three times a call with its retries can fail, once or twice. Silence is not tried again, so once is enough of it. */
const unheard: [name: string, times: number, make: () => Mischief][] = [
  ['a 500', 3, () => serverError('after')],
  ['{} with a 500', 3, () => emptyServerError('after')],
  ['silence', 1, () => silence('after')],
  ['a cut', 3, () => cutConnection('after')],
];

/** What gives money back goes unheard in every way, the rest in two. */
const troubles = writing.flatMap(([name, target], row) =>
  unheard
    .filter((_, column) => name === 'refunding' || (row + column) % 2 === 0)
    .map(([kind, times, make]) => [name, kind, times, target, make] as const),
);

describe('a call that is done, but not heard of:', () => {
  it.each(troubles)('%s, %s, %i times', async (_, _kind, times, target, make) => {
    story.stripe.intercept({ ...target, times }, make());
    await story.tell(calm);
  });
});

describe('failures that Stripe keeps for the key, so that asking again is answered the same for a day', () => {
  const both = writing.flatMap(([name, target]) =>
    (['before', 'after'] as const).map((when) => [name, when, target] as const),
  );
  it.each(both)('%s, %s the work', async (_, when, target) => {
    story.stripe.intercept({ ...target, layer: 'endpoint' }, serverError(when));
    await story.tell(calm);
    expect(story.stripe.interceptions()).toEqual([]);
  });
});

describe('a checkout that was made unheard is looked for, and that fails too:', () => {
  it.each<[string, () => Mischief]>([
    ['a 500', () => serverError()],
    ['silence', () => silence()],
    ['a cut', () => cutConnection('before')],
  ])('%s', async (_, make) => {
    let looked = 0;
    const mischief = make();
    story.stripe.intercept({ method: 'POST', path: '/v1/checkout/sessions', times: 2 }, cutConnection('after'));
    story.stripe.intercept({ method: 'GET', path: '/v1/checkout/sessions', times: 3 }, (...call) => {
      looked += 1;
      return mischief(...call);
    });
    await story.tell(calm);
    expect(looked).toBeGreaterThan(0);
  });
});

describe('a saved card', () => {
  const kinds: [name: string, target: InterceptTarget, make: () => Mischief][] = [
    ['a 500', { times: 3 }, () => serverError()],
    ['a 500 though it was charged', { times: 3 }, () => serverError('after')],
    ['{} with a 500 though it was charged', { times: 3 }, () => emptyServerError('after')],
    ['a 429', { times: 3 }, () => tooManyRequests()],
    ['silence', { times: 1 }, () => silence()],
    ['silence though it was charged', { times: 1 }, () => silence('after')],
    ['a cut', { times: 3 }, () => cutConnection('before')],
    ['a cut though it was charged', { times: 3 }, () => cutConnection('after')],
    ['a 500 that is kept for the key', { layer: 'endpoint' }, () => serverError()],
    ['a 500 that is kept for the key though it was charged', { layer: 'endpoint' }, () => serverError('after')],
  ];
  it.each(kinds)('is charged once: %s', async (_, target, make) => {
    story.stripe.intercept({ ...target, method: 'POST', path: '/v1/payment_intents' }, make());
    await story.tellOfSavedCard(calm);
  });
});
