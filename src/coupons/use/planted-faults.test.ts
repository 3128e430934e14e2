import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { startTestApp, type TestApp } from '../../../test/support/app.js';
import { sql } from '../../../test/support/people.js';
import { Invariants } from '../../ledger/index.js';
import { Database } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { Money } from '../../platform/money/index.js';
import type { Coupon } from '../coupon.js';
import { ConsumeCoupon, ReserveCoupon, ReturnCoupon } from '../index.js';

/*
 * Tests that can fail: the functions are broken on purpose, in one place at a time, by replacing a text that must be there exactly once,
 * and a small battery must notice.
 */

const source = (name: string) => readFileSync(join('src', 'coupons', 'sql', `${name}.sql`), 'utf8');
function broken(name: string, ...replacements: [from: string, to: string][]): string {
  return replacements.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${name} does not have "${from}" exactly once`);
    return text.replace(from, () => to);
  }, source(name));
}

const limit = 'AND (max_uses IS NULL OR current_uses < max_uses)';
const noCheck = 'ALTER TABLE coupons DROP CONSTRAINT coupons_uses;';
const checked = `ALTER TABLE coupons ADD CONSTRAINT coupons_uses
  CHECK (current_uses >= 0 AND (max_uses IS NULL OR current_uses <= max_uses));`;
const firstPurchase = `CREATE UNIQUE INDEX coupon_uses_first_purchase ON coupon_uses (user_id)
  WHERE first_purchase_only AND status IN ('RESERVED', 'CONSUMED');`;

const faults: [name: string, statements: string, mended?: string][] = [
  ['the slot is taken whatever the limit', broken('coupon_take_slot', [limit, ''])],
  [
    'the slot is taken whatever the limit, and nothing says so',
    noCheck + broken('coupon_take_slot', [limit, '']),
    checked,
  ],
  [
    'the uses are read before the lock',
    noCheck +
      broken(
        'coupon_take_slot',
        [
          'current_uses = current_uses + 1',
          'current_uses = (SELECT c.current_uses + 1 FROM coupons c WHERE c.id = p_coupon_id)',
        ],
        [limit, 'AND (max_uses IS NULL OR (SELECT c.current_uses FROM coupons c WHERE c.id = p_coupon_id) < max_uses)'],
      ),
    checked,
  ],
  ['a person has no limit', broken('coupon_take_slot', ['IF v_per_user <=', 'IF false AND v_per_user <='])],
  [
    "a person's refusal keeps the slot",
    broken('coupon_take_slot', ['current_uses = current_uses - 1', 'current_uses = current_uses']),
  ],
  ['an inactive coupon is taken', broken('coupon_take_slot', ['(is_active\n      AND', '(true\n      AND'])],
  ['a first purchase is not held once', 'DROP INDEX coupon_uses_first_purchase;', firstPurchase],
  [
    'a refused first purchase keeps the slot',
    broken('coupon_reserve', ['current_uses = current_uses - 1', 'current_uses = current_uses']),
  ],
  ['the flag is not copied', broken('coupon_reserve', ['p_currency, first_purchase_only,', 'p_currency, false,'])],
  ['a returned use is consumed as it is', broken('coupon_consume', [` AND status = 'RESERVED'`, ''])],
  ['a late payment takes no slot', broken('coupon_consume', [`<> 'taken'`, `= 'never'`])],
  [
    'late payments do not wait for each other',
    broken('coupon_consume', [
      'PERFORM 1 FROM coupons WHERE id = (SELECT coupon_id FROM coupon_uses WHERE session_id = p_session_id) FOR NO KEY UPDATE;',
      '',
    ]),
  ],
  ['a return locks the use before its coupon', broken('coupon_return', [' FOR NO KEY UPDATE', ''])],
  [
    'a consumed use is returned unpaid',
    broken('coupon_return', [`WHEN 'unpaid' THEN status = 'RESERVED'`, `WHEN 'unpaid' THEN true`]),
  ],
  ['every refund returns the use', broken('coupon_return', [` AND v_coupon.return_on_refund`, ''])],
  [
    'a returned use keeps its slot',
    broken('coupon_return', ['current_uses = current_uses - 1', 'current_uses = current_uses']),
  ],
];

let app: TestApp;
let database: Database;
let number = 0;
beforeAll(async () => {
  app = await startTestApp({ ROLE: 'api' });
  database = app.app.get(Database);
});
afterAll(() => app.close());

const next = (what: string) => `${what}_${(number += 1)}`;
const times = <T>(count: number, act: () => Promise<T>) => Promise.allSettled(Array.from({ length: count }, act));

function coupon(terms: Partial<Coupon>): Promise<Coupon> {
  const now = app.clock.now();
  const plain = { name: 'A coupon', discountType: 'PERCENTAGE', discountValue: 1000n } as const;
  return database.client.coupon.create({
    data: { ...plain, id: newId('coupon'), code: next('CODE'), createdAt: now, updatedAt: now, ...terms },
  });
}

async function reserve({ code }: Coupon, userId = next('usr')): Promise<string> {
  const sessionId = next('ps');
  await app.app.get(ReserveCoupon).execute({
    ...{ code, userId, sessionId, itemKind: 'course', itemId: 'crs_any' },
    ...{ price: Money.of(9999, 'USD'), firstPurchase: true },
  });
  return sessionId;
}
const consume = (sessionId: string) => app.app.get(ConsumeCoupon).execute(sessionId);
const giveBack = (sessionId: string, why: 'unpaid' | 'refunded') => app.app.get(ReturnCoupon).execute(sessionId, why);

/** Begins these one after the other while somebody else has the coupon's row, so that they wait for it in this order. */
async function whileLocked({ id }: Coupon, acts: (() => Promise<unknown>)[]): Promise<PromiseSettledResult<unknown>[]> {
  const holder = new pg.Client({ connectionString: app.database.superuserUrl });
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM coupons WHERE id = $1 FOR UPDATE', [id]);
    const begun: Promise<PromiseSettledResult<unknown>>[] = [];
    for (const act of acts) {
      const before = await waiting();
      let over = false;
      const outcome = Promise.allSettled([act()]).then(([settled]) => {
        over = true;
        return settled;
      });
      begun.push(outcome);
      while (!over && (await waiting()) === before) await sleep(5);
    }
    await holder.query('COMMIT');
    return await Promise.all(begun);
  } finally {
    await holder.end();
  }
}

/** How many wait for a lock. Asked on a connection of its own: within a transaction the answer would stay the same. */
async function waiting(): Promise<number> {
  const [row] = await sql<{ n: number }>(
    app.database,
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return row!.n;
}

/** What is not as it should be, in words. */
async function battery(): Promise<string[]> {
  const complaints: string[] = [];
  const expectDone = (what: string, expected: number, results: PromiseSettledResult<unknown>[]) => {
    const done = results.filter((result) => result.status === 'fulfilled' && result.value !== false).length;
    if (done !== expected) complaints.push(`${what}: ${done} done, not ${expected}`);
    for (const result of results) {
      if (result.status === 'rejected' && !(result.reason instanceof DomainError))
        complaints.push(String(result.reason));
    }
  };

  const ten = await coupon({ maxUses: 10 });
  expectDone('limit', 10, await times(60, () => reserve(ten)));
  const two = await coupon({ maxUsesPerUser: 2 });
  expectDone('limit of a person', 2, await times(30, () => reserve(two, 'usr_two')));
  const firsts = [await coupon({ firstPurchaseOnly: true }), await coupon({ firstPurchaseOnly: true })] as const;
  const beginner = next('usr');
  expectDone('first purchase', 1, await times(20, () => reserve(firsts[(number += 1) % 2 === 0 ? 0 : 1], beginner)));

  const late = await coupon({ maxUses: 1, validUntil: app.clock.in(3600) });
  const session = await reserve(late);
  expectDone('return', 1, await times(20, () => giveBack(session, 'unpaid')));
  expectDone('late payment', 20, await times(20, () => consume(session)));
  expectDone('return of what is paid', 0, await times(2, () => giveBack(session, 'unpaid')));
  expectDone('return of what is refunded', 0, await times(2, () => giveBack(session, 'refunded')));
  const [over, other] = [await coupon({ maxUses: 1 }), await coupon({})];
  const lost = await reserve(over);
  await giveBack(lost, 'unpaid');
  await reserve(over).catch((error: unknown) => complaints.push(String(error)));
  expectDone('late payment without a slot', 0, await times(3, () => consume(lost)));

  const [queue, second] = [await coupon({}), await coupon({ firstPurchaseOnly: true })];
  const waiting = await reserve(queue);
  await giveBack(waiting, 'unpaid');
  expectDone(
    'late payments in a queue',
    5,
    await whileLocked(
      queue,
      Array.from({ length: 5 }, () => () => consume(waiting)),
    ),
  );
  const begun = await reserve(second, beginner.toUpperCase());
  const crossing = [() => reserve(second, beginner.toUpperCase()), () => giveBack(begun, 'unpaid')];
  expectDone('a reservation before a return', 1, await whileLocked(second, crossing));

  await sql(app.database, 'UPDATE coupons SET is_active = false WHERE id = $1', [other.id]);
  const [row] = await sql<{ outcome: string }>(
    app.database,
    `SELECT coupon_reserve('cpu_x', $1, 'usr', $2, 1, 'USD', now()) AS outcome`,
    [other.id, next('ps')],
  );
  if (row?.outcome !== 'invalid') complaints.push(`inactive: ${row?.outcome}`);
  const violations = await app.app.get(Invariants).check();
  return [...complaints, ...violations.map(({ rule, detail }) => `${rule}: ${detail}`)];
}

async function complaintsAbout(statements?: string): Promise<string[]> {
  if (statements) await sql(app.database, statements);
  return battery().catch((error: unknown) => [String(error)]);
}

async function mend(mended = ''): Promise<void> {
  const functions = ['coupon_take_slot', 'coupon_reserve', 'coupon_consume', 'coupon_return'].map(source).join(';\n');
  await sql(app.database, `DELETE FROM coupon_uses; DELETE FROM coupons; ${mended} ${functions}`);
}

describe('the battery', () => {
  it('has nothing to say about the functions as they are', async () => {
    expect(await complaintsAbout()).toEqual([]);
    await mend();
    expect(await complaintsAbout()).toEqual([]);
    await mend();
  });

  // One argument: Jest would take a third one that a row lacks for its callback.
  it.each(faults.map(([fault, ...rest]) => ({ fault, rest })))('notices that $fault', async ({ fault, rest }) => {
    const [statements, mended] = rest;
    const complaints = await complaintsAbout(statements);
    await mend(mended);
    if (process.env.SHOW_COMPLAINTS) console.log(`${fault}\n${complaints.join('\n')}`);
    expect(complaints).not.toEqual([]);
  });
});
