import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { bought, gone, partly } from './support/standings.js';

/* Refunds of whatever was paid in whatever way: wallets, top-ups, other currencies, coupons; and what becomes of the place. */

/** Calls that change something at Stripe; jobs read there when they will. */
const written = () => school.sandbox.stripe.requests().filter(({ method }) => method === 'POST').length;

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

const refundsAtStripe = ({ intent }: Sale) =>
  school.sandbox.stripe.account.store.refunds.filter((refund) => refund.payment_intent === intent);

describe('into a wallet', () => {
  it.each([undefined, 'ORIGINAL', 'WALLET'])(
    'goes what came from it, at once (destination %s)',
    async (destination) => {
      const { buyer } = await desk.topUp(20_000);
      const sale = await desk.buy({ buyer, country: 'DE', provider: 'WALLET' });
      expect(await desk.wallet(buyer)).toBe(8100);
      const requests = written();
      const moved = await desk.moved(() => desk.refunded(sale, { amount: 1190, destination }));
      expect(moved).toEqual({
        'liability:wallet:buyer USD': 1190,
        'liability:tax:de USD': -190,
        'liability:earnings-pending:instructor USD': -700,
        'revenue:courses USD': -300,
      });
      expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 1190 });
      await desk.refunded(sale, { destination });
      await school.quiet();
      expect(await desk.wallet(buyer)).toBe(20_000);
      expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 11_900 });
      expect(written()).toBe(requests);
      const { body } = await school.get<{ data: object[] }>('/finance/wallets/me/statement?currency=USD', buyer.token);
      expect(body.data).toMatchObject([
        { kind: 'refund.done', amount: 10_710, balanceAfter: 20_000 },
        { kind: 'refund.done', amount: 1190, balanceAfter: 9290 },
        { kind: 'course.sold', amount: -11_900 },
        { kind: 'wallet-topup.sold', amount: 20_000 },
      ]);
    },
  );

  it('goes what was paid by card, if so asked: the provider keeps its money, and what is left can go to the card', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(async () => {
      expect(await desk.refunded(sale, { amount: 4000, destination: 'WALLET' })).toMatchObject({
        destination: 'WALLET',
        providerRefundId: null,
      });
    });
    expect(moved).toEqual({
      'liability:wallet:buyer USD': 4000,
      'liability:earnings-pending:instructor USD': -2800,
      'revenue:courses USD': -1200,
    });
    expect(refundsAtStripe(sale)).toEqual([]);
    expect((await desk.refund(sale, { amount: 6001 })).body.code).toBe('REFUND_TOO_MUCH');
    await desk.refunded(sale);
    await desk.quiet();
    expect(refundsAtStripe(sale)).toMatchObject([{ amount: 6000 }]);
    expect(await desk.wallet(sale.buyer)).toBe(4000);
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 10_000 });
  });

  it('goes no more for many at once, by both ways, than came', async () => {
    const sale = await desk.buy();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        desk.refund(sale, { amount: 1500, destination: index % 2 ? 'WALLET' : 'ORIGINAL' }),
      ),
    );
    await desk.quiet();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array<number>(6).fill(200),
      ...Array<number>(6).fill(400),
    ]);
    const given = refundsAtStripe(sale).reduce((sum, { amount }) => sum + amount, 0);
    expect(given + (await desk.wallet(sale.buyer))).toBe(9000);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 9000 });
  });
});

describe('a top-up', () => {
  it('is taken out of the wallet again', async () => {
    const topUp = await desk.topUp(5000);
    const moved = await desk.moved(() => desk.refunded(topUp, { amount: 2000 }));
    expect(moved).toEqual({ 'asset:provider:stripe USD': -2000, 'liability:wallet:buyer USD': -2000 });
    await desk.refunded(topUp);
    expect(await desk.wallet(topUp.buyer)).toBe(0);
    expect(await desk.standing(topUp)).toMatchObject({ payment: 'REFUNDED', refunded: 5000 });
  });

  it('whose money was spent is owed by its owner from then on, who can transfer nothing', async () => {
    const topUp = await desk.topUp(12_000);
    const { buyer } = topUp;
    await desk.buy({ buyer, provider: 'WALLET' });
    const moved = await desk.moved(() => desk.refunded(topUp));
    expect(moved).toEqual({
      'asset:provider:stripe USD': -12_000,
      'liability:wallet:buyer USD': -2000,
      'asset:receivable:buyer USD': 10_000,
    });
    expect(await desk.wallet(buyer)).toBe(0);
    await desk.topUp(500, 'USD', buyer);
    const body = { toUserId: school.student.id, amount: 100, currency: 'USD' };
    expect((await school.post('/finance/wallets/transfer', body, buyer.token)).status).toBeGreaterThanOrEqual(400);
    expect(await desk.wallet(school.student)).toBe(0);

    await desk.topUp(700, 'EUR', buyer);
    const transfer = () => school.post('/finance/wallets/transfer', { ...body, currency: 'EUR' }, buyer.token);
    expect(await transfer()).toMatchObject({ status: 409, body: { code: 'WALLET_OWES' } });
    expect(await desk.wallet(buyer, 'EUR')).toBe(700);
    const [debt] = await school.sql<{ id: string }>(
      `SELECT 'wal_' || lpad(id::text, 12, '0') AS id FROM ledger_accounts WHERE code = $1`,
      [`asset:receivable:${buyer.id}`],
    );
    const statement = `/finance/wallets/${debt!.id}/statement`;
    expect((await school.get(statement, school.admin.token)).status).toBe(404);
    await desk.topUp(9500, 'USD', buyer);
    expect((await transfer()).status).toBe(200);
  });

  it('whose refund fails after the debt was paid leaves its owner free, also before what was paid is back', async () => {
    const topUp = await desk.topUp(1000);
    const { buyer } = topUp;
    await desk.buy({ buyer, provider: 'WALLET', price: 1000 });
    const { providerRefundId } = await desk.refunded(topUp);
    await desk.topUp(1500, 'USD', buyer);
    expect(await desk.wallet(buyer)).toBe(500);
    school.sandbox.stripe.failRefund(providerRefundId!);
    await school.sandbox.stripe.webhooksIdle();
    await school.app.get(ProcessInbox).run();
    const owed = await school.sql('SELECT balance::int FROM ledger_accounts WHERE code = $1', [
      `asset:receivable:${buyer.id}`,
    ]);
    expect(owed).toEqual([{ balance: -1000 }]);
    const body = { toUserId: school.instructor.id, amount: 100, currency: 'USD' };
    expect((await school.post('/finance/wallets/transfer', body, buyer.token)).status).toBe(200);
    await desk.quiet();
    expect(await desk.wallet(buyer)).toBe(1400);
  });

  it('part of which is set aside gives only what is free', async () => {
    const topUp = await desk.topUp(3000);
    await desk.buy({ buyer: topUp.buyer, provider: 'WALLET', price: 1000 });
    const moved = await desk.moved(async () => {
      await desk.refunded(topUp, { amount: 1500 });
      await desk.refunded(topUp, { amount: 1500 });
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': -3000,
      'liability:wallet:buyer USD': -2000,
      'asset:receivable:buyer USD': 1000,
    });
  });
});

describe('in other currencies', () => {
  it.each([
    ['JPY', 5001, 950, 1333],
    ['KWD', 12_340, 2350, 5550],
    ['EUR', 10_001, 1900, 3333],
  ])('%s: in part and whole, to the unit', async (currency, price, tax, part) => {
    let sale!: Sale;
    let total = 0;
    const kept = await desk.moved(async () => {
      sale = await desk.buy({ currency, price, country: 'DE' });
      const [paid] = await school.sql<{ tax: number; total: number }>(
        'SELECT tax::int, total::int FROM payments WHERE id = $1',
        [sale.paymentId],
      );
      total = paid!.total;
      expect(Math.abs(paid!.tax - tax)).toBeLessThan(10);
      const share = Math.round((total - paid!.tax) * 0.7);
      const rounded = (whole: number) => Math.floor((2 * whole * part + total) / (2 * total));
      const refund = await desk.refunded(sale, { amount: part });
      expect(refund).toMatchObject({ amount: part, currency });
      const [row] = await school.sql('SELECT tax::int, share::int FROM refunds WHERE id = $1', [refund.id]);
      expect(row).toEqual({ tax: rounded(paid!.tax), share: rounded(share) });
      expect(refundsAtStripe(sale)).toMatchObject([{ amount: part, currency: currency.toLowerCase() }]);
      await desk.refunded(sale);
    });
    const fee = feeOf(total);
    expect(kept).toEqual({
      [`asset:provider:stripe ${currency}`]: -fee,
      [`expense:provider-fees ${currency}`]: fee,
    });
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: total });
  });

  it('KWD: what Stripe cannot give back to the unit is not begun, and goes into a wallet', async () => {
    const sale = await desk.buy({ currency: 'KWD', price: 12_340 });
    const moved = await desk.moved(async () => {
      const answer = await desk.refund(sale, { amount: 5555 });
      expect(answer).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
      expect(answer.body.detail).toContain('0.010 KWD');
    });
    expect(moved).toEqual({});
    expect(await desk.standing(sale)).toEqual(bought);
    await desk.refunded(sale, { amount: 5550 });
    await desk.refunded(sale, { amount: 5555, destination: 'WALLET' });
    expect((await desk.refund(sale)).status).toBe(400);
    await desk.refunded(sale, { destination: 'WALLET' });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 12_340 });
    expect(await desk.wallet(sale.buyer, 'KWD')).toBe(6790);
  });
});
