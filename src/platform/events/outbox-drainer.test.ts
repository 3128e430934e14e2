import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '../../../test/support/people.js';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, inTransaction, Prisma } from '../database/index.js';
import { Housekeeping } from '../jobs/index.js';
import { AfterCommit, EventBus } from './index.js';
import { OutboxDrainer } from './outbox-drainer.js';

class SeatTaken {
  constructor(readonly seatId: string) {}
}

const DAY = 86_400;
let failing = false;
let gate: { arrived: PromiseWithResolvers<void>; open: PromiseWithResolvers<void> } | undefined;

@Injectable()
class Listeners {
  constructor(private readonly database: Database) {}

  @AfterCommit(SeatTaken, 'test.count')
  async count({ seatId }: SeatTaken): Promise<void> {
    await this.effect('count', seatId);
    gate?.arrived.resolve();
    await gate?.open.promise;
  }

  @AfterCommit(SeatTaken, 'test.tell')
  async tell({ seatId }: SeatTaken): Promise<void> {
    await this.effect('tell', seatId);
    if (failing) throw new Error('the post office is closed');
  }

  private async effect(who: string, seatId: string): Promise<void> {
    await this.database.execute(Prisma.sql`INSERT INTO effects VALUES (${who}, ${seatId})`);
  }
}

let platform: TestPlatform;
let drainer: OutboxDrainer;
beforeAll(async () => {
  platform = await startTestPlatform([Listeners]);
  drainer = platform.module.get(OutboxDrainer);
  await sql(platform.database, 'CREATE TABLE effects (who text, seat text); GRANT ALL ON effects TO PUBLIC');
});
beforeEach(async () => {
  await sql(platform.database, 'TRUNCATE effects, outbox_messages');
  failing = false;
  gate = undefined;
});
afterAll(() => platform.close());

const take = (...seats: string[]) =>
  inTransaction(async () => {
    for (const seat of seats) await platform.module.get(EventBus).publish(new SeatTaken(seat));
  });

async function effects(): Promise<string[]> {
  const rows = await sql<{ effect: string }>(platform.database, `SELECT who || ' ' || seat AS effect FROM effects`);
  return rows.map(({ effect }) => effect).toSorted();
}

interface Message {
  status: string;
  attempts: number;
  last_error: string | null;
  available_at: Date;
}

async function message(subscriber: string): Promise<Message> {
  const [row] = await sql<Message>(
    platform.database,
    'SELECT status, attempts, last_error, available_at FROM outbox_messages WHERE subscriber = $1',
    [subscriber],
  );
  return row!;
}

describe('a message of the outbox', () => {
  it('is handed to each subscriber once', async () => {
    await take('A1');
    expect(await drainer.run()).toBe(2);
    expect(await drainer.run()).toBe(0);
    expect(await effects()).toEqual(['count A1', 'tell A1']);
    expect(await message('test.count')).toMatchObject({ status: 'DONE', attempts: 1, last_error: null });
  });

  it('is handed over once by many drainers at once', async () => {
    const seats = Array.from({ length: 30 }, (_, index) => `B${index}`);
    await take(...seats);
    const handled = await Promise.all(Array.from({ length: 6 }, () => drainer.run()));
    let more = await drainer.run();
    while (more > 0) {
      handled.push(more);
      more = await drainer.run();
    }
    expect(handled.reduce((sum, count) => sum + count)).toBe(60);
    expect(await effects()).toEqual(seats.flatMap((seat) => [`count ${seat}`, `tell ${seat}`]).toSorted());
  });

  it('whose process died is left alone while its lease runs, then taken up by another', async () => {
    await take('C1');
    // What a claim leaves behind when nothing follows it.
    await sql(platform.database, 'UPDATE outbox_messages SET attempts = 1, available_at = $1', [platform.clock.in(5)]);
    expect(await drainer.run()).toBe(0);
    expect(await effects()).toEqual([]);
    platform.clock.advance(6);
    expect(await drainer.run()).toBe(2);
    expect(await effects()).toEqual(['count C1', 'tell C1']);
    expect(await message('test.count')).toMatchObject({ status: 'DONE', attempts: 2 });
  });

  it('whose subscriber outlasts the lease is still not handed over twice', async () => {
    gate = { arrived: Promise.withResolvers(), open: Promise.withResolvers() };
    await take('D1');
    const slow = drainer.run();
    await gate.arrived.promise;
    platform.clock.advance(60);
    await drainer.run();
    gate.open.resolve();
    await slow;
    expect(await effects()).toEqual(['count D1', 'tell D1']);
  });

  it('that nobody is subscribed to any more is kept, with the reason', async () => {
    await take('E1');
    await sql(platform.database, `UPDATE outbox_messages SET subscriber = 'test.gone' WHERE subscriber = 'test.tell'`);
    await drainer.run();
    expect(await message('test.gone')).toMatchObject({
      status: 'PENDING',
      last_error: 'Error: nobody is subscribed as test.gone',
    });
    expect(await effects()).toEqual(['count E1']);
  });

  it('that is done is removed after seven days; one that is not, never', async () => {
    failing = true;
    await take('F1');
    await drainer.run();
    platform.clock.advance(7 * DAY - 60);
    await platform.module.get(Housekeeping).run();
    expect(await message('test.count')).toMatchObject({ status: 'DONE' });
    platform.clock.advance(120);
    await platform.module.get(Housekeeping).run();
    expect(await message('test.count')).toBeUndefined();
    expect(await message('test.tell')).toMatchObject({ status: 'PENDING' });
  });
});

describe('a subscriber that fails', () => {
  it('is tried again with growing pauses, leaves no half effect, and ends DEAD after twelve attempts; another succeeds', async () => {
    failing = true;
    await take('G1');
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      const before = platform.clock.now();
      expect(await drainer.run()).toBe(attempt === 1 ? 2 : 1);
      const { status, attempts, last_error, available_at } = await message('test.tell');
      expect({ status, attempts, last_error }).toEqual({
        status: attempt < 12 ? 'PENDING' : 'DEAD',
        attempts: attempt,
        last_error: 'Error: the post office is closed',
      });
      const pause = (available_at.getTime() - before.getTime()) / 1000;
      expect(pause).toBeGreaterThanOrEqual(0.8 * 2 ** (attempt - 1));
      expect(pause).toBeLessThanOrEqual(1.2 * 2 ** (attempt - 1) + 2);
      // Not a moment before it is due.
      platform.clock.advance(0.7 * 2 ** (attempt - 1) - (platform.clock.now().getTime() - before.getTime()) / 1000);
      expect(await drainer.run()).toBe(0);
      platform.clock.advance(0.6 * 2 ** (attempt - 1) + 2);
    }
    platform.clock.advance(30 * DAY);
    expect(await drainer.run()).toBe(0);
    expect(await effects()).toEqual(['count G1']);
    expect(await message('test.count')).toMatchObject({ status: 'DONE', attempts: 1 });
  });

  it('and recovers does its work once', async () => {
    failing = true;
    await take('H1');
    await drainer.run();
    failing = false;
    platform.clock.advance(2);
    expect(await drainer.run()).toBe(1);
    expect(await effects()).toEqual(['count H1', 'tell H1']);
    expect(await message('test.tell')).toMatchObject({ status: 'DONE', attempts: 2, last_error: null });
  });
});
