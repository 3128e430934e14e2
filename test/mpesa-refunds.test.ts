import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, type PushSale } from './support/mpesa-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, gone, partly } from './support/standings.js';

/* Refunds of what M-Pesa brought are reversals: accepted at once, told of later, once, or never. */

let school: School;
let desk: MpesaDesk;
let money: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
  money = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const REVERSAL = '/daraja/mpesa/reversal/v1/request';
/** What M-Pesa has given back of a sale, in shillings, whoever asked. */
const given = (sale: PushSale) =>
  mpesa()
    .reversals()
    .filter(({ originalReceipt, status }) => status === 'done' && originalReceipt === desk.pushOf(sale).receipt)
    .map(({ amount }) => amount);
const asked = (sale: PushSale) =>
  mpesa()
    .requests()
    .filter(({ path, params }) => path === REVERSAL && params.TransactionID === desk.pushOf(sale).receipt).length;
const once = ['course.sold', 'refund.asked', 'refund.done'];
const failed = ['course.sold', 'refund.asked', 'refund.failed'];

describe('a refund', () => {
  it('of everything: the money goes back to the phone, and the place goes with it', async () => {
    const sale = await desk.buy({ country: 'DE' });
    const moved = await money.moved(async () => {
      const refund = expectStatus(200, await money.refund(sale));
      expect(refund).toMatchObject({ status: 'PENDING', amount: 297_500, currency: 'KES', destination: 'ORIGINAL' });
      expect(refund.providerRefundId).toMatch(/^AG_\d{8}_/);
    });
    expect(moved).toEqual({
      'asset:provider:mpesa KES': -297_500,
      'liability:earnings-pending:instructor KES': -175_000,
      'liability:tax:de KES': -47_500,
      'revenue:courses KES': -75_000,
    });
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 297_500 });
    expect(await money.entries(sale)).toEqual(once);
    const [row] = await school.sql('SELECT status, failure_reason FROM refunds WHERE payment_id = $1', [
      sale.paymentId,
    ]);
    expect(row).toEqual({ status: 'SUCCEEDED', failure_reason: null });
    expect(given(sale)).toEqual([2_975]);
    expect((await money.refund(sale)).body.code).toBe('NOT_REFUNDABLE');
  });

  it('in parts, until nothing is left', async () => {
    const sale = await desk.buy();
    for (const amount of [100, 99_900, 50_000]) {
      expectStatus(200, await money.refund(sale, { amount }));
      await school.quiet();
    }
    expect(await money.standing(sale)).toEqual({ ...partly, refunded: 150_000 });
    expect((await money.refund(sale, { amount: 100_100 })).body.code).toBe('REFUND_TOO_MUCH');
    expectStatus(200, await money.refund(sale));
    await school.quiet();
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
    expect(given(sale)).toEqual([1, 999, 500, 1_000]);
  });

  it('of parts at once gives back each once', async () => {
    const sale = await desk.buy();
    const answers = await Promise.all(Array.from({ length: 4 }, () => money.refund(sale, { amount: 100_000 })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 400, 400]);
    for (let time = 0; time < 3; time += 1) await money.later();
    expect(await money.refunds(sale)).toEqual(Array(2).fill(['SUCCEEDED', 100_000]));
    expect(given(sale)).toEqual([1_000, 1_000]);
  });

  it.each([1, 99, 101, 249_999])(
    'of %d cents is refused: M-Pesa gives back shillings; a wallet takes them',
    async (amount) => {
      const sale = await desk.buy();
      const { status, body } = await money.refund(sale, { amount });
      expect([status, body.code, body.detail]).toEqual([
        400,
        'VALIDATION_FAILED',
        'MPESA gives back multiples of 1.00 KES only; a wallet takes the rest',
      ]);
      expect(await money.standing(sale)).toEqual(bought);
      expect((await money.refund(sale, { amount, destination: 'WALLET' })).body.status).toBe('SUCCEEDED');
      expect(asked(sale)).toBe(0);
    },
  );

  it('of a payment whose receipt nobody has told us is refused, until the callback brings it', async () => {
    const sale = await desk.begin();
    mpesa().settleSilently(sale.handle);
    await desk.later(125);
    expect(await money.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
    expect(await money.standing(sale)).toEqual(bought);
    mpesa().sendCallback(sale.handle);
    await school.quiet();
    expectStatus(200, await money.refund(sale));
    await school.quiet();
    expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
  });
});

describe('the result of a reversal', () => {
  it('late, and then twice more: done once', async () => {
    const sale = await desk.buy();
    mpesa().callbacks.pause();
    await money.refund(sale, { amount: 100_000 });
    await school.quiet();
    expect(await money.refunds(sale)).toEqual([['PENDING', 100_000]]);
    expect(await money.standing(sale)).toEqual({ ...bought, refunded: 100_000 });
    mpesa().callbacks.resume();
    await school.quiet();
    const { about } = mpesa().callbacks.attempts().at(-1)!;
    for (let time = 0; time < 2; time += 1) await mpesa().callbacks.redeliver(about);
    await school.quiet();
    expect(await money.standing(sale)).toEqual({ ...partly, refunded: 100_000 });
    expect(await money.entries(sale)).toEqual(once);
    expect([given(sale), asked(sale)]).toEqual([[1_000], 1]);
  });

  it.each([
    ['never comes', 'silence', undefined],
    ['never comes', 'silence', 100_000],
    ['is that its time ran out, though it was done', 'timeout', undefined],
    ['is that its time ran out, though it was done', 'timeout', 100_000],
  ])('%s (%s, of %p): the records say that it was done', async (_, endsIn, amount) => {
    const sale = await desk.buy();
    mpesa().nextRequest('reversal', { endsIn });
    await money.refund(sale, { amount });
    await school.quiet();
    expect((await money.refunds(sale))[0]![0]).toBe('PENDING');
    for (let time = 0; time < 3; time += 1) await desk.later(120);
    expect(await money.refunds(sale)).toEqual([['SUCCEEDED', amount ?? 250_000]]);
    expect(await money.entries(sale)).toEqual(once);
    expect([given(sale), asked(sale)]).toEqual([[(amount ?? 250_000) / 100], 1]);
  });

  it('is that its time ran out, and nobody has done it: nothing is given back twice, nor called failed', async () => {
    const sale = await desk.buy();
    mpesa().nextRequest('reversal', { endsIn: 'timeout', done: false });
    await money.refund(sale, { amount: 100_000 });
    for (let time = 0; time < 3; time += 1) await desk.later(120);
    expect(await money.refunds(sale)).toEqual([['PENDING', 100_000]]);
    expect([given(sale), asked(sale)]).toEqual([[], 1]);
    await school.sql(`UPDATE refunds SET next_try_at = NULL WHERE payment_id = $1`, [sale.paymentId]);
  });

  it.each([1, 11, 21, 2001, 2006, 2028, 8006, 'R000002'])(
    'is a failure (%s): the sale stands again, and may be refunded again',
    async (endsIn) => {
      const sale = await desk.buy();
      mpesa().nextRequest('reversal', { endsIn });
      expect(await money.moved(() => money.refund(sale))).toEqual({});
      expect(await money.standing(sale)).toEqual(bought);
      expect(await money.entries(sale)).toEqual(failed);
      const [row] = await school.sql('SELECT status, failure_reason FROM refunds WHERE payment_id = $1', [
        sale.paymentId,
      ]);
      expect(row).toEqual({ status: 'FAILED', failure_reason: `mpesa_${endsIn}` });
      await money.refund(sale);
      await school.quiet();
      expect(await money.standing(sale)).toEqual({ ...gone, refunded: 250_000 });
      expect(given(sale)).toEqual([2_500]);
    },
  );

  it('while the initiator’s credential is locked: the same, however many there are in a day', async () => {
    const sales = [await desk.buy(), await desk.buy(), await desk.buy()];
    mpesa().lockCredential();
    for (const sale of sales) await money.refund(sale);
    await school.quiet();
    for (const sale of sales) expect(await money.standing(sale)).toEqual(bought);
  });
});
