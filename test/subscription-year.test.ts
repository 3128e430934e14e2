import { afterAll, beforeAll, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { AccessTokens } from '../src/identity/access/access-tokens.js';
import { Settings } from '../src/platform/config/index.js';
import type { SubscriptionDto } from '../src/subscriptions/subscriptions.dto.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { SavedMethods } from './support/saved-methods.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/*
 * A year of four subscribers on one of Stripe's test clocks, which the application's clock goes with; a leap year, begun on 31 January. Pro costs
 * 20.00 a month or 200.00 a year, Enterprise 50.00 a month. All amounts were worked out by hand.
 */

const START = '2028-01-31T10:00:00Z';
type Name = 'amina' | 'baraka' | 'chidi' | 'dalila';
interface Subscriber extends Person {
  token: string;
  methodId: string;
  card: string;
}

let school: School;
let stripe: Stripe;
let clockId: string;
const people = {} as Record<Name, Subscriber>;

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  const { hostname: host, port } = new URL(school.sandbox.url);
  stripe = new Stripe(school.settings.STRIPE_SECRET_KEY!, { host, port, protocol: 'http' });
  const frozen_time = Date.parse(START) / 1000;
  clockId = (await stripe.testHelpers.testClocks.create({ frozen_time })).id;
  // Known only now; whoever becomes a customer at Stripe from here on lives on it.
  school.app.get(Settings).STRIPE_TEST_CLOCK = clockId;
  await to(START);
  for (const name of ['amina', 'baraka', 'chidi', 'dalila'] as const) {
    const one = await person(school);
    const { id: methodId, externalId: card } = await new SavedMethods(school, one).save();
    people[name] = { ...one, methodId, card };
  }
}, 60_000);
afterAll(() => school.close());
keepBooks(() => school);

/** Time passes for everybody, and what is due by then happens. */
async function to(moment: string): Promise<void> {
  const at = new Date(moment);
  const { frozen_time } = await stripe.testHelpers.testClocks.retrieve(clockId);
  if (at.getTime() / 1000 > frozen_time)
    await stripe.testHelpers.testClocks.advance(clockId, { frozen_time: at.getTime() / 1000 });
  school.clock.advance((at.getTime() - school.clock.now().getTime()) / 1000);
  await school.quiet();
  for (const one of [school.admin as Subscriber, ...Object.values(people)])
    one.token = await school.app.get(AccessTokens).sign(one.id);
}

const current = async (name: Name) =>
  expectStatus(200, await school.get<SubscriptionDto>('/subscriptions/current', people[name].token));

const create = async (name: Name, wish: object) =>
  expectStatus(
    201,
    await school.post(
      '/subscriptions/create',
      { tier: 'PRO', period: 'MONTH', methodId: people[name].methodId, country: 'US', ...wish },
      people[name].token,
    ),
  );

const ask = async (name: Name, what: 'cancel' | 'resume') =>
  expectStatus(200, await school.post(`/subscriptions/${what}`, {}, people[name].token));

const update = async (name: Name, body: object) =>
  expectStatus(200, await school.request('PUT', '/subscriptions/update', { token: people[name].token, body }));

/** What was charged, with the day. */
async function charges(name: Name): Promise<[string, number][]> {
  const rows = await school.sql<{ day: string; total: string }>(
    `SELECT to_char(p.completed_at AT TIME ZONE 'UTC', 'MM-DD') AS day, p.total
     FROM payments p JOIN payment_sessions s ON s.id = p.session_id
     WHERE s.item_kind = 'subscription' AND p.user_id = $1 ORDER BY p.completed_at, p.id`,
    [people[name].id],
  );
  return rows.map(({ day, total }) => [day, Number(total)]);
}

const standing = async (name: Name) => {
  const { plan, status } = await current(name);
  return `${plan.id} ${status}`;
};

it('begins: a trial, a year with tax, and two months', async () => {
  await create('amina', { trial: true });
  await create('baraka', { period: 'YEAR', country: 'DE' });
  await create('chidi', {});
  await create('dalila', {});
  await school.quiet();
  expect([await standing('amina'), await charges('amina')]).toEqual(['PRO TRIALING', []]);
  // 200.00 and 19 %.
  expect([await standing('baraka'), await charges('baraka')]).toEqual(['PRO ACTIVE', [['01-31', 23_800]]]);
  expect(await charges('chidi')).toEqual([['01-31', 2000]]);
});

it('renews: the trial after 14 days, the 31st on the 29th of February and again on the 31st', async () => {
  await to('2028-02-14T12:00:00Z');
  expect([await standing('amina'), await charges('amina')]).toEqual(['PRO ACTIVE', [['02-14', 2000]]]);
  await to('2028-02-29T12:00:00Z');
  await to('2028-03-14T12:00:00Z');
  expect((await charges('chidi')).at(-1)).toEqual(['02-29', 2000]);
  expect((await charges('amina')).at(-1)).toEqual(['03-14', 2000]);
  expect((await current('chidi')).renewalDate).toBe('2028-03-31T10:00:00.000Z');
});

it('is changed for more in the middle of a month, at what was shown before', async () => {
  await to('2028-03-29T10:00:00Z');
  await school.clock.at('2028-03-29T10:00:00Z', async () => {
    const { token } = people.amina;
    const shown = await school.post('/subscriptions/preview', { tier: 'ENTERPRISE' }, token);
    // 16 of 31 days: 20.00 gives back 10.32, 50.00 costs 25.81.
    expect(shown).toMatchObject({ status: 200, body: { due: 1549, lines: [{ amount: -1032 }, { amount: 2581 }] } });
    await update('amina', { tier: 'ENTERPRISE', prorationDate: shown.body.prorationDate });
  });
  await school.quiet();
  expect((await charges('amina')).at(-1)).toEqual(['03-29', 1549]);
  expect(await standing('amina')).toBe('ENTERPRISE ACTIVE');
});

it('is not paid: tried again, closed after the grace, and as before once it is paid', async () => {
  school.sandbox.stripe.failCard(people.chidi.card, 'insufficient_funds');
  await to('2028-03-31T12:00:00Z');
  expect([await standing('chidi'), (await current('chidi')).dunning]).toMatchObject(['PRO PAST_DUE', { attempts: 1 }]);
  await to('2028-04-03T12:00:00Z');
  expect((await current('chidi')).dunning).toMatchObject({ attempts: 2 });
  await to('2028-04-07T12:00:00Z');
  expect((await current('chidi')).plan.id).toBe('FREE');
  school.sandbox.stripe.failCard(people.chidi.card, null);
  await to('2028-04-08T13:00:00Z');
  expect([await standing('chidi'), (await charges('chidi')).at(-1)]).toEqual(['PRO ACTIVE', ['04-08', 2000]]);
  expect((await current('chidi')).renewalDate).toBe('2028-04-30T10:00:00.000Z');
});

it('is changed for less when the month is over', async () => {
  await to('2028-04-14T12:00:00Z');
  expect((await charges('amina')).at(-1)).toEqual(['04-14', 5000]);
  await to('2028-04-20T09:00:00Z');
  await update('amina', { tier: 'PRO' });
  expect(await standing('amina')).toBe('ENTERPRISE ACTIVE');
});

it('is never paid again: given up, and free', async () => {
  school.sandbox.stripe.failCard(people.dalila.card, 'expired_card');
  await to('2028-04-30T12:00:00Z');
  expect(await standing('dalila')).toBe('PRO PAST_DUE');
  for (const day of ['05-03', '05-08']) await to(`2028-${day}T12:00:00Z`);
  await to('2028-05-14T12:00:00Z');
  expect([await standing('amina'), (await charges('amina')).at(-1)]).toEqual(['PRO ACTIVE', ['05-14', 2000]]);
  await to('2028-05-16T12:00:00Z');
  expect((await current('dalila')).plan.id).toBe('FREE');
  const [row] = await school.sql(`SELECT status FROM subscriptions WHERE user_id = $1`, [people.dalila.id]);
  expect(row).toEqual({ status: 'EXPIRED' });
  expect(await charges('dalila')).toEqual([
    ['01-31', 2000],
    ['02-29', 2000],
    ['03-31', 2000],
  ]);
});

it('is cancelled, taken back, and cancelled for good when the month is over', async () => {
  await to('2028-05-20T12:00:00Z');
  await ask('amina', 'cancel');
  await to('2028-05-25T12:00:00Z');
  await ask('amina', 'resume');
  await to('2028-05-31T12:00:00Z');
  await to('2028-06-14T12:00:00Z');
  expect([await standing('amina'), (await charges('amina')).at(-1)]).toEqual(['PRO ACTIVE', ['06-14', 2000]]);
  await ask('amina', 'cancel');
  await to('2028-06-30T12:00:00Z');
  expect(await standing('amina')).toBe('PRO ACTIVE');
  await to('2028-07-14T12:00:00Z');
  expect((await current('amina')).plan.id).toBe('FREE');
});

it('goes on to the end of the year, and the year is renewed', async () => {
  for (const day of ['07-31', '08-31', '09-30', '10-31', '11-30', '12-31']) await to(`2028-${day}T12:00:00Z`);
  await to('2029-01-31T12:00:00Z');
  expect(await charges('baraka')).toEqual([
    ['01-31', 23_800],
    ['01-31', 23_800],
  ]);
  // Thirteen months, each once.
  expect((await charges('chidi')).map(([, total]) => total)).toEqual(Array.from({ length: 13 }, () => 2000));
});

/** What was paid for: plan, net amount, from when until when, and since when it is paid, where that is later. */
type Delivered = readonly [plan: string, net: number, from: string, until: string, paid?: string];
const month = (from: string, until: string, paid?: string): Delivered => ['PRO', 2000, from, until, paid];
const lastDays = [
  ...['2028-01-31', '2028-02-29', '2028-03-31', '2028-04-30', '2028-05-31', '2028-06-30', '2028-07-31'],
  ...['2028-08-31', '2028-09-30', '2028-10-31', '2028-11-30', '2028-12-31', '2029-01-31', '2029-02-28'],
];
const delivered: Delivered[] = [
  // Amina
  month('2028-02-14', '2028-03-14'),
  month('2028-03-14', '2028-04-14'),
  ['PRO', -1032, '2028-03-29', '2028-04-14'],
  ['ENTERPRISE', 2581, '2028-03-29', '2028-04-14'],
  ['ENTERPRISE', 5000, '2028-04-14', '2028-05-14'],
  month('2028-05-14', '2028-06-14'),
  month('2028-06-14', '2028-07-14'),
  // Baraka
  ['PRO', 20_000, '2028-01-31', '2029-01-31'],
  ['PRO', 20_000, '2029-01-31', '2030-01-31'],
  // Chidi, whose April was paid late
  ...lastDays
    .slice(0, -1)
    .map((from, index) => month(from, lastDays[index + 1]!, from === '2028-03-31' ? '2028-04-08' : from)),
  // Dalila
  ...[0, 1, 2].map((index) => month(lastDays[index]!, lastDays[index + 1]!)),
];

/** All periods begin and end at ten. */
const at = (day: string) => Date.parse(`${day}T10:00:00Z`);
const DAY = 86_400_000;

/** What is due of a line at the end of a day: in proportion to the time that has passed, rounded half away from zero. */
function due([, net, from, until, paid = from]: Delivered, end: number): number {
  if (end <= at(paid)) return 0;
  const part = Math.min(1, (end - at(from)) / (at(until) - at(from)));
  return Math.sign(net) * Math.round(Math.abs(net) * part);
}

it('was earned as it was delivered, day by day and plan by plan', async () => {
  await to('2029-02-01T06:00:00Z');
  const expected: [string, string, number][] = [];
  for (let day = Date.parse('2028-01-31T00:00:00Z'); day < Date.parse('2029-02-01T00:00:00Z'); day += DAY) {
    for (const plan of ['ENTERPRISE', 'PRO']) {
      const lines = delivered.filter(([of]) => of === plan);
      const sum = (end: number) => lines.reduce((total, line) => total + due(line, end), 0);
      const earned = sum(day + DAY) - sum(day);
      if (earned !== 0) expected.push([new Date(day).toISOString().slice(0, 10), plan, earned]);
    }
  }
  const rows = await school.sql<{ day: string; plan: string; amount: string }>(
    `SELECT to_char(e.effective_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, e.object_id AS plan, -p.amount AS amount
     FROM ledger_entries e JOIN ledger_postings p ON p.entry_id = e.id JOIN ledger_accounts a ON a.id = p.account_id
     WHERE a.code = 'revenue:subscriptions' ORDER BY 1, 2`,
  );
  expect(rows.map(({ day, plan, amount }) => [day, plan, Number(amount)])).toEqual(expected);
  const earned = expected.reduce((total, [, , amount]) => total + amount, 0);
  const all = delivered.reduce((total, [, net]) => total + net, 0);
  const books = await school.books();
  expect(books['revenue:subscriptions USD']).toBe(earned);
  expect(books['liability:deferred:subscriptions USD']).toBe(all - earned);
  expect(books['liability:tax:de USD']).toBe(2 * 3800);
});
