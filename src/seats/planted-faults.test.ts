import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Lessons } from '../../test/support/lessons.js';
import { openSchool, type School } from '../../test/support/school.js';
import { SeatBattery, type SeatRule } from '../../test/support/seat-battery.js';
import { SeatDesk } from '../../test/support/seat-desk.js';
import { DEFINITIONS, inSql, source } from '../../test/support/seat-faults.js';
import type { LockAccount } from '../ledger/index.js';
import { accounts } from '../ledger/index.js';
import { Seats } from './settling/seats.js';

/*
 * Tests that can fail: what keeps seats from being sold twice is taken away, one thing at a time, and the battery must notice.
 */

let school: School;
let battery: SeatBattery;
beforeAll(async () => {
  // Sweeps run only when a rule says so: a session that was moved stays unsettled.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  const lessons = await Lessons.open(school);
  battery = new SeatBattery(school, lessons, new SeatDesk(school, lessons));
}, 60_000);
afterAll(() => school.close());

type Internals = { find: Seats['find']; lockAccount: LockAccount };

const inCode: [name: string, lock: (this: Internals, id: string) => ReturnType<Seats['lock']>, noticedBy: SeatRule][] =
  [
    [
      'seats are read and not locked',
      function (id) {
        return this.find(id);
      },
      'a seat is given up once',
    ],
    [
      'wallets are locked and seats are not',
      async function (id) {
        const seat = await this.find(id);
        if (!seat) return undefined;
        if (seat.amount > 0n) await this.lockAccount.execute(accounts.wallet(seat.studentId), seat.currency);
        return this.find(id);
      },
      'a seat of a student without a wallet is given up once',
    ],
  ];

describe('the battery', () => {
  let definitions: { name: string; statement: string }[];
  beforeAll(async () => {
    definitions = await school.sql(DEFINITIONS);
    expect(definitions).toHaveLength(3);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    // What a fault has let through no longer stands in the way of what it took away.
    await school.sql(`UPDATE seats SET status = 'NO_SHOW' WHERE status <> 'NO_SHOW'`);
    await school.sql('UPDATE class_sessions SET taken = 0');
    await school.sql(source);
    for (const { name, statement } of definitions) {
      const there =
        'SELECT 1 FROM pg_constraint WHERE conname = $1 UNION ALL SELECT 1 FROM pg_class WHERE relname = $1';
      if ((await school.sql(there, [name])).length === 0) await school.sql(statement);
    }
  });

  it('has nothing to say about seats as they are', async () => {
    expect(await battery.complaints()).toEqual([]);
  });

  it.each(inSql)('notices that %s', async (_, statements, noticedBy) => {
    await school.sql(statements);
    await expect(battery.rules[noticedBy]()).rejects.toThrow();
  });

  it.each(inCode)('notices that %s', async (_, lock, noticedBy) => {
    jest.spyOn(Seats.prototype, 'lock').mockImplementation(lock);
    await expect(battery.rules[noticedBy]()).rejects.toThrow();
  });

  it('has nothing to say once everything is back', async () => {
    expect(await battery.complaints()).toEqual([]);
  });
});
