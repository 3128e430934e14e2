import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { Clock } from '../clock/index.js';
import { readSettings, Settings } from '../config/index.js';
import { Database } from '../database/index.js';
import { DiscoveryModule } from '../discovery/index.js';
import { Sweeps } from './sweeps.js';

async function sweepsOf(role: string): Promise<Sweeps> {
  const settings = readSettings({ DATABASE_URL: 'postgresql://nowhere/none', ROLE: role });
  // These sweeps say nothing of what they look for, so that no database is asked.
  const providers = [
    Sweeps,
    Clock,
    { provide: Database, useValue: undefined },
    { provide: Settings, useValue: settings },
  ];
  return (await Test.createTestingModule({ imports: [DiscoveryModule], providers }).compile()).get(Sweeps);
}

let sweeps: Sweeps;
beforeEach(async () => {
  sweeps = await sweepsOf('worker');
  // What a sweep throws on purpose here need not be printed.
  Object.assign(sweeps, { logger: { error: () => undefined } });
});
afterEach(() => sweeps.onModuleDestroy());

/** A sweep over a number of due rows, three at a time. */
function sweep(name: string, everyMs = 60_000) {
  const state = { name, everyMs, due: 0, runs: 0, busy: 0, mostBusy: 0, run };
  async function run(): Promise<number> {
    state.runs += 1;
    state.busy += 1;
    state.mostBusy = Math.max(state.mostBusy, state.busy);
    await sleep(5);
    state.busy -= 1;
    const took = Math.min(3, state.due);
    state.due -= took;
    return took;
  }
  return state;
}

describe('a sweep', () => {
  it('runs at the start until nothing is left, never beside itself', async () => {
    const rows = Object.assign(sweep('rows'), { due: 8 });
    sweeps.register(rows);
    sweeps.onApplicationBootstrap();
    for (let turn = 0; turn < 10; turn += 1) sweeps.wake('rows');
    await sleep(100);
    expect(rows).toMatchObject({ due: 0, mostBusy: 1 });
  });

  it('looks again when it is woken while it looks', async () => {
    const rows = sweep('rows');
    sweeps.register(rows);
    sweeps.onApplicationBootstrap();
    await sleep(1);
    sweeps.wake('rows');
    await sleep(60);
    expect(rows.runs).toBe(2);
  });

  it('runs again at its interval, also after it has thrown', async () => {
    let runs = 0;
    sweeps.register({
      name: 'throws',
      everyMs: 10,
      run: async () => {
        runs += 1;
        throw new Error('the database is away');
      },
    });
    sweeps.onApplicationBootstrap();
    for (let turn = 0; turn < 500 && runs < 3; turn += 1) await sleep(10);
    expect(runs).toBeGreaterThan(2);
  });

  it('runs in no process that only serves, unless told to settle', async () => {
    const served = await sweepsOf('api');
    const rows = Object.assign(sweep('rows'), { due: 4 });
    served.register(rows);
    served.onApplicationBootstrap();
    served.wake('rows');
    await sleep(20);
    expect(rows.runs).toBe(0);
    await served.settle();
    expect(rows.due).toBe(0);
  });

  it('is waited for at the end, and does not start again', async () => {
    const rows = Object.assign(sweep('rows', 1), { due: 1000 });
    sweeps.register(rows);
    sweeps.onApplicationBootstrap();
    await sleep(12);
    await sweeps.onModuleDestroy();
    const { runs, busy } = rows;
    expect(busy).toBe(0);
    sweeps.wake('rows');
    await sleep(30);
    expect(rows.runs).toBe(runs);
  });

  it('belongs to nobody: it does not inherit the request that woke it, nor do its later turns', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    sweeps.register({
      name: 'rows',
      everyMs: 5,
      run: async () => {
        seen.push(request.getStore());
        return 0;
      },
    });
    sweeps.onApplicationBootstrap();
    await sleep(20);
    request.run('of a buyer', () => sweeps.wake('rows'));
    await sleep(40);
    expect(seen.length).toBeGreaterThan(3);
    expect(seen.filter(Boolean)).toEqual([]);
  });
});
