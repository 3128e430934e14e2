import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { answerWith, cutConnection, paymobServerError } from '../src/sandbox/index.js';
import type { Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { brief } from './support/patience.js';
import { PaymobDesk, REFUND, VOID } from './support/paymob-desk.js';
import { openSchool, type School } from './support/school.js';
import { partly, refunded } from './support/standings.js';

/* Refunds at Paymob that are not heard of. It knows no key that makes two requests one: nothing may go back twice all the same. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, brief]]);
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
beforeEach(() => expect(school.app.get(Circuits).of('PAYMOB').closed).toBe(true));
endQuietly(() => school);

const READ = { method: 'GET', path: /^\/paymob\/api\/acceptance\/transactions\// };
const neverTold = { drop: 1, dropped: 'never retried' } as const;

async function manyTimesLater(): Promise<void> {
  for (let turn = 0; turn < 9; turn += 1) await desk.later();
}

async function pending(sale: Sale, amount?: number): Promise<void> {
  const { status, body } = await desk.refund(sale, { amount });
  expect([status, body.status, body.providerRefundId]).toEqual([200, 'PENDING', null]);
}

describe('a refund whose answer is lost', () => {
  const troubles = [
    ['the connection is cut', () => cutConnection('after')],
    ['a page comes instead', () => paymobServerError('after')],
  ] as const;

  it.each(troubles)('is done once, when %s: told by its callback', async (_, trouble) => {
    const sale = await desk.buy();
    desk.paymob.intercept(REFUND, trouble());
    await pending(sale, 4000);
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 4000 });
  });

  it.each(troubles)('is done once, when %s and no callback comes: read off the payment', async (_, trouble) => {
    const sale = await desk.buy();
    desk.paymob.callbacks.disturb(neverTold);
    desk.paymob.intercept(REFUND, trouble());
    await pending(sale, 4000);
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
    // The callback that comes after all is of the same refund.
    desk.paymob.callbacks.calm();
    const { id } = desk.transactionsOf(sale).at(-1)!;
    await desk.paymob.callbacks.redeliver(String(id));
    await desk.quiet();
    const { body } = await school.get(`/payments/${sale.paymentId}`, school.admin.token);
    expect(body.refunds).toMatchObject([{ status: 'SUCCEEDED', amount: 4000, providerRefundId: String(id) }]);
  });

  it('is a void done once', async () => {
    const sale = await desk.buy();
    desk.paymob.callbacks.disturb(neverTold);
    desk.paymob.intercept(VOID, cutConnection('after'));
    await pending(sale);
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['void', 'success', 10_000]]);
    expect(await desk.standing(sale)).toEqual(refunded);
  });

  it('is done at last when it was never carried out', async () => {
    const sale = await desk.buy();
    desk.paymob.intercept({ ...REFUND, times: 2 }, cutConnection('before'));
    await pending(sale, 4000);
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 4000 });
  });

  it('of two equal parts gives back two parts, whatever is lost on the way', async () => {
    for (const lost of [[0], [1], [0, 1]]) {
      const sale = await desk.buy();
      desk.paymob.callbacks.disturb(neverTold);
      for (const turn of [0, 1]) {
        if (lost.includes(turn)) desk.paymob.intercept(REFUND, cutConnection('after'));
        await desk.refund(sale, { amount: 3000 });
      }
      await manyTimesLater();
      expect([lost, desk.givenBackAtPaymob(sale)]).toEqual([
        lost,
        [
          ['refund', 'success', 3000],
          ['refund', 'success', 3000],
        ],
      ]);
      expect(await desk.refunds(sale)).toEqual([
        ['SUCCEEDED', 3000],
        ['SUCCEEDED', 3000],
      ]);
      desk.paymob.callbacks.calm();
      for (const { id } of desk.transactionsOf(sale)) await desk.paymob.callbacks.redeliver(String(id));
      await desk.quiet();
      expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 6000 });
    }
  });

  it('and that Paymob does later is not asked for again before its callback can have come', async () => {
    desk.paymob.behave({ slowRefunds: true });
    const sale = await desk.buy();
    desk.paymob.callbacks.pause();
    desk.paymob.intercept(REFUND, cutConnection('after'));
    await pending(sale, 4000);
    for (let turn = 0; turn < 3; turn += 1) await desk.later();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'pending', 4000]]);
    desk.paymob.callbacks.resume();
    await desk.quiet();
    await manyTimesLater();
    const { id } = desk.transactionsOf(sale).at(-1)!;
    desk.paymob.finish(id, 'success');
    await desk.quiet();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
  });

  it('and that is asked for again while it is carried out is not taken for refused', async () => {
    const sale = await desk.begin();
    sale.intent = String(desk.paymob.pay(sale.stripeId, { method: 'wallet' }).transaction.id);
    await desk.quiet();
    desk.paymob.callbacks.disturb(neverTold);
    desk.paymob.intercept(REFUND, async (_, proceed) => {
      // The first request is carried out between our look and our second request, which is refused.
      desk.paymob.refundByHand(sale.intent);
      return proceed();
    });
    const { body } = await desk.refund(sale);
    expect([body.status, body.amount]).toEqual(['SUCCEEDED', 10_000]);
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 10_000]]);
  });
});

describe('while Paymob is down', () => {
  it('a refund stands, and is done when it answers again', async () => {
    const sale = await desk.buy();
    const down = desk.paymob.intercept({ path: /^\/paymob/, times: Infinity }, paymobServerError());
    const asked = await desk.moved(() => pending(sale));
    expect(asked).toEqual({
      'liability:refunds-pending EGP': 10_000,
      'liability:earnings-pending:instructor EGP': -7000,
      'revenue:courses EGP': -3000,
    });
    await manyTimesLater();
    expect(await desk.refunds(sale)).toEqual([['PENDING', 10_000]]);
    down();
    await desk.later();
    expect(await desk.standing(sale)).toEqual(refunded);
  });

  it.each([
    ['is down', () => paymobServerError()],
    ['refuses our token', () => answerWith(401, { detail: 'Invalid token.' })],
    ['refuses the question', () => answerWith(400, { detail: 'Not today.' })],
    ['answers about something else', () => answerWith(200, desk.paymob.transactions()[0]!)],
  ])('or cannot say how the payment stands, for it %s, nothing is given back', async (_, trouble) => {
    const sale = await desk.buy();
    const down = desk.paymob.intercept({ ...READ, times: Infinity }, trouble());
    await pending(sale, 4000);
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([]);
    down();
    await manyTimesLater();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
  });
});
