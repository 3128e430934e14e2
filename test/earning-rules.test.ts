import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { payoutRules } from '../src/finance/payouts/payout-rules.js';
import { violationsOf } from '../src/ledger/upkeep/invariants.js';
import { earningRules } from '../src/payments/earnings/earning-rules.js';
import { Desk, DISPUTED, type Sale } from './support/giving-back.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What is wrong with earnings and payouts is found: each fault is planted alone, found by its rule alone, and taken back. */

const rules = { ...earningRules, ...payoutRules };
type Rule = keyof typeof rules;

interface Planted {
  instructor: string;
  /** Refunded in part, still in its hold period. */
  refunded: string;
  refund: string;
  disputed: string;
  dispute: string;
  /** Its hold period is over. */
  released: string;
  paid: string;
  failed: string;
}

let school: School;
let there: Planted;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  there = await tell();
}, 60_000);
afterAll(() => school.close());

/** One sale of each kind, a payout that failed, and one that was paid. */
async function tell(): Promise<Planted> {
  const desk = new Desk(school);
  const { token } = school.instructor;
  const over = await desk.buy({ price: 250_000, currency: 'KES' });
  await school.clock.at(school.clock.in(15 * 86_400), () => school.quiet());
  const body = { provider: 'MPESA', phone: '0712345678' };
  expectStatus(200, await school.request('PUT', '/finance/payout-account', { body, token }));
  const payOut = async () => {
    const answer = await school.post<{ id: string }>('/finance/payouts', { currency: 'KES', amount: 50_000 }, token);
    const { id } = expectStatus(201, answer);
    expectStatus(200, await school.post(`/finance/payouts/${id}/approve`, {}, school.admin.token));
    await school.quiet();
    return id;
  };
  school.sandbox.mpesa.nextRequest('b2c', { endsIn: 2001 });
  const [failed, paid] = [await payOut(), await payOut()];
  const refunded = await desk.buy();
  const { id: refund } = await desk.refunded(refunded, { amount: 1_000 });
  const disputed = await desk.buy({ card: DISPUTED });
  const earningOf = async ({ paymentId }: Sale) =>
    (await school.sql<{ id: string }>('SELECT id FROM earnings WHERE payment_id = $1', [paymentId]))[0]!.id;
  const [dispute] = await school.sql<{ id: string }>('SELECT id FROM disputes');
  return {
    ...{ dispute: dispute!.id, instructor: school.instructor.id, refund, failed, paid },
    ...{ refunded: await earningOf(refunded), disputed: await earningOf(disputed), released: await earningOf(over) },
  };
}

/** What is found after something that must not be was written; it is taken back at once. */
async function found(fault: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: school.database.superuserUrl });
  await client.connect();
  try {
    await client.query('BEGIN');
    expect((await client.query(fault)).rowCount).toBe(1);
    const { text, values } = violationsOf(Object.entries(rules));
    const { rows } = await client.query<{ rule: string; subject: string }>(text, values);
    return rows.map(({ rule, subject }) => `${rule}: ${subject}`);
  } finally {
    await client.end();
  }
}

/** An entry of seven, from one account into another; those of owners are open already. */
const entry = (reference: string, from: string, to: string, currency = 'USD') => `
  SELECT ledger_post('ent_planted', 'planted', '${reference}', 'test', 'planted', now(), now(), 'system', jsonb_build_array(
    jsonb_build_object('code', '${from}', 'currency', '${currency}', 'amount', '7'),
    jsonb_build_object('code', '${to}', 'currency', '${currency}', 'amount', '-7')))`;

type Fault = [name: string, rule: Rule, subject: (of: Planted) => string, fault: (of: Planted) => string];

const faults: Fault[] = [
  [
    'a pending account that is moved by something else than sales',
    'what is pending for a payee is what their sales hold',
    ({ instructor }) => `liability:earnings-pending:${instructor} USD`,
    ({ instructor }) => entry('planted', `liability:earnings-pending:${instructor}`, 'asset:bank'),
  ],
  [
    'a pending account of somebody who has sold nothing',
    'what is pending for a payee is what their sales hold',
    () => 'liability:earnings-pending:nobody USD',
    () => entry('planted', 'asset:bank', 'liability:earnings-pending:nobody'),
  ],
  [
    'an earning of which more was taken than refunds and disputes took',
    'what was taken of an earning is what its refunds and disputes took',
    ({ refunded }) => refunded,
    ({ refunded }) => `UPDATE earnings SET share = share + 1, reversed = reversed + 1 WHERE id = '${refunded}'`,
  ],
  [
    'an earning of which something was taken for nothing',
    'what was taken of an earning is what its refunds and disputes took',
    ({ released }) => released,
    ({ released }) => `UPDATE earnings SET share = share + 1, reversed = reversed + 1 WHERE id = '${released}'`,
  ],
  [
    'a refund that says that it took another share',
    'a refund or a dispute knows the shares that it took',
    ({ refund }) => refund,
    ({ refund }) => `UPDATE refunds SET share = share + 1 WHERE id = '${refund}'`,
  ],
  [
    'a dispute that says that it took a share',
    'a refund or a dispute knows the shares that it took',
    ({ dispute }) => dispute,
    ({ dispute }) => `UPDATE disputes SET share = 1 WHERE id = '${dispute}'`,
  ],
  [
    'a share that would never be released',
    'what is pending has its time, unless it is disputed',
    ({ refunded }) => refunded,
    ({ refunded }) => `UPDATE earnings SET due_at = NULL WHERE id = '${refunded}'`,
  ],
  [
    'a disputed share that would be released',
    'what is pending has its time, unless it is disputed',
    ({ disputed }) => disputed,
    ({ disputed }) => `UPDATE earnings SET due_at = held_until WHERE id = '${disputed}'`,
  ],
  [
    'a time for what was released',
    'what is pending has its time, unless it is disputed',
    ({ released }) => released,
    ({ released }) => `UPDATE earnings SET due_at = held_until WHERE id = '${released}'`,
  ],
  [
    'money on its way by no payout',
    'what is on its way to instructors is the payouts that are not settled',
    () => 'liability:payouts-in-transit KES',
    () => entry('planted', 'asset:bank', 'liability:payouts-in-transit', 'KES'),
  ],
  [
    'a payout that failed and is booked as done',
    'a payout has the entries of its status',
    ({ failed }) => failed,
    ({ failed }) => entry(`${failed}:done`, 'asset:bank', 'expense:petty-cash', 'KES'),
  ],
  [
    'a payout that is nowhere in the books',
    'a payout has the entries of its status',
    ({ paid }) => `${paid}x`,
    ({ paid }) => `UPDATE payouts SET id = id || 'x' WHERE id = '${paid}'`,
  ],
  [
    'earnings that were moved by something else than sales and payouts',
    'what instructors have is what was released to them, less what was taken back and paid out',
    ({ instructor }) => `${instructor} KES`,
    ({ instructor }) => entry('planted', `liability:earnings:${instructor}`, 'asset:bank', 'KES'),
  ],
];

it.each(faults)('finds %s', async (_, rule, subject, fault) => {
  expect(await found(fault(there))).toEqual([`${rule}: ${subject(there)}`]);
});

it('finds nothing where nothing is wrong, and has a fault planted for every rule', async () => {
  expect(await found('SELECT 1')).toEqual([]);
  const planted = faults.map(([, rule]) => rule);
  expect(Object.keys(rules).filter((rule) => !planted.some((one) => one === rule))).toEqual([]);
});
