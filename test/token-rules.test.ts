import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Invariants } from '../src/ledger/index.js';
import { tokenRules } from '../src/tokens/account/token-rules.js';
import { person } from './support/people.js';
import { TokenDesk } from './support/token-desk.js';

/* What must hold of tokens is found when it does not. */

let desk: TokenDesk;
beforeAll(async () => {
  desk = await TokenDesk.open({}, { ROLE: 'api' });
  const who = await desk.rich(1000);
  await desk.award({ userId: who.id, amount: -50 });
  await desk.redeemed(who, { into: 'WALLET', currency: 'USD', tokens: 100 });
  await desk.redeemed(who, { into: 'WALLET', currency: 'EUR', tokens: 50 });
  await desk.redeemed(who, { into: 'COUPON', couponOffer: 'TEN_OFF' });
  // Who has an account and no movements, nor a score.
  await desk.school.sql('INSERT INTO token_accounts (user_id) VALUES ($1)', [(await person(desk.school)).id]);
}, 60_000);
afterAll(() => desk.school.close());

const HAS = 'what a person has in tokens is what their movements come to';
const AFTER = 'a movement of tokens says what was there after it';
const EARNED = 'a score of all time is what was earned';
const BECAME = 'tokens that are redeemed have become something, and no others';
const COST = 'what rewards have cost is what tokens became in wallets';

const first = 'sequence = 1';
const faults: [name: string, statement: string, rules: string[]][] = [
  ['a token too many', 'UPDATE token_accounts SET balance = balance + 1 WHERE sequence > 0', [HAS]],
  ['tokens of who has no movements', 'UPDATE token_accounts SET balance = 1 WHERE sequence = 0', [HAS]],
  ['a movement that is not counted', 'UPDATE token_accounts SET sequence = sequence - 1 WHERE sequence > 0', [HAS]],
  [
    'a movement of another amount',
    `UPDATE token_transactions SET amount = amount + 1 WHERE ${first}`,
    [HAS, AFTER, EARNED],
  ],
  ['a first balance that is wrong', `UPDATE token_transactions SET balance = 1001 WHERE ${first}`, [AFTER]],
  ['a later one', 'UPDATE token_transactions SET balance = balance - 1 WHERE sequence = 3', [AFTER]],
  ['a number that is left out', 'UPDATE token_transactions SET sequence = 6 WHERE sequence = 5', [AFTER]],
  ['a movement that is gone', `DELETE FROM token_transactions WHERE ${first}`, [HAS, AFTER, EARNED]],
  ['a score that nobody earned', `UPDATE token_scores SET score = score + 1 WHERE period = 'ALL'`, [EARNED]],
  ['a score that is gone', `DELETE FROM token_scores WHERE period = 'ALL'`, [EARNED]],
  [
    'a score of who has earned nothing',
    `INSERT INTO token_scores (period, user_id, score, listed) VALUES ('ALL', 'usr_1', 0, true)`,
    [EARNED],
  ],
  ['a coupon that was not given', 'DELETE FROM token_redemptions WHERE coupon_id IS NOT NULL', [BECAME]],
  [
    'a coupon for nothing',
    `INSERT INTO token_redemptions (transaction_id, coupon_id) SELECT id, 'cpn_1' FROM token_transactions WHERE ${first}`,
    [BECAME],
  ],
  [
    'credit for a movement that is not there',
    `INSERT INTO token_redemptions (transaction_id, coupon_id) VALUES ('tkn_1', 'cpn_1')`,
    [BECAME],
  ],
  ['credit that is not booked', `UPDATE token_redemptions SET amount = amount + 1 WHERE currency = 'USD'`, [COST]],
  ['credit in another currency', `UPDATE token_redemptions SET currency = 'USD' WHERE currency = 'EUR'`, [COST]],
];

it('finds nothing as it is', async () => {
  expect(await desk.school.app.get(Invariants).check()).toEqual([]);
});

it.each(faults)('finds %s', async (_, fault, rules) => {
  const { school } = desk;
  const tables = ['token_accounts', 'token_transactions', 'token_scores', 'token_redemptions'];
  const replica = 'SET session_replication_role = replica';
  await school.sql('CREATE SCHEMA kept');
  for (const table of tables) await school.sql(`CREATE TABLE kept.${table} AS TABLE ${table}`);
  await school.sql(`${replica}; ${fault}`);
  const violations = await school.app.get(Invariants).check();
  for (const table of tables)
    await school.sql(`${replica}; DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept.${table}`);
  await school.sql('DROP SCHEMA kept CASCADE');
  const order = Object.keys(tokenRules);
  const found = [...new Set(violations.map(({ rule }) => rule))].filter((rule) => order.includes(rule));
  expect(found.toSorted((a, b) => order.indexOf(a) - order.indexOf(b))).toEqual(rules);
});
