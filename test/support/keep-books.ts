import { afterEach, expect } from '@jest/globals';
import { Invariants } from '../../src/ledger/index.js';
import { noPaymobHabits } from '../../src/sandbox/index.js';
import type { TestApp } from './app.js';
import type { School } from './school.js';

/** A test under load may leave much to look at. */
const TIMEOUT = 60_000;

/** Often enough to tell which test it was; looking after every one of thousands is a sixth of their time. */
const PAUSE_MS = 2_000;

type Kept = Pick<TestApp, 'app' | 'close' | 'database'>;

/** The books are as they must be: after a test, but not all the time, and when the file is done. */
export function keepBooks(app: () => Kept): void {
  const last = new WeakMap<Kept, number>();
  afterEach(async () => {
    const kept = app();
    const checked = last.get(kept);
    if (checked === undefined) checkBeforeClose(kept);
    if (checked !== undefined && performance.now() - checked < PAUSE_MS) return;
    await check(kept);
    last.set(kept, performance.now());
  }, TIMEOUT);
}

/** By a statement with a name, which its connection plans once: planning it takes ten times as long as asking it. */
async function check({ app, database }: Kept): Promise<void> {
  const { text, values } = app.get(Invariants).query;
  const { rows } = await database.superuser.query({ name: 'invariants', text, values });
  expect(rows).toEqual([]);
}

/** Whatever is wrong, it is closed: an open port would keep the run from ending. */
function checkBeforeClose(kept: Kept): void {
  const close = kept.close.bind(kept);
  kept.close = async () => {
    try {
      await check(kept);
    } finally {
      await close();
    }
  };
}

/**
 * After each test of the file the provider is well again, all that the test began has come to its end, nothing that the provider told was
 * given up, and the books are kept.
 */
export function endQuietly(school: () => School): void {
  afterEach(async () => {
    const { stripe, mpesa, paymob } = school().sandbox;
    mpesa.calmApi();
    mpesa.lockCredential(false);
    mpesa.callbacks.calm();
    mpesa.callbacks.resume();
    paymob.calmApi();
    paymob.behave(noPaymobHabits);
    paymob.callbacks.calm();
    paymob.callbacks.resume();
    stripe.calmApi();
    stripe.settleLate(false);
    stripe.resumeWebhooks();
    stripe.settleNow();
    await school().quiet();
    expect(await school().sql(`SELECT type, last_error FROM provider_events WHERE status = 'DEAD'`)).toEqual([]);
  }, TIMEOUT);
  keepBooks(school);
}
