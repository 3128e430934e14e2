import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { sql } from '../../../test/support/people.js';
import { Invariants, ReadLedger } from '../index.js';
import { FoldDeltas } from './fold-deltas.js';

/*
 * Balances are read off rollups and what is not folded into them yet. Whatever the order in which transactions commit and whenever a fold
 * comes, the two sum to the postings: Invariants asks exactly that, in one snapshot.
 */

let app: TestApp;
let ledger: ReadLedger;
let invariants: Invariants;
let foldDeltas: FoldDeltas;
const clients: pg.Client[] = [];
let number = 0;

beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  ledger = app.app.get(ReadLedger);
  invariants = app.app.get(Invariants);
  foldDeltas = app.app.get(FoldDeltas);
  // The month and the accounts are there beforehand, so that no writer waits for another who opens them.
  await post(await connect(), 1);
});
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await app.close();
});
afterEach(async () => {
  expect(await invariants.check()).toEqual([]);
  await foldAll();
  expect(await invariants.check()).toEqual([]);
  expect(await unfolded()).toBe(0);
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: app.database.appUrl });
  await client.connect();
  clients.push(client);
  return client;
}

/** Two legs, so two deltas. */
async function post(by: pg.Client, amount: number): Promise<void> {
  const id = `roll-${(number += 1)}`;
  const legs = [
    { code: 'asset:provider:stripe', currency: 'USD', amount },
    { code: 'revenue:courses', currency: 'USD', amount: -amount },
  ];
  await by.query(`SELECT ledger_post($1, 'test', $1, 'test', 'obj', '2026-11-21', now(), 'system', $2)`, [
    id,
    JSON.stringify(legs),
  ]);
}

async function fold(by: pg.Client, limit: number): Promise<number> {
  const { rows } = await by.query<{ count: number }>('SELECT ledger_fold($1) AS count', [limit]);
  return rows[0]!.count;
}

async function foldAll(): Promise<number> {
  let folded = 0;
  for (let now = await foldDeltas.run(); now > 0; now = await foldDeltas.run()) folded += now;
  return folded;
}

async function unfolded(): Promise<number> {
  const [row] = await sql<{ count: number }>(app.database, 'SELECT count(*)::int FROM ledger_deltas');
  return row!.count;
}

/** What has been taken, as reports see it. */
async function taken(): Promise<number> {
  const [account] = await ledger.balances('asset:provider:stripe');
  return Number(account!.debits);
}

describe('a fold', () => {
  it('takes what commits late by the next fold: neither lost nor counted before', async () => {
    const [held, later] = [await connect(), await connect()];
    const before = await taken();
    await held.query('BEGIN');
    await post(held, 1000);
    for (let count = 0; count < 5; count += 1) await post(later, 10);
    expect(await taken()).toBe(before + 50);
    expect(await foldAll()).toBeGreaterThanOrEqual(10);
    expect(await taken()).toBe(before + 50);
    expect(await invariants.check()).toEqual([]);

    await held.query('COMMIT');
    expect(await taken()).toBe(before + 1050);
    expect(await foldAll()).toBe(2);
    expect(await taken()).toBe(before + 1050);
  });

  it('leaves nothing of what was rolled back', async () => {
    const writer = await connect();
    const before = await taken();
    await writer.query('BEGIN');
    await post(writer, 1000);
    await foldAll();
    await writer.query('ROLLBACK');
    await foldAll();
    expect(await taken()).toBe(before);
  });

  it('that is itself undone has folded nothing', async () => {
    const folder = await connect();
    await post(folder, 7);
    const before = await taken();
    await folder.query('BEGIN');
    expect(await fold(folder, 100)).toBeGreaterThanOrEqual(2);
    await folder.query('ROLLBACK');
    expect(await unfolded()).toBeGreaterThanOrEqual(2);
    expect(await taken()).toBe(before);
  });

  it('passes by what another is folding, without waiting for it', async () => {
    const [first, second] = [await connect(), await connect()];
    await foldAll();
    await post(first, 7);
    const before = await taken();
    await first.query('BEGIN');
    expect(await fold(first, 100)).toBe(2);
    await second.query(`SET lock_timeout = '500ms'`);
    expect(await fold(second, 100)).toBe(0);
    expect(await taken()).toBe(before);
    await first.query('COMMIT');
    expect(await fold(second, 100)).toBe(0);
    expect(await taken()).toBe(before);
  });
});

type Step = { by: number; act: 'post' | 'begin' | 'commit' | 'rollback' | 'fold'; amount: number };

describe('in any order of commits', () => {
  it('the rollups and what is not folded sum to what is committed, after every step', async () => {
    const writers = await Promise.all(Array.from({ length: 4 }, connect));
    const folder = await connect();
    const step = fc.record<Step>({
      by: fc.nat(3),
      act: fc.constantFrom('post', 'post', 'post', 'begin', 'commit', 'rollback', 'fold'),
      amount: fc.integer({ min: 1, max: 500 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        let committed = await taken();
        const open = new Map<number, number>();
        for (const { by, act, amount } of steps) {
          const writer = writers[by]!;
          const pending = open.get(by);
          if (act === 'fold') await fold(folder, (amount % 7) + 1);
          else if (act === 'begin' && pending === undefined) {
            await writer.query('BEGIN');
            open.set(by, 0);
          } else if (act === 'post') {
            await post(writer, amount);
            if (pending === undefined) committed += amount;
            else open.set(by, pending + amount);
          } else if (act !== 'begin' && pending !== undefined) {
            await writer.query(act);
            open.delete(by);
            if (act === 'commit') committed += pending;
          }
          expect(await taken()).toBe(committed);
        }
        expect(await invariants.check()).toEqual([]);
        for (const by of open.keys()) await writers[by]!.query('ROLLBACK');
        while ((await fold(folder, 50)) > 0);
        expect(await taken()).toBe(committed);
      }),
      { numRuns: 25 },
    );
  });
});

describe('while many write and two fold', () => {
  it('every balance read is balanced, none goes back, and at the end all is there once', async () => {
    const writers = await Promise.all(Array.from({ length: 8 }, connect));
    const folders = [await connect(), await connect()];
    await foldAll();
    const before = await taken();
    let working = true;
    let written = 0;
    let entries = 0;

    const writing = writers.map(async (writer, index) => {
      for (let turn = 0; turn < 40; turn += 1) {
        await writer.query('BEGIN');
        const amounts = [turn + 1, index + 1];
        for (const amount of amounts) await post(writer, amount);
        // Some stay open while many others begin and commit.
        if ((turn + index) % 5 === 0) await sleep(15);
        const undone = (turn + index) % 7 === 0;
        await writer.query(undone ? 'ROLLBACK' : 'COMMIT');
        if (undone) continue;
        written += turn + index + 2;
        entries += amounts.length;
      }
    });
    const folding = folders.map(async (folder, index) => {
      let folded = 0;
      while (working) {
        folded += await fold(folder, index === 0 ? 5 : 64);
        await sleep(1);
      }
      return folded;
    });
    const polling = (async () => {
      let [polls, last] = [0, before];
      while (working) {
        const { totals, accounts } = await ledger.trialBalance();
        expect(totals).toMatchObject([{ currency: 'USD', difference: 0n }]);
        const debits = Number(accounts.find(({ code }) => code === 'asset:provider:stripe')!.debits);
        expect(debits).toBeGreaterThanOrEqual(last);
        last = debits;
        if (polls % 4 === 0) expect(await invariants.check()).toEqual([]);
        polls += 1;
      }
      return polls;
    })();
    // A poll that fails is told at once, not after the writers.
    await Promise.race([Promise.all(writing), polling]);
    await Promise.all(writing);
    working = false;
    const folded = (await Promise.all(folding)).reduce((sum, count) => sum + count, 0);
    expect(await polling).toBeGreaterThan(5);
    expect(folded).toBeGreaterThan(0);
    expect(folded + (await foldAll())).toBe(2 * entries);
    expect(await taken()).toBe(before + written);
  });
});
