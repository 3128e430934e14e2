import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '../../../test/support/people.js';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { DomainError, Problems } from '../errors/index.js';
import { afterCommit, Database, inTransaction, isInTransaction, Prisma, Transactional } from './index.js';

@Injectable()
class Counters {
  constructor(readonly database: Database) {}

  @Transactional()
  async add(id: string, amount = 1): Promise<number> {
    const row = await this.database.row<{ count: number }>(
      Prisma.sql`UPDATE counters SET count = count + ${amount}::int WHERE id = ${id} RETURNING count`,
    );
    return row!.count;
  }

  @Transactional()
  async addToBoth(amount: number, fails = false): Promise<void> {
    await this.add('a', amount);
    await this.add('b', amount);
    if (fails) throw new Error('at the very end');
  }

  /** PostgreSQL's own number of the transaction. */
  @Transactional()
  async transaction(): Promise<bigint> {
    const row = await this.database.row<{ id: bigint }>(Prisma.sql`SELECT txid_current() AS id`);
    return row!.id;
  }

  @Transactional()
  async sameTransaction(): Promise<boolean> {
    const [outer, inner, explicit] = [
      await this.database.row<{ id: bigint }>(Prisma.sql`SELECT txid_current() AS id`),
      await this.transaction(),
      await inTransaction(() => this.transaction()),
    ];
    return outer!.id === inner && inner === explicit;
  }
}

let platform: TestPlatform;
let counters: Counters;
beforeAll(async () => {
  platform = await startTestPlatform([Counters]);
  await sql(platform.database, 'CREATE TABLE counters (id text PRIMARY KEY, count int NOT NULL)');
  await sql(platform.database, 'GRANT ALL ON counters TO PUBLIC');
  counters = platform.module.get(Counters);
});
beforeEach(() => sql(platform.database, `TRUNCATE counters; INSERT INTO counters VALUES ('a', 0), ('b', 0)`));
afterAll(() => platform.close());

async function counts(): Promise<number[]> {
  const rows = await sql<{ count: number }>(platform.database, 'SELECT count FROM counters ORDER BY id');
  return rows.map(({ count }) => count);
}

describe('a transaction', () => {
  it('is joined by those within it, and is another each time', async () => {
    expect(await counters.sameTransaction()).toBe(true);
    expect(await counters.transaction()).not.toBe(await counters.transaction());
  });

  it('commits as one and rolls back as one', async () => {
    await counters.addToBoth(2);
    await expect(counters.addToBoth(3, true)).rejects.toThrow('at the very end');
    expect(await counts()).toEqual([2, 2]);
  });

  it('rolls back whole when the outer one throws after an inner one has ended well', async () => {
    const work = inTransaction(async () => {
      await counters.addToBoth(1);
      throw new Error('outer');
    });
    await expect(work).rejects.toThrow('outer');
    expect(await counts()).toEqual([0, 0]);
  });

  it('is not shared by those that run beside it', async () => {
    const ids = await Promise.all(Array.from({ length: 8 }, () => counters.transaction()));
    expect(new Set(ids).size).toBe(8);
    await inTransaction(async () => {
      expect(isInTransaction()).toBe(true);
    });
    expect(isInTransaction()).toBe(false);
  });
});

/** Meets the others: resolves for all when as many have come. */
function meeting(size: number): () => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let here = 0;
  return () => {
    here += 1;
    if (here >= size) resolve();
    return promise;
  };
}

describe('a deadlock', () => {
  it('of two that lock two rows in opposite order is run again and both succeed', async () => {
    const met = meeting(2);
    let runs = 0;
    const committed: string[] = [];
    const lock = (first: string, second: string) =>
      inTransaction(async () => {
        runs += 1;
        const run = runs;
        afterCommit(() => committed.push(`${first}${second} of run ${run}`));
        await counters.add(first, 1);
        await met();
        await counters.add(second, 10);
      });
    await Promise.all([lock('a', 'b'), lock('b', 'a')]);
    expect(runs).toBe(3);
    expect(await counts()).toEqual([11, 11]);
    expect(committed).toHaveLength(2);
    expect(committed.map((hook) => hook.slice(0, 2)).toSorted()).toEqual(['ab', 'ba']);
  });

  it('or a serialization failure that never ends is answered "try again" after five attempts', async () => {
    let runs = 0;
    let hooks = 0;
    const work = inTransaction(async () => {
      runs += 1;
      afterCommit(() => (hooks += 1));
      await counters.add('a');
      await counters.database.execute(Prisma.sql`DO $$ BEGIN RAISE 'conflict' USING ERRCODE = '40001'; END $$`);
    });
    const error: unknown = await work.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ problem: Problems.busy, retryAfterSeconds: 1 });
    expect([runs, hooks]).toEqual([5, 0]);
    expect(await counts()).toEqual([0, 0]);
  });

  it('is the only failure that is tried again', async () => {
    let runs = 0;
    const work = inTransaction(async () => {
      runs += 1;
      await counters.database.execute(Prisma.sql`INSERT INTO counters VALUES ('a', 1)`);
    });
    await expect(work).rejects.toThrow();
    expect(runs).toBe(1);
  });
});

describe('what is to happen after the commit', () => {
  it('happens after it, once, in order, also when an inner transaction asked for it', async () => {
    const seen: (string | number)[] = [];
    await inTransaction(async () => {
      afterCommit(() => seen.push('outer'));
      await inTransaction(async () => afterCommit(() => seen.push('inner')));
      seen.push('before the commit');
      await counters.add('a');
    });
    expect(seen).toEqual(['before the commit', 'outer', 'inner']);
    expect(await counts()).toEqual([1, 0]);
  });

  it('does not happen when the transaction rolls back', async () => {
    const seen: string[] = [];
    const work = inTransaction(async () => {
      await inTransaction(async () => afterCommit(() => seen.push('inner')));
      throw new Error('no');
    });
    await expect(work).rejects.toThrow('no');
    expect(seen).toEqual([]);
  });

  it('happens at once outside a transaction', () => {
    const seen: string[] = [];
    afterCommit(() => seen.push('now'));
    expect(seen).toEqual(['now']);
  });

  it('is outside the transaction: work that it begins is a new one', async () => {
    const { promise, resolve } = Promise.withResolvers<[boolean, bigint]>();
    let first = 0n;
    await inTransaction(async () => {
      first = await counters.transaction();
      afterCommit(() => void counters.transaction().then((id) => resolve([isInTransaction(), id])));
    });
    const [inside, second] = await promise;
    expect(inside).toBe(false);
    expect(second).toBeGreaterThan(first);
  });
});
