import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecognitionDesk } from '../support/recognition-desk.js';
import { parameters } from './runs.js';
import { ModelledTime, type Step } from './recognition-model.js';

/*
 * Whatever is sold, given back, put back and ended, and however seldom the job looks: day by day the revenue is what the model says, which
 * counts each payment by itself from its beginning.
 */

let desk: RecognitionDesk;
let runs = 0;

beforeAll(async () => {
  desk = await RecognitionDesk.open();
});
afterAll(() => desk.close());

const line = fc.record({
  net: fc.integer({ min: 1, max: 100_000 }),
  fromHours: fc.integer({ min: -100, max: 60 }),
  hours: fc.integer({ min: 0, max: 400 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('sold' as const),
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    givenUp: fc.option(fc.record({ part: fc.integer({ min: 1, max: 99 }), hours: fc.integer({ min: 1, max: 400 }) })),
  }),
  fc.record({ kind: fc.constant('refunded' as const), which: fc.nat(), percent: fc.integer({ min: 1, max: 100 }) }),
  fc.record({ kind: fc.constant('failed' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('ended' as const), which: fc.nat() }),
  fc.record({ kind: fc.constant('passed' as const), hours: fc.integer({ min: 1, max: 120 }) }),
);

it('is what a model counts that knows nothing of how it is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 14 }), async (steps) => {
      // Each run has the time after that of the one before it.
      const plan = `P${(runs += 1)}`;
      const time = new ModelledTime(desk, plan, Date.UTC(2030 + runs, 0, 10, 9));
      for (const one of steps) await time.take(one);
      await time.passAll();
      expect(await desk.earned(plan)).toEqual(time.earned);
    }),
    parameters(10),
  );
}, 60_000);
