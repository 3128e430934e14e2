import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { testSettings } from './support/app.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  execFileSync(process.execPath, ['scripts/prepare.mjs', 'build']);
  const { stripeId } = await school.begin((await school.course()).id, await person(school));
  school.sandbox.stripe.pay(stripeId);
  await school.quiet();
}, 60_000);
afterAll(() => school.close());

function check(settings: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/commands/check-invariants.js'], {
    env: { PATH: process.env.PATH, ...testSettings(school.database), ...settings },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('says that all rules hold, and ends well', () => {
  expect(check()).toEqual({ status: 0, stdout: expect.stringMatching(/^all \d\d rules hold\n$/), stderr: '' });
});

it.each<[string, string, string]>([
  [
    'a session that was not completed',
    `UPDATE payment_sessions SET status = 'FAILED', completed_at = NULL`,
    'a settled payment of a completed session',
  ],
  ['a payment that was not settled', `UPDATE payments SET status = 'PENDING'`, 'a settled payment of a completed'],
  ['a payment of another amount', 'UPDATE payments SET total = total + 1', 'booked at what the payment was to be'],
  [
    'a settled payment that is nowhere in the books',
    `INSERT INTO payments (id, session_id, user_id, provider, status, amount, total, currency, transaction_id, created_at)
     SELECT 'pay_none', session_id, user_id, provider, 'COMPLETED', 5, 5, 'USD', 'pi_none', created_at FROM payments`,
    'booked once',
  ],
  [
    'a refund of money that never came',
    `INSERT INTO refunds (id, payment_id, transaction_id, amount, currency, reason, created_at)
     SELECT 'ref_x', id, 'pi_x', 7, 'USD', 'x', now() FROM payments`,
    'what lies unapplied',
  ],
  ['a place that was paid by nothing', 'UPDATE enrollments SET payment_session_id = NULL', 'a place that is paid'],
  ['a place that opens nothing', 'UPDATE access_grants SET revoked_at = now()', 'an active place opens its course'],
])('finds %s', async (_, fault, rule) => {
  await school.sql(`CREATE SCHEMA kept`);
  const tables = ['payments', 'payment_sessions', 'refunds', 'enrollments', 'access_grants'];
  for (const table of tables) await school.sql(`CREATE TABLE kept.${table} AS TABLE ${table}`);
  await school.sql(fault);
  const violations = await school.app.get(Invariants).check();
  // The command once: a process takes its time to start.
  const command = fault.includes('access_grants') ? check() : undefined;
  for (const table of tables.toReversed()) {
    await school.sql(
      `SET session_replication_role = replica; DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept.${table}`,
    );
  }
  await school.sql('DROP SCHEMA kept CASCADE');
  expect(violations.map((violation) => violation.rule)).toContainEqual(expect.stringContaining(rule));
  if (command) expect(command).toEqual({ status: 1, stdout: '', stderr: expect.stringContaining(rule) });
  expect(await school.app.get(Invariants).check()).toEqual([]);
});

it('ends with 2 when it cannot ask', () => {
  expect(check({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })).toMatchObject({ status: 2, stdout: '' });
});
