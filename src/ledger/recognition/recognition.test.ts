import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RecognitionDesk } from '../../../test/support/recognition-desk.js';
import { sql } from '../../../test/support/people.js';

/*
 * Revenue day by day, each story in a year of its own. The desk looks after every look of the job whether the books agree with what is
 * deferred and what is recognised.
 */

let desk: RecognitionDesk;

beforeAll(async () => {
  desk = await RecognitionDesk.open();
});
afterAll(() => desk.close());

const sum = (days: [string, number][]) => days.reduce((total, [, amount]) => total + amount, 0);

describe('what is delivered over a time', () => {
  it('is earned day by day in UTC, from the moment on and to the last cent', async () => {
    await desk.sold('2027-01-31T10:00:00Z', [['A', 2800, '2027-01-31T10:00:00Z', '2027-02-28T10:00:00Z']]);
    expect(await desk.looks('2027-01-31T23:59:59.999Z')).toBe(0);
    expect(await desk.looks('2027-02-01T00:00:00Z')).toBe(1);
    // 14 of 672 hours.
    expect(await desk.earned('A')).toEqual([['2027-01-31', 58]]);
    expect(await desk.looks('2027-03-05T12:00:00Z')).toBe(29);
    const earned = await desk.earned('A');
    expect(earned).toHaveLength(29);
    // 38 hours are 158.33; the last day has the ten hours that are left.
    expect(earned.slice(0, 3)).toEqual([
      ['2027-01-31', 58],
      ['2027-02-01', 100],
      ['2027-02-02', 100],
    ]);
    expect(earned.at(-1)).toEqual(['2027-02-28', 42]);
    expect(sum(earned)).toBe(2800);
  });

  it('counts 29 February, and days that the job has missed one by one', async () => {
    await desk.sold('2028-02-01T00:00:00Z', [['B', 2900, '2028-02-01T00:00:00Z', '2028-03-01T00:00:00Z']]);
    expect(await desk.looks('2028-02-04T05:00:00Z')).toBe(3);
    expect(await desk.looks('2028-06-01T00:00:00Z')).toBe(27);
    const days = Array.from({ length: 29 }, (_, i) => [`2028-02-${String(i + 1).padStart(2, '0')}`, 100]);
    expect(await desk.earned('B')).toEqual(days);
  });

  it('has time that is given up counted against it: an upgrade in the middle of a month', async () => {
    await desk.sold('2029-04-01T00:00:00Z', [['C', 3000, '2029-04-01T00:00:00Z', '2029-05-01T00:00:00Z']]);
    await desk.looks('2029-04-16T00:00:00Z');
    await desk.sold('2029-04-16T00:00:00Z', [
      ['C', -1500, '2029-04-16T00:00:00Z', '2029-05-01T00:00:00Z'],
      ['D', 4500, '2029-04-16T00:00:00Z', '2029-05-01T00:00:00Z'],
    ]);
    await desk.looks('2029-05-10T00:00:00Z');
    const [old, now] = [await desk.earned('C'), await desk.earned('D')];
    expect([old.length, sum(old), old.at(-1)]).toEqual([15, 1500, ['2029-04-15', 100]]);
    expect([now.length, sum(now), now[0]]).toEqual([15, 4500, ['2029-04-16', 300]]);
  });

  it('is caught up when it is paid late, with the entry of the day it was paid', async () => {
    await desk.sold('2030-06-01T00:00:00Z', [['E', 300, '2030-06-01T00:00:00Z', '2030-06-04T00:00:00Z']]);
    await desk.looks('2030-06-06T01:00:00Z');
    await desk.sold('2030-06-06T08:00:00Z', [['E', 3000, '2030-06-04T00:00:00Z', '2030-07-04T00:00:00Z']]);
    expect(await desk.looks('2030-06-06T23:00:00Z')).toBe(0);
    await desk.looks('2030-06-08T00:00:00Z');
    expect((await desk.earned('E')).slice(3)).toEqual([
      ['2030-06-06', 300],
      ['2030-06-07', 100],
    ]);
    await desk.looks('2030-07-10T00:00:00Z');
    expect(sum(await desk.earned('E'))).toBe(3300);
  });

  it('is not earned on a day before it was paid, also when the job comes to that day later', async () => {
    await desk.sold('2030-09-01T00:00:00Z', [['E2', 500, '2030-09-01T00:00:00Z', '2030-09-06T00:00:00Z']]);
    await desk.sold('2030-09-04T08:00:00Z', [['E2', 500, '2030-09-01T00:00:00Z', '2030-09-06T00:00:00Z']]);
    await desk.looks('2030-09-07T00:00:00Z');
    expect((await desk.earned('E2')).map(([, amount]) => amount)).toEqual([100, 100, 100, 500, 200]);
  });

  it('is earned with the next entry when it ends early; what had not begun too', async () => {
    const id = await desk.sold('2031-01-01T00:00:00Z', [
      ['F', 3100, '2031-01-01T00:00:00Z', '2031-02-01T00:00:00Z'],
      ['F', 2800, '2031-02-01T00:00:00Z', '2031-03-01T00:00:00Z'],
    ]);
    await desk.looks('2031-01-03T00:00:00Z');
    await desk.ended('2031-01-03T15:00:00Z', id);
    await desk.looks('2031-03-05T00:00:00Z');
    expect(await desk.earned('F')).toEqual([
      ['2031-01-01', 100],
      ['2031-01-02', 100],
      ['2031-01-03', 5700],
    ]);
  });

  it('has one entry a day for each plan and currency, however many are sold', async () => {
    const month = ['2032-02-01T00:00:00Z', '2032-02-03T00:00:00Z'] as const;
    for (const currency of ['USD', 'USD', 'EUR'])
      await desk.sold('2032-02-01T00:00:00Z', [['G', 200, ...month]], currency);
    await desk.sold('2032-02-01T00:00:00Z', [['H', 200, ...month]]);
    await desk.looks('2032-02-04T00:00:00Z');
    const daily = (amount: number) => [
      ['2032-02-01', amount],
      ['2032-02-02', amount],
    ];
    expect([await desk.earned('G'), await desk.earned('G', 'EUR'), await desk.earned('H')]).toEqual([
      daily(200),
      daily(100),
      daily(100),
    ]);
  });

  it('is earned once when two processes look at once', async () => {
    await desk.sold('2033-02-01T00:00:00Z', [['I', 400, '2033-02-01T00:00:00Z', '2033-02-05T00:00:00Z']]);
    await desk.platform.clock.at('2033-02-04T00:00:00Z', async () => {
      for (const _ of [1, 2, 3]) await Promise.all([1, 2, 3].map(() => desk.days.run()));
    });
    expect(await desk.earned('I')).toEqual([
      ['2033-02-01', 100],
      ['2033-02-02', 100],
      ['2033-02-03', 100],
    ]);
    await desk.looks('2033-02-06T00:00:00Z');
    expect(sum(await desk.earned('I'))).toBe(400);
  });

  it('is dated at once when its month takes no more postings', async () => {
    await desk.sold('2034-01-31T00:00:00Z', [['J', 200, '2034-01-31T00:00:00Z', '2034-02-02T00:00:00Z']]);
    await sql(desk.platform.database, `SELECT ledger_close_period('2034-01-01', '2034-02-01T00:00:00Z')`);
    await desk.looks('2034-02-03T09:00:00Z');
    expect(await desk.earned('J')).toEqual([
      ['2034-02-01', 100],
      ['2034-02-03', 100],
    ]);
  });
});

describe('what goes back to the buyer', () => {
  const month = ['K', 3000, '2035-04-01T00:00:00Z', '2035-05-01T00:00:00Z'] as const;

  it('is no revenue: in part or whole, before, while and after it was delivered', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push(await desk.sold('2035-03-20T00:00:00Z', [month]));
    const [before, whole, part, after, all] = ids as [string, string, string, string, string];
    await desk.refunded('2035-03-25T00:00:00Z', before, 3000);
    await desk.looks('2035-04-11T12:00:00Z');
    expect(await Promise.all(ids.map((id) => desk.recognised(id)))).toEqual([0, 1000, 1000, 1000, 1000]);
    await desk.refunded('2035-04-11T13:00:00Z', whole, 3000);
    await desk.refunded('2035-04-11T13:00:00Z', part, 600);
    // Ten of thirty days of what is left of it.
    expect([await desk.recognised(whole), await desk.recognised(part)]).toEqual([0, 800]);
    await desk.looks('2035-05-02T00:00:00Z');
    expect(await Promise.all(ids.map((id) => desk.recognised(id)))).toEqual([0, 0, 2400, 3000, 3000]);
    await desk.refunded('2035-05-02T13:00:00Z', after, 1);
    await desk.refunded('2035-05-02T13:00:00Z', all, 3000);
    expect(await Promise.all(ids.map((id) => desk.recognised(id)))).toEqual([0, 0, 2400, 2999, 0]);
    await desk.looks('2035-05-03T00:00:00Z');
  });

  it('takes from lines in proportion, also from time that was given up, and cannot be more than is left', async () => {
    const lines = [
      ['L', -1500, '2036-04-16T00:00:00Z', '2036-05-01T00:00:00Z'],
      ['M', 4501, '2036-04-16T00:00:00Z', '2036-05-01T00:00:00Z'],
    ] as const;
    const id = await desk.sold('2036-04-16T00:00:00Z', lines);
    await desk.refunded('2036-04-16T01:00:00Z', id, 1000);
    const left = () =>
      sql(desk.platform.database, 'SELECT plan, amount::int FROM deferrals WHERE source_id = $1 ORDER BY plan', [id]);
    // 499.83 and 1499.83 of 3001: rounded so that they sum to 1000.
    expect(await left()).toEqual([
      { plan: 'L', amount: -1000 },
      { plan: 'M', amount: 3001 },
    ]);
    await expect(desk.refunded('2036-04-16T02:00:00Z', id, 2002)).rejects.toThrow(/more than is left/);
    await desk.refunded('2036-04-16T03:00:00Z', id, 2001);
    expect(await left()).toEqual([
      { plan: 'L', amount: 0 },
      { plan: 'M', amount: 0 },
    ]);
    await desk.refundFailed('2036-04-17T00:00:00Z', id, 1000);
    expect(await left()).toEqual([
      { plan: 'L', amount: -500 },
      { plan: 'M', amount: 1500 },
    ]);
    await desk.looks('2036-05-02T00:00:00Z');
    expect([sum(await desk.earned('L')), sum(await desk.earned('M'))]).toEqual([-500, 1500]);
  });

  it('is earned again with the next entry when the refund fails later', async () => {
    const id = await desk.sold('2037-04-01T00:00:00Z', [['N', 3000, '2037-04-01T00:00:00Z', '2037-05-01T00:00:00Z']]);
    await desk.looks('2037-04-11T00:00:00Z');
    await desk.refunded('2037-04-11T01:00:00Z', id, 3000);
    await desk.looks('2037-04-20T00:00:00Z');
    expect(await desk.recognised(id)).toBe(0);
    await desk.refundFailed('2037-04-20T10:00:00Z', id, 3000);
    await desk.looks('2037-04-21T00:00:00Z');
    expect((await desk.earned('N')).at(-1)).toEqual(['2037-04-20', 2000]);
    await desk.looks('2037-05-02T00:00:00Z');
    expect(await desk.recognised(id)).toBe(3000);
  });
});
