import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { ApplyAttemptReport } from '../src/payments/attempts/apply-attempt-report.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { givenBackRules } from '../src/payments/upkeep/given-back-rules.js';
import { Money } from '../src/platform/money/index.js';
import { testSettings } from './support/app.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  await sell();
  const refunded = await sell({ country: 'DE' });
  const body = { paymentId: refunded.paymentId, reason: 'the course was cancelled' };
  expectStatus(200, await school.post('/payments/refund', body, school.admin.token));
  school.sandbox.stripe.dispute((await sell()).movement);
  await sendTooLittle();
  await school.quiet();
}, 60_000);
afterAll(() => school.close());

/** Answers what was paid, and by which movement of money. */
async function sell(place: { country?: string } = {}): Promise<{ paymentId: string; movement: string }> {
  const { session } = await begin(place);
  school.sandbox.stripe.pay(session.providerReference!);
  await school.quiet();
  const { payment_intent: movement } = school.sandbox.stripe.session(session.providerReference!);
  return { paymentId: session.paymentId, movement: movement as string };
}

/** Money of another amount, and of a movement that the stand-in does not know and so does not give back. */
async function sendTooLittle(): Promise<void> {
  const { paymentId } = (await begin()).session;
  const received = Money.of(5, 'USD');
  await school.app
    .get(ApplyAttemptReport)
    .execute('STRIPE', { kind: 'attempt', outcome: 'paid', paymentId, transactionId: 'pi_of_nowhere', received });
}

async function begin(place: { country?: string } = {}): Promise<CreatedSessionDto> {
  const courseId = (await school.course()).id;
  const buyer = await person(school);
  return expectStatus(
    201,
    await school.post<CreatedSessionDto>('/payments/sessions', { courseId, ...place }, buyer.token),
  );
}

function check(settings: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/bin/check.js'], {
    env: { PATH: process.env.PATH, ...testSettings(school.database), ...settings },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

it('says that all rules hold, and ends well', () => {
  expect(check()).toEqual({ status: 0, stdout: expect.stringMatching(/^all \d+ rules hold\n$/), stderr: '' });
});

const faults: [name: string, statement: string, rule: string][] = [
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
     SELECT 'pay_none', session_id, user_id, provider, 'COMPLETED', 5, 5, 'USD', 'pi_none', created_at FROM payments LIMIT 1`,
    'booked once',
  ],
  [
    'a refund of money that never came',
    `INSERT INTO refunds (id, payment_id, transaction_id, amount, currency, reason, status, created_at)
     SELECT 'ref_x', id, 'pi_x', 7, 'USD', 'x', 'FAILED', now() FROM payments LIMIT 1`,
    'what lies unapplied is what could not be given back',
  ],
  [
    'money that fits nothing and that nobody gives back',
    'DELETE FROM refunds WHERE transaction_id IS NOT NULL',
    'money that fits nothing is booked at what came, and goes back',
  ],
  [
    'a payment that received what is not booked',
    'UPDATE payments SET received_amount = received_amount + 1',
    'what a payment received is what is booked of it',
  ],
  [
    'a refund that is to be carried out once more',
    `UPDATE refunds SET status = 'PENDING', settled_at = NULL`,
    'what is on its way back is the refunds that are pending',
  ],
  [
    'money that a bank holds for no dispute',
    'UPDATE disputes SET withdrawn_at = NULL',
    'what banks hold is the disputes that are not decided',
  ],
  [
    'a payment of which less is refunded than its refunds say',
    'UPDATE payments SET refunded_amount = refunded_amount - 1 WHERE refunded_amount > 0',
    'a payment knows what its refunds and disputes hold of it',
  ],
  [
    'a payment of which more is disputed than its disputes say',
    'UPDATE payments SET disputed_amount = disputed_amount + 1 WHERE disputed_amount > 0',
    'a payment knows what its refunds and disputes hold of it',
  ],
  [
    'a refund of more than came',
    'UPDATE refunds SET amount = 100000 WHERE transaction_id IS NULL',
    'never more of a sale goes back than came',
  ],
  [
    'tax that stays behind',
    'UPDATE refunds SET tax = tax - 1 WHERE tax > 0',
    'a sale that went back whole leaves no tax',
  ],
  [
    'a refund that failed and is booked as done',
    `UPDATE refunds SET status = 'FAILED' WHERE status = 'SUCCEEDED'`,
    'a refund has the entries of its status',
  ],
  [
    'a payment that stands although all of it went back',
    `UPDATE payments SET status = 'COMPLETED' WHERE status = 'REFUNDED'`,
    'a payment stands as its refunds and disputes say',
  ],
  [
    'a payment that stands although its bank disputes it',
    `UPDATE payments SET status = 'COMPLETED' WHERE status = 'DISPUTED'`,
    'a payment stands as its refunds and disputes say',
  ],
  ['a place that was paid by nothing', 'UPDATE enrollments SET payment_session_id = NULL', 'a place that is paid'],
  ['a course that was paid and not given', 'DELETE FROM enrollments', 'a course that is paid and not refunded'],
  [
    'a course that was taken away although it is paid',
    `UPDATE enrollments SET payment_status = 'REFUNDED'`,
    'a course that is paid and not refunded',
  ],
  ['a place that opens nothing', 'UPDATE access_grants SET revoked_at = now()', 'an active place opens its course'],
];

it.each(faults)('finds %s', async (_, fault, rule) => {
  await school.sql(`CREATE SCHEMA kept`);
  const tables = ['payments', 'payment_sessions', 'refunds', 'disputes', 'enrollments', 'access_grants'];
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

it('a fault is planted for every rule about what was given back', () => {
  const planted = faults.map(([, , rule]) => rule);
  expect(Object.keys(givenBackRules).filter((rule) => !planted.includes(rule))).toEqual([]);
});

it('ends with 2 when it cannot ask', () => {
  expect(check({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' })).toMatchObject({ status: 2, stdout: '' });
});

it('ends with 2 and says no more than the mistake when the configuration is not usable', () => {
  expect(check({ DATABASE_URL: 'mysql://x', PORT: '70000' })).toEqual({
    status: 2,
    stdout: '',
    stderr: [
      'The configuration is not usable:',
      '  - DATABASE_URL must be a postgresql:// URL',
      '  - PORT must not be greater than 65535',
      'See .env.example for every variable.\n',
    ].join('\n'),
  });
});
