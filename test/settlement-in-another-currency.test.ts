import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { brief } from './support/patience.js';
import { Desk, feeOf, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { openSchool, type School } from './support/school.js';
import { SettlementDesk } from './support/settlement-desk.js';

/* What the provider changes into the currency that it settles in, booked at the rate of its own day. */

let school: School;
let desk: Desk;
let settlements: SettlementDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, brief]]);
  desk = new Desk(school);
  settlements = new SettlementDesk(school, desk);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

describe('settled in another currency', () => {
  it('a sale stands in the currency of its buyer, the money in the other, and the exchange between them', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const [sale, moved] = await settlements.sold({ currency: 'GBP', country: 'GB' });
    const euros = 13_800;
    expect(moved).toEqual({
      'liability:tax:gb GBP': 2000,
      'liability:earnings-pending:instructor GBP': 7000,
      'revenue:courses GBP': 3000,
      'equity:fx GBP': -12_000,
      'equity:fx EUR': euros,
      'asset:provider:stripe EUR': euros - feeOf(euros),
      'expense:provider-fees EUR': feeOf(euros),
    });
    expect(await settlements.lines(sale)).toEqual([
      { kind: 'CHARGE', amount: euros, fee: feeOf(euros), currency: 'EUR', original: 12_000, from: 'GBP' },
    ]);
  });

  it('a refund goes out at the rate of its own day, and the sale leaves nothing in its own currency', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    let sale!: Sale;
    const all = await desk.moved(async () => {
      sale = await desk.buy({ currency: 'GBP', country: 'GB' });
      stripe().settleIn('eur', { gbp: '1.2345' });
      await desk.refunded(sale, { amount: 3333 });
      await desk.quiet();
      stripe().settleIn('eur', { gbp: '1.1' });
      await desk.refunded(sale);
    });
    const out = 4115 + 9534;
    expect(all).toEqual({
      'equity:fx EUR': 13_800 - out,
      'asset:provider:stripe EUR': 13_800 - out - feeOf(13_800),
      'expense:provider-fees EUR': feeOf(13_800),
    });
    expect(await settlements.lines(sale)).toMatchObject([
      { kind: 'CHARGE', amount: 13_800, original: 12_000 },
      { kind: 'REFUND', amount: -4115, original: -3333, fee: 0 },
      { kind: 'REFUND', amount: -9534, original: -8667, fee: 0 },
    ]);
    expect(await settlements.settled(sale)).toBe(3);
    expect(await settlements.expecting(sale)).toBe(false);
  });

  it('a refund that fails comes back at another rate still', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    stripe().settleIn('eur', { gbp: '1.2' });
    const { providerRefundId } = await desk.refunded(sale);
    await desk.quiet();
    stripe().settleIn('eur', { gbp: '1.1' });
    const moved = await desk.moved(() => stripe().failRefund(providerRefundId!));
    expect(moved).toEqual({
      'liability:earnings-pending:instructor GBP': 7000,
      'revenue:courses GBP': 3000,
      'equity:fx GBP': -10_000,
      'equity:fx EUR': 11_000,
      'asset:provider:stripe EUR': 11_000,
    });
    expect(await desk.standing(sale)).toMatchObject({ payment: 'COMPLETED', refunded: 0, open: true });
  });

  it('a dispute is withdrawn, and reinstated, in the other currency; its fee is in it too', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    stripe().settleIn('eur', { gbp: '1.2' });
    let id = '';
    const withdrawn = await desk.moved(() => {
      id = stripe().dispute(sale.intent).id;
    });
    expect(withdrawn).toEqual({
      'asset:disputed GBP': 10_000,
      'equity:fx GBP': 10_000,
      'equity:fx EUR': -12_000,
      'asset:provider:stripe EUR': -13_500,
      'expense:dispute-fees EUR': 1500,
    });
    stripe().settleIn('eur', { gbp: '1.3' });
    expect(await desk.moved(() => stripe().winDispute(id))).toEqual({
      'asset:disputed GBP': -10_000,
      'equity:fx GBP': -10_000,
      'equity:fx EUR': 13_000,
      'asset:provider:stripe EUR': 13_000,
    });
    expect(await settlements.settled(sale)).toBe(3);
  });

  it('without decimals, into one with: to the unit of either', async () => {
    stripe().settleIn('usd', { jpy: '0.0067' });
    const [sale, moved] = await settlements.sold({ currency: 'JPY', price: 5001 });
    const dollars = 3351;
    expect(moved).toEqual({
      'liability:earnings-pending:instructor JPY': 3501,
      'revenue:courses JPY': 1500,
      'equity:fx JPY': -5001,
      'equity:fx USD': dollars,
      'asset:provider:stripe USD': dollars - feeOf(dollars),
      'expense:provider-fees USD': feeOf(dollars),
    });
    const back = await desk.moved(() => desk.refunded(sale, { amount: 1 }));
    expect(back).toEqual({
      'liability:earnings-pending:instructor JPY': -1,
      'equity:fx JPY': 1,
      'equity:fx USD': -1,
      'asset:provider:stripe USD': -1,
    });
  });

  it('a refund into a wallet changes nothing there', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    const sale = await desk.buy({ currency: 'GBP' });
    const moved = await desk.moved(() => desk.refunded(sale, { destination: 'WALLET' }));
    expect(moved).toEqual({
      'liability:wallet:buyer GBP': 10_000,
      'liability:earnings-pending:instructor GBP': -7000,
      'revenue:courses GBP': -3000,
    });
    expect(await settlements.lines(sale)).toHaveLength(1);
  });

  it('many payments at once, each line once', async () => {
    stripe().settleIn('eur', { gbp: '1.15' });
    stripe().pauseWebhooks();
    const sales: Sale[] = [];
    const moved = await desk.moved(async () => {
      const course = await school.course({ price: 1000, currency: 'GBP' });
      for (let turn = 0; turn < 12; turn += 1) {
        const sale = await desk.begin({ courseId: course.id });
        desk.pay(sale);
        sales.push(sale);
      }
      stripe().settleNow();
      stripe().resumeWebhooks();
    });
    expect(moved).toMatchObject({ 'equity:fx GBP': -12_000, 'equity:fx EUR': 13_800 });
    expect(moved['asset:provider:stripe EUR']).toBe(13_800 - 12 * feeOf(1150));
    for (const sale of sales) expect(await settlements.settled(sale)).toBe(1);
  });
});
