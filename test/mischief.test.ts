import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  cutConnection,
  emptyServerError,
  type Mischief,
  serverError,
  silence,
  tooManyRequests,
  type WebhookDisturbance,
} from '../src/sandbox/index.js';
import { chance } from '../src/sandbox/common/chance.js';
import { MischiefStory } from './support/mischief-story.js';

/*
 * Webhooks and calls go wrong, while a purchase is made and refunded in two parts, another is disputed and lost, and a third is given up.
 * What must be true afterwards is in test/support/mischief-story.ts; each single call in
 * test/mischief-api.test.ts and test/mischief-unheard.test.ts. The seeds are in the
 * names; others are tried with MISCHIEF_SEED in the environment.
 */

const SEED = Number(process.env.MISCHIEF_SEED ?? 20_261_121);
const seeds = [SEED, SEED + 1, SEED + 2];

let story: MischiefStory;
beforeAll(async () => {
  story = await MischiefStory.open();
});
afterAll(() => story.school.close());
afterEach(calm);

function calm(): void {
  story.stripe.calmApi();
  story.stripe.calmWebhooks();
}

it('no trouble at all', () => story.tell(calm));

describe('webhooks', () => {
  const ways: Record<string, WebhookDisturbance> = {
    'that all come three times': { duplicate: 3 },
    'in another order': { shuffle: true },
    'in another order, twice': { shuffle: true, duplicate: 2 },
    'that are late': { delayMs: [0, 80] },
    'of which half is lost, and sent again': { drop: 0.5 },
    'that are lost, late, doubled and out of order': { duplicate: 2, shuffle: true, delayMs: [0, 40], drop: 0.4 },
  };
  const seeded = Object.entries(ways).flatMap(([name, way], index) =>
    (index < 5 ? [SEED] : seeds).map((seed) => [name, seed, way] as const),
  );
  it.each(seeded)('%s (seed %i)', async (_, seed, way) => {
    story.stripe.disturbWebhooks({ ...way, seed });
    await story.tell(calm);
  });

  it('that never come: what was paid and refunded is found all the same', async () => {
    story.stripe.disturbWebhooks({ drop: 1, dropped: 'never retried' });
    await story.tellInSilence(calm);
  });
});

describe('everything', () => {
  const makes = [
    ...[() => serverError(), () => serverError('after'), () => emptyServerError(), () => tooManyRequests()],
    ...[() => cutConnection('before'), () => cutConnection('after'), () => silence(), () => silence('after')],
  ];
  it.each(seeds)('at once: a quarter of all calls, and webhooks as bad as can be (seed %i)', async (seed) => {
    let hits = 0;
    const any: Mischief = (...call) => {
      hits += 1;
      return makes[Math.floor(chance(seed, 'kind', hits) * makes.length)]!()(...call);
    };
    story.stripe.intercept({ path: /^\/v1\//, times: Infinity, share: 0.25, seed }, any);
    story.stripe.disturbWebhooks({ duplicate: 2, shuffle: true, delayMs: [0, 30], drop: 0.3, seed });
    await story.tell(calm);
    expect(hits).toBeGreaterThan(5);
  });

  it.each<[string, () => Mischief]>([
    ['connections are cut', () => cutConnection('before')],
    ['every answer is a 500', () => serverError()],
    ['too many requests, always', () => tooManyRequests()],
  ])('for a while: %s', async (_, make) => {
    const begins = () => story.stripe.intercept({ path: /^\/v1\//, times: Infinity }, make());
    await story.tellOfOutage(begins, calm);
  });
});
