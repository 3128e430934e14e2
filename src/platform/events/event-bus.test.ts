import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '../../../test/support/people.js';
import { startTestPlatform, type TestPlatform } from '../../../test/support/platform.js';
import { Database, inTransaction, Prisma } from '../database/index.js';
import { AfterCommit, EventBus, InTransaction } from './index.js';

class CourseRenamed {
  constructor(
    readonly courseId: string,
    readonly title: string,
  ) {}
}

class NobodyCares {}

const log: string[] = [];
let fails = false;

@Injectable()
class FirstListener {
  constructor(private readonly database: Database) {}

  @InTransaction(CourseRenamed)
  async write({ title }: CourseRenamed): Promise<void> {
    log.push('first begins');
    await this.database.execute(Prisma.sql`INSERT INTO notes VALUES (${`first: ${title}`})`);
    await sleep(30);
    log.push('first ends');
  }
}

@Injectable()
class SecondListener {
  constructor(private readonly database: Database) {}

  @InTransaction(CourseRenamed)
  async write({ title }: CourseRenamed): Promise<void> {
    log.push('second begins');
    await this.database.execute(Prisma.sql`INSERT INTO notes VALUES (${`second: ${title}`})`);
    if (fails) throw new Error('the second listener cannot');
    log.push('second ends');
  }

  @AfterCommit(CourseRenamed, 'test.index')
  async index(): Promise<void> {
    log.push('indexed');
  }

  @AfterCommit(CourseRenamed, 'test.tell')
  async tell(): Promise<void> {
    log.push('told');
  }
}

let platform: TestPlatform;
let bus: EventBus;
beforeAll(async () => {
  platform = await startTestPlatform([FirstListener, SecondListener]);
  bus = platform.module.get(EventBus);
  await sql(platform.database, 'CREATE TABLE notes (text text); GRANT ALL ON notes TO PUBLIC');
});
beforeEach(async () => {
  await sql(platform.database, 'TRUNCATE notes, outbox_messages');
  log.length = 0;
  fails = false;
});
afterAll(() => platform.close());

const notes = () =>
  sql<{ text: string }>(platform.database, 'SELECT text FROM notes').then((rows) => rows.map((row) => row.text));
const outbox = () =>
  sql(
    platform.database,
    'SELECT event_name, subscriber, payload, status, attempts FROM outbox_messages ORDER BY subscriber',
  );
const rename = (title: string) =>
  inTransaction(async () => {
    await platform.module.get(Database).execute(Prisma.sql`INSERT INTO notes VALUES ('the business')`);
    await bus.publish(new CourseRenamed('crs_1', title));
  });

describe('publishing an event', () => {
  it('runs those who listen in the transaction one after another', async () => {
    await rename('Swahili');
    expect(log).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    expect(await notes()).toEqual(['the business', 'first: Swahili', 'second: Swahili']);
  });

  it('writes one message for each who listens after the commit, and hands over none yet', async () => {
    await rename('Swahili');
    const message = {
      event_name: 'CourseRenamed',
      payload: { courseId: 'crs_1', title: 'Swahili' },
      status: 'PENDING',
      attempts: 0,
    };
    expect(await outbox()).toEqual([
      { ...message, subscriber: 'test.index' },
      { ...message, subscriber: 'test.tell' },
    ]);
    expect(log).not.toContain('indexed');
  });

  it('comes to nothing when a listener in the transaction throws: business, earlier listeners and outbox', async () => {
    fails = true;
    await expect(rename('Swahili')).rejects.toThrow('the second listener cannot');
    expect(log).toEqual(['first begins', 'first ends', 'second begins']);
    expect([await notes(), await outbox()]).toEqual([[], []]);
  });

  it('comes to nothing when the transaction is rolled back afterwards', async () => {
    const work = inTransaction(async () => {
      await rename('Swahili');
      throw new Error('changed my mind');
    });
    await expect(work).rejects.toThrow('changed my mind');
    expect([await notes(), await outbox()]).toEqual([[], []]);
  });

  it('outside a transaction is refused, and nobody hears of it', async () => {
    await expect(bus.publish(new CourseRenamed('crs_1', 'x'))).rejects.toThrow(
      'CourseRenamed was published outside a transaction',
    );
    expect([log, await notes(), await outbox()]).toEqual([[], [], []]);
  });

  it('to which nobody listens leaves nothing behind', async () => {
    await inTransaction(() => bus.publish(new NobodyCares()));
    expect(await outbox()).toEqual([]);
  });
});
