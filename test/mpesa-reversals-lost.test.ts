import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PaymentStrategies } from '../src/payments/ports/payment-strategy.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { Money } from '../src/platform/money/index.js';
import { cutConnection, emptyDarajaError, silence, unavailablePage } from '../src/sandbox/index.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, type PushSale } from './support/mpesa-desk.js';
import { brief } from './support/patience.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, gone, partly } from './support/standings.js';

/* Reversals that a person made at M-Pesa before us, and those of which nothing was heard: M-Pesa knows no key that makes two one. */

let school: School;
let desk: MpesaDesk;
let money: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [[PATIENCE, brief]]);
  desk = new MpesaDesk(school);
  money = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const REVERSAL = '/daraja/mpesa/reversal/v1/request';
const given = (sale: PushSale) =>
  mpesa()
    .reversals()
    .filter(({ originalReceipt, status }) => status === 'done' && originalReceipt === desk.pushOf(sale).receipt)
    .map(({ amount, byHand }) => [amount, byHand ? 'by hand' : 'by us']);
const asked = (sale: PushSale) =>
  mpesa()
    .requests()
    .filter(({ path, params }) => path === REVERSAL && params.TransactionID === desk.pushOf(sale).receipt).length;
const later = async () => {
  for (let time = 0; time < 4; time += 1) await desk.later(120);
};
/** Nothing more will ever be heard of what is pending, so nothing more is asked. */
const leave = ({ paymentId }: PushSale) =>
  school.sql(`UPDATE refunds SET next_try_at = NULL WHERE payment_id = $1`, [paymentId]);

describe('what a person has given back at M-Pesa', () => {
  it('and is refunded here as well, whole: it is done, once', async () => {
    const sale = await desk.buy();
    mpesa().reverseByHand(desk.pushOf(sale).receipt!);
    await money.refund(sale);
    await later();
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
    const [row] = await school.sql('SELECT status, failure_reason FROM refunds WHERE payment_id = $1', [
      sale.paymentId,
    ]);
    expect(row).toEqual({ status: 'SUCCEEDED', failure_reason: null });
    expect(given(sale)).toEqual([[2_500, 'by hand']]);
  });

  it('and is refunded here in part: nothing of it came from us, so the sale stands', async () => {
    const sale = await desk.buy();
    mpesa().reverseByHand(desk.pushOf(sale).receipt!);
    await money.refund(sale, { amount: 100_000 });
    await later();
    expect(await money.standing(sale)).toEqual(bought);
    expect(await money.refunds(sale)).toEqual([['FAILED', 100_000]]);
    // Asked for whole, it is found to be done.
    await money.refund(sale);
    await later();
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
  });

  it('after a part was refunded here: the rest is not given back twice', async () => {
    const sale = await desk.buy();
    await money.refund(sale, { amount: 100_000 });
    await school.quiet();
    mpesa().reverseByHand(desk.pushOf(sale).receipt!);
    await money.refund(sale);
    await later();
    expect(await money.standing(sale)).toEqual({ ...partly, refunded: 100_000 });
    expect(given(sale)).toEqual([
      [1_000, 'by us'],
      [1_500, 'by hand'],
    ]);
  });
});

const cut = () => cutConnection('after');
const silent = () => silence('after');

describe('an answer to a reversal that was made', () => {
  it.each([
    ['cut', cut, undefined],
    ['silent', silent, 100_000],
    ['an empty 500', () => emptyDarajaError('after'), undefined],
    ['a page', () => unavailablePage('after'), 100_000],
  ])('that is %s, and told of: it is done, and asked for once', async (_, trouble, amount) => {
    const sale = await desk.buy();
    mpesa().intercept({ path: REVERSAL }, trouble());
    expect(expectStatus(200, await money.refund(sale, { amount }))).toMatchObject({ status: 'PENDING' });
    await school.quiet();
    await later();
    expect(await money.refunds(sale)).toEqual([['SUCCEEDED', amount ?? 250_000]]);
    expect([given(sale), asked(sale)]).toEqual([[[(amount ?? 250_000) / 100, 'by us']], 1]);
  });
});

describe.each([
  ['cut', cut],
  ['silent', silent],
])('an answer that is %s, though the reversal was made', (_, trouble) => {
  it('whole, and never told of: it is asked for again, and found to be done', async () => {
    const sale = await desk.buy();
    mpesa().intercept({ path: REVERSAL }, trouble());
    mpesa().nextRequest('reversal', { endsIn: 'silence' });
    await money.refund(sale);
    await later();
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
    expect([given(sale), asked(sale)]).toEqual([[[2_500, 'by us']], 2]);
  });

  it('in part, and never told of: it is not asked for again, whatever comes', async () => {
    const sale = await desk.buy();
    mpesa().intercept({ path: REVERSAL }, trouble());
    mpesa().nextRequest('reversal', { endsIn: 'silence' });
    await money.refund(sale, { amount: 100_000 });
    await later();
    expect(await money.refunds(sale)).toEqual([['PENDING', 100_000]]);
    expect([given(sale), asked(sale)]).toEqual([[[1_000, 'by us']], 1]);
    await leave(sale);
  });
});

describe('a request that was certainly not heard', () => {
  it.each([
    ['a token that is not taken', { path: '/daraja/oauth/v1/generate', times: 10 }],
    ['a call that never got there', { path: REVERSAL, times: 1 }],
  ])('(%s) is made again', async (_, target) => {
    const sale = await desk.buy();
    school.clock.advance(3_600);
    const isToken = target.path !== REVERSAL;
    const refusal = { requestId: 'x', errorCode: '500.003.02', errorMessage: 'Spike Arrest' };
    const mend = mpesa().intercept(target, () =>
      isToken ? { status: 500, body: {} } : { status: 500, body: refusal },
    );
    expect(expectStatus(200, await money.refund(sale, { amount: 100_000 }))).toMatchObject({ status: 'PENDING' });
    expect(given(sale)).toEqual([]);
    mend();
    // The circuit was asked to wait for some seconds.
    if (!isToken) await new Promise((resolve) => setTimeout(resolve, 10_100));
    await later();
    expect(await money.refunds(sale)).toEqual([['SUCCEEDED', 100_000]]);
    expect(given(sale)).toEqual([[1_000, 'by us']]);
  });

  it('and one that M-Pesa refuses is refused', async () => {
    const sale = await desk.buy();
    const refusal = { requestId: 'x', errorCode: '400.002.02', errorMessage: 'Bad Request - Invalid Remarks' };
    mpesa().intercept({ path: REVERSAL }, () => ({ status: 400, body: refusal }));
    expect(await money.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
    expect(await money.standing(sale)).toEqual(bought);
    await money.refund(sale);
    await later();
    expect(given(sale)).toEqual([[2_500, 'by us']]);
  });
});

it('ten who ask for one part at once ask M-Pesa once', async () => {
  const sale = await desk.buy();
  const strategy = school.app.get(PaymentStrategies).provider('MPESA');
  const order = {
    ...{ refundId: 'rfn_of_the_tests', tries: 1, paymentId: sale.paymentId, transactionId: sale.handle },
    ...{ amount: Money.of(100_000n, 'KES'), givenBack: Money.zero('KES'), onItsWay: Money.zero('KES') },
    providerRefundId: null,
  };
  mpesa().callbacks.pause();
  const reports = await Promise.all(Array.from({ length: 10 }, () => strategy.refund(order)));
  expect(new Set(reports.map(({ status }) => status))).toEqual(new Set(['PENDING']));
  expect([given(sale), asked(sale)]).toEqual([[[1_000, 'by us']], 1]);
  await school.sql(`DELETE FROM mpesa_requests WHERE subject = 'rfn_of_the_tests'`);
});
