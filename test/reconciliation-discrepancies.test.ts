import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* Each discrepancy that is planted is found, nothing else is, and what is done about it brings both sides together. */

let school: School;
let desk: Desk;
let statement: ReconciliationDesk;
let sale: Sale;
let line: Stripe.BalanceTransaction;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
  statement = new ReconciliationDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const account = () => school.sandbox.stripe.account;
const lines = () => account().store.balanceTransactions;
const lineOf = ({ intent }: Sale): Stripe.BalanceTransaction => {
  const { id } = desk.chargesOf(intent)[0]!;
  return lines().filter(({ source, type }) => source === id && type === 'charge')[0]!;
};
const net = 10_000 - feeOf(10_000);

/** Of a sale, with others around it that are in order. */
beforeEach(async () => {
  await desk.refunded(await desk.buy(), { amount: 500 });
  sale = await desk.buy();
  line = lineOf(sale);
});

/** Nothing is left of it for the next. */
afterEach(async () => {
  expect(await statement.run()).toMatchObject({ found: 0 });
  expect(await statement.totals()).toMatchObject({ USD: agreed });
});

const another = (changes: Partial<Stripe.BalanceTransaction>): Stripe.BalanceTransaction =>
  lines().put({ ...line, ...changes, id: `txn_planted${Math.random().toString(36).slice(2)}` });

it('missing here: on the statement alone, of nobody we know', async () => {
  another({ source: 'ch_of_somebody', amount: 700, fee: 50, net: 650 });
  expect(await statement.run()).toMatchObject({ found: 1, opened: 1 });
  expect(await statement.only()).toMatchObject({
    kind: 'MISSING_HERE',
    matter: 'CHARGE',
    status: 'OPEN',
    reference: 'ch_of_somebody',
    paymentId: null,
    proposedAction: 'BOOK_UNIDENTIFIED',
    sums: [{ currency: 'USD', stated: 650, booked: 0, difference: 650, statedFee: 50, bookedFee: 0 }],
    details:
      'The books do not have charge ch_of_somebody: 6.50 USD on the statement, 0.00 USD in the books (fees: 0.50 USD and 0.00 USD)',
  });
  expect(await statement.totals()).toEqual({ USD: { difference: 650, open: 650, underWay: 0 } });
  const moved = await desk.moved(() => statement.resolved());
  expect(moved).toEqual({
    'asset:provider:stripe USD': 650,
    'expense:provider-fees USD': 50,
    'liability:unidentified:stripe USD': 700,
  });
});

it('missing there: booked, and not on the statement', async () => {
  lines().delete(line.id);
  await statement.run();
  expect(await statement.only()).toMatchObject({
    kind: 'MISSING_THERE',
    matter: 'CHARGE',
    reference: sale.intent,
    paymentId: sale.paymentId,
    proposedAction: 'WAIT',
    sums: [{ stated: 0, booked: net, difference: -net, statedFee: 0, bookedFee: feeOf(10_000) }],
  });
  const moved = await desk.moved(() => statement.resolved('WRITE_OFF'));
  expect(moved).toEqual({
    'asset:provider:stripe USD': -net,
    'expense:provider-fees USD': -feeOf(10_000),
    'expense:provider-differences USD': 10_000,
  });
});

it('another amount', async () => {
  lines().update(line.id, { amount: 9_900, net: 9_900 - line.fee });
  await statement.run();
  expect(await statement.only()).toMatchObject({
    kind: 'AMOUNT',
    reference: sale.intent,
    proposedAction: 'BOOK_DIFFERENCE',
    sums: [{ stated: net - 100, booked: net, difference: -100 }],
  });
  expect(await desk.moved(() => statement.resolved())).toEqual({
    'asset:provider:stripe USD': -100,
    'expense:provider-differences USD': 100,
  });
});

it('another currency', async () => {
  lines().update(line.id, { currency: 'eur' });
  await statement.run();
  expect(await statement.only()).toMatchObject({
    kind: 'CURRENCY',
    reference: sale.intent,
    proposedAction: 'BOOK_DIFFERENCE',
    sums: [
      { currency: 'EUR', stated: net, booked: 0 },
      { currency: 'USD', stated: 0, booked: net },
    ],
  });
  expect(await desk.moved(() => statement.resolved())).toEqual({
    'asset:provider:stripe EUR': net,
    'asset:provider:stripe USD': -net,
    'equity:fx EUR': 10_000,
    'equity:fx USD': -10_000,
    'expense:provider-fees EUR': feeOf(10_000),
    'expense:provider-fees USD': -feeOf(10_000),
  });
});

it('twice on the statement', async () => {
  another({});
  await statement.run();
  expect(await statement.only()).toMatchObject({
    kind: 'DUPLICATE',
    reference: sale.intent,
    paymentId: sale.paymentId,
    proposedAction: 'BOOK_UNIDENTIFIED',
    sums: [{ stated: 2 * net, booked: net, difference: net }],
  });
  expect(await desk.moved(() => statement.resolved())).toEqual({
    'asset:provider:stripe USD': net,
    'expense:provider-fees USD': feeOf(10_000),
    'liability:unidentified:stripe USD': 10_000,
  });
});

it('another fee', async () => {
  lines().update(line.id, { fee: line.fee + 25, net: line.net - 25 });
  await statement.run();
  expect(await statement.only()).toMatchObject({
    kind: 'FEE',
    reference: sale.intent,
    proposedAction: 'BOOK_FEE',
    sums: [{ difference: -25, statedFee: line.fee + 25, bookedFee: line.fee }],
  });
  expect(await desk.moved(() => statement.resolved())).toEqual({
    'asset:provider:stripe USD': -25,
    'expense:provider-fees USD': 25,
  });
});

it('all of them at once, and a kind of line that nobody knows', async () => {
  const sales = await Promise.all([desk.buy(), desk.buy(), desk.buy(), desk.buy()]);
  const [a, b, c, d] = sales.map(lineOf);
  lines().delete(a!.id);
  lines().update(b!.id, { amount: 10_001 });
  lines().update(c!.id, { fee: 0 });
  lines().update(d!.id, { currency: 'eur' });
  another({});
  another({ source: 'ch_of_another' });
  another({ source: null, reporting_category: 'other_adjustment', type: 'adjustment', amount: -77, fee: 0 });
  await statement.run();
  expect(await statement.found()).toEqual([
    `AMOUNT CHARGE USD ${net + 1}/${net}`,
    `CURRENCY CHARGE EUR ${net}/0 USD 0/${net}`,
    `DUPLICATE CHARGE USD ${2 * net}/${net}`,
    `FEE CHARGE USD 10000/${net}`,
    `MISSING_HERE CHARGE USD ${net}/0`,
    'MISSING_HERE OTHER USD -77/0',
    `MISSING_THERE CHARGE USD 0/${net}`,
  ]);
  for (const { id, proposedAction } of await statement.open())
    await statement.resolve(id, proposedAction === 'WAIT' ? 'WRITE_OFF' : proposedAction);
});

it('a fee that only the statement tells of is booked, and is no discrepancy', async () => {
  const moved = await desk.moved(async () => {
    another({ source: null, reporting_category: 'fee', type: 'stripe_fee', amount: -200, fee: 0, net: -200 });
    expect(await statement.run()).toMatchObject({ found: 0 });
    expect(await statement.run()).toMatchObject({ found: 0 });
  });
  expect(moved).toEqual({ 'asset:provider:stripe USD': -200, 'expense:provider-fees USD': 200 });
});
