import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Desk, SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* A month in which all went well: the statement and the books say the same of every matter, and nothing is found. */

let school: School;
let desk: Desk;
let statement: ReconciliationDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new Desk(school);
  statement = new ReconciliationDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

it('nothing at all', async () => {
  expect(await statement.run()).toMatchObject({ lines: 0, newLines: 0, found: 0, opened: 0, gone: 0 });
  expect(await statement.list()).toEqual({
    data: [],
    pagination: { page: 1, limit: 100, total: 0, pages: 0 },
    totals: [],
  });
});

it('sales, refunds in part and whole, into the wallet, on their way, and failed', async () => {
  await desk.buy();
  const sale = await desk.buy();
  await desk.refunded(sale, { amount: 1234 });
  await desk.refunded(sale);
  await desk.refunded(await desk.buy(), { destination: 'WALLET' });
  await desk.refund(await desk.buy({ card: SLOW_REFUNDS }));
  const failed = await desk.refunded(await desk.buy());
  await desk.quiet();
  stripe().failRefund(failed.providerRefundId!);
  await desk.buy({ provider: 'WALLET', buyer: (await desk.topUp(20_000)).buyer });
  await desk.quiet();
  const run = await statement.run();
  expect(await statement.found()).toEqual([]);
  expect(run).toMatchObject({ lines: 11, newLines: 11, found: 0, opened: 0, gone: 0 });
  // A refund on its way is on Stripe's statement before it is done for us.
  expect(await statement.totals()).toEqual({ USD: { difference: -10_000, open: 0, underWay: 10_000 } });
  stripe().finishRefund(stripe().account.store.refunds.filter(({ status }) => status === 'pending')[0]!.id);
  await desk.quiet();
  expect(await statement.totals()).toEqual({ USD: agreed });
});

it('a refund that failed before it was done', async () => {
  const sale = await desk.buy({ card: SLOW_REFUNDS });
  const { body } = await desk.refund(sale);
  stripe().failRefund(body.providerRefundId!);
  await desk.quiet();
  expect(await statement.run()).toMatchObject({ newLines: 3, found: 0 });
  expect(await statement.totals()).toEqual({ USD: agreed });
});

it('disputes won, lost, and asked about alone', async () => {
  const [won, lost, asked] = [await desk.buy(), await desk.buy(), await desk.buy()];
  const [first, second] = [stripe().dispute(won.intent), stripe().dispute(lost.intent)];
  stripe().closeInquiry(stripe().dispute(asked.intent, { inquiry: true }).id);
  await desk.quiet();
  stripe().winDispute(first.id);
  stripe().loseDispute(second.id);
  await desk.quiet();
  expect(await statement.run()).toMatchObject({ newLines: 6, found: 0 });
  expect(await statement.totals()).toEqual({ USD: agreed });
});

it('money changed into another currency, at another rate each day', async () => {
  stripe().settleIn('eur', { gbp: '1.15' });
  const sale = await desk.buy({ currency: 'GBP', country: 'GB' });
  stripe().settleIn('eur', { gbp: '1.2345' });
  await desk.refunded(sale, { amount: 3333 });
  const { id } = stripe().dispute((await desk.buy({ currency: 'GBP' })).intent);
  stripe().winDispute(id);
  await desk.quiet();
  expect(await statement.run()).toMatchObject({ newLines: 5, found: 0 });
  expect(await statement.totals()).toEqual({ GBP: agreed, USD: agreed, EUR: agreed });
});

it('money that came twice, and went back', async () => {
  const course = await school.course({ price: 5000 });
  const first = await desk.begin({ courseId: course.id });
  const second = await desk.begin({ courseId: course.id, buyer: first.buyer });
  desk.pay(first);
  await desk.quiet();
  desk.pay(second);
  await desk.quiet();
  expect(await desk.refunds(second)).toEqual([['SUCCEEDED', 5000]]);
  expect(await statement.run()).toMatchObject({ newLines: 3, found: 0 });
  expect(await statement.totals()).toMatchObject({ USD: agreed });
});

it('what goes to the bank, and comes back from it, is booked from the statement, once', async () => {
  stripe().balance.makeAvailable();
  const moved = await desk.moved(async () => {
    const payout = stripe().balance.payOut('usd')[0]!;
    stripe().balance.arrivePayout(payout.id);
    await statement.run();
    await statement.run();
    stripe().balance.failPayout(payout.id);
    await statement.run();
    stripe().balance.payOut('usd');
    await Promise.all([statement.run(), statement.again(), statement.again()]);
  });
  const [kept] = await school.sql<{ amount: string }>(
    `SELECT -sum(amount) AS amount FROM statement_lines WHERE kind = 'SETTLEMENT' AND currency = 'USD'`,
  );
  expect(moved).toEqual({ 'asset:bank USD': Number(kept!.amount), 'asset:provider:stripe USD': -Number(kept!.amount) });
  expect(await statement.found()).toEqual([]);
  expect(await statement.stated()).toMatchObject({ USD: 0 });
  expect(await statement.totals()).toMatchObject({ USD: agreed });
});
