import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProviderFailure } from '../ports/payment-strategy.js';
import { type CallKind, Circuit } from './circuit.js';
import { FailedTry } from './failed-try.js';

/* Real time, in small pieces. What happens over HTTP is in test/provider-resilience.test.ts. */

beforeAll(() => {
  Logger.overrideLogger(false);
});
afterAll(() => {
  Logger.overrideLogger(['log', 'warn', 'error']);
});

const patience = { tryMs: 150, callMs: 400, pauseMs: 10, failures: 3, restMs: 400 };

let circuit: Circuit;
let tries: number;
beforeEach(() => {
  circuit = new Circuit('STRIPE', patience);
  tries = 0;
});

const down = () => new FailedTry('connection_failed', { down: true, again: true });
const busy = (retryAfterSeconds?: number) => new FailedTry('rate_limit', { again: true, retryAfterSeconds });
const declined = () => new ProviderFailure(true, 'card_declined');

/** A call whose tries fail as listed and succeed after that. */
const call = (kind: CallKind, ...failures: Error[]) =>
  circuit.call(kind, async () => {
    tries += 1;
    const failure = failures.shift();
    if (failure) throw failure;
    return 'done';
  });
const code = (work: Promise<unknown>) =>
  work.then(
    () => 'answered',
    (error: unknown) => (error instanceof ProviderFailure ? error.code : String(error)),
  );
/** Fails `times` tries, one a call. */
async function fail(times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await code(call('write', down()));
  tries = 0;
}

describe('a call whose try fails', () => {
  it.each<[CallKind, number]>([
    ['read', 3],
    ['keyed-write', 2],
    ['write', 1],
  ])('is tried again only if that is safe: %s', async (kind, expected) => {
    expect(await code(call(kind, down(), down(), down(), down()))).toBe('connection_failed');
    expect(tries).toBe(expected);
  });

  it('succeeds when a later try does', async () => {
    expect(await call('read', down(), busy())).toBe('done');
    expect(tries).toBe(3);
  });

  it('is not tried again when that cannot help, nor when it was answered', async () => {
    expect(await code(call('read', new FailedTry('unintelligible_answer', { down: true })))).toBe(
      'unintelligible_answer',
    );
    expect(await code(call('read', declined()))).toBe('card_declined');
    expect(tries).toBe(2);
  });

  it('waits longer from try to try', async () => {
    const slow = new Circuit('STRIPE', { ...patience, pauseMs: 60 });
    const at: number[] = [];
    await code(
      slow.call('read', async () => {
        at.push(performance.now());
        throw busy();
      }),
    );
    expect(at[1]! - at[0]!).toBeGreaterThan(28);
    expect(at[2]! - at[1]!).toBeGreaterThan(58);
  });
});

describe('a provider that stays silent', () => {
  it('is waited for once, and not tried again', async () => {
    const from = performance.now();
    const silent = circuit.call('read', () => {
      tries += 1;
      return new Promise(() => undefined);
    });
    expect(await code(silent)).toBe('timeout');
    expect(performance.now() - from).toBeLessThan(patience.callMs);
    expect(tries).toBe(1);
  });

  it('or slow to fail, is not waited for longer than a call may take in all', async () => {
    const from = performance.now();
    const slow = new Circuit('STRIPE', { ...patience, callMs: 200, failures: 10 }).call('read', async () => {
      tries += 1;
      await sleep(120);
      throw down();
    });
    expect(await code(slow)).toBe('connection_failed');
    expect(performance.now() - from).toBeLessThan(320);
    // The try that was under way when time was up is the last.
    await sleep(200);
    expect(tries).toBeLessThanOrEqual(2);
  });
});

describe('the circuit', () => {
  it('opens after failures in a row; calls then fail at once and say when to come again', async () => {
    await fail(patience.failures);
    expect(circuit.closed).toBe(false);
    await expect(call('read')).rejects.toMatchObject({ code: 'circuit_open', final: false, retryAfterSeconds: 1 });
    expect(tries).toBe(0);
  });

  it.each([
    ['a success', undefined],
    ['a refusal', declined()],
  ])('stays closed when %s comes between', async (_, between) => {
    await fail(patience.failures - 1);
    await code(call('write', ...(between ? [between] : [])));
    await fail(patience.failures - 1);
    expect(circuit.closed).toBe(true);
  });

  it('never opens for refusals, nor for a provider that is only busy', async () => {
    for (let time = 0; time < 10; time += 1) await code(call('write', time % 2 ? declined() : busy()));
    expect(circuit.closed).toBe(true);
  });

  it('ends the retries of the call that opened it, and that call says what it heard', async () => {
    await fail(patience.failures - 1);
    expect(await code(call('read', down(), down(), down()))).toBe('connection_failed');
    expect(tries).toBe(1);
  });

  it('lets one call through after its rest, fails the others meanwhile, and closes when that one is answered', async () => {
    await fail(patience.failures);
    await sleep(patience.restMs + 20);
    const gate = Promise.withResolvers<void>();
    const first = circuit.call('read', () => gate.promise.then(() => 'done'));
    expect(await Promise.all([code(call('read')), code(call('keyed-write'))])).toEqual([
      'circuit_open',
      'circuit_open',
    ]);
    expect([tries, circuit.closed]).toEqual([0, false]);
    gate.resolve();
    expect(await first).toBe('done');
    expect([await call('write'), circuit.closed]).toEqual(['done', true]);
  });

  it('rests again when that one fails', async () => {
    await fail(patience.failures);
    await sleep(patience.restMs + 20);
    expect(await code(call('read', down(), down()))).toBe('connection_failed');
    expect(tries).toBe(1);
    expect(await code(call('read'))).toBe('circuit_open');
  });
});

describe('a provider that says how long to wait', () => {
  it('is left alone by everyone until then, and by nobody after', async () => {
    expect(await code(call('read', busy(0.4)))).toBe('rate_limit');
    expect(tries).toBe(1);
    await expect(call('read')).rejects.toMatchObject({ code: 'asked_to_wait', final: false, retryAfterSeconds: 1 });
    expect([tries, circuit.closed]).toEqual([1, true]);
    await sleep(420);
    expect(await call('read')).toBe('done');
  });
});
