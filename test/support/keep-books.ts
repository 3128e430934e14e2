import { afterEach, expect } from '@jest/globals';
import { Invariants } from '../../src/ledger/index.js';
import { noPaymobHabits } from '../../src/sandbox/index.js';
import type { TestApp } from './app.js';
import type { School } from './school.js';

/** A test under load may leave much to look at. */
const TIMEOUT = 60_000;

/** After each test of the file the books are as they must be. */
export function keepBooks(app: () => Pick<TestApp, 'app'>): void {
  afterEach(async () => {
    expect(await app().app.get(Invariants).check()).toEqual([]);
  }, TIMEOUT);
}

/**
 * After each test of the file the provider is well again, all that the test began has come to its end, nothing that the provider told was
 * given up, and the books are as they must be.
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
