import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerWith } from '../src/sandbox/index.js';
import type { Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { LetterBox } from './support/letter-box.js';
import { PaymobDesk, VOID } from './support/paymob-desk.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { bought, partly, refunded, unpaid } from './support/standings.js';

/* What goes back through Paymob: asked for by us, or made by a person at its dashboard. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const takenBack = {
  'asset:provider:paymob EGP': -10_000,
  'liability:earnings-pending:instructor EGP': -7000,
  'revenue:courses EGP': -3000,
};

/** Paid from a wallet: of that Paymob voids nothing, so it is refunded. */
async function fromWallet(): Promise<Sale> {
  const sale = await desk.begin();
  sale.intent = String(desk.paymob.pay(sale.stripeId, { method: 'wallet' }).transaction.id);
  await desk.quiet();
  return sale;
}

describe('a refund that we ask for', () => {
  it('of all of a card payment of the day is a void', async () => {
    const sale = await desk.buy();
    expect(await desk.moved(() => desk.refunded(sale))).toEqual(takenBack);
    expect(desk.givenBackAtPaymob(sale)).toEqual([['void', 'success', 10_000]]);
    expect(await desk.standing(sale)).toEqual(refunded);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
    expect(await desk.entries(sale)).toEqual(['course.sold', 'refund.asked', 'refund.done']);
    expect(new LetterBox(school, sale.buyer).arrived().map(({ subject }) => subject)).toEqual([
      ...['Your receipt: Swahili for beginners', 'Your refund: Swahili for beginners'],
    ]);
  });

  it('is a refund where Paymob voids no more', async () => {
    const sale = await desk.buy();
    const tooLate = { detail: 'This transaction cannot be voided: it is past the day of its payment.' };
    desk.paymob.intercept(VOID, answerWith(400, tooLate));
    expect(await desk.moved(() => desk.refunded(sale))).toEqual(takenBack);
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 10_000]]);
  });

  it('of all of a wallet payment is a refund', async () => {
    const sale = await fromWallet();
    const voids = () => desk.paymob.requests().filter(({ path }) => path === VOID.path).length;
    const asked = voids();
    expect(await desk.moved(() => desk.refunded(sale))).toEqual(takenBack);
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 10_000]]);
    expect(await desk.standing(sale)).toEqual(refunded);
    expect(voids()).toBe(asked);
  });

  it('20. may be of a part, again and again until nothing is left, each once', async () => {
    const sale = await desk.buy();
    for (const [turn, amount] of [3333, 3333, undefined].entries()) {
      const { providerRefundId } = await desk.refunded(sale, { amount });
      await desk.quiet();
      expect(providerRefundId).toBe(String(desk.transactionsOf(sale)[turn + 1]!.id));
      expect(await desk.standing(sale)).toEqual(turn < 2 ? { ...partly, refunded: 3333 * (turn + 1) } : refunded);
    }
    expect(desk.givenBackAtPaymob(sale)).toEqual([
      ['refund', 'success', 3333],
      ['refund', 'success', 3333],
      ['refund', 'success', 3334],
    ]);
    expect(await desk.refunds(sale)).toEqual([
      ['SUCCEEDED', 3333],
      ['SUCCEEDED', 3333],
      ['SUCCEEDED', 3334],
    ]);
  });

  it('of a kiosk payment is refused in words that an admin can act on', async () => {
    const sale = await desk.begin();
    desk.paymob.pay(sale.stripeId, { method: 'kiosk' });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    const { status, body } = await desk.refund(sale);
    expect([status, body.code, body.detail]).toEqual([
      ...[409, 'REFUND_REFUSED'],
      'The provider refused the refund (refund_is_not_supported_for_this_payment_method); nothing was given back',
    ]);
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.refunded(sale, { destination: 'WALLET' })).toMatchObject({ amount: 10_000 });
    expect(await desk.wallet(sale.buyer, 'EGP')).toBe(10_000);
  });
});

describe('a refund that Paymob does later', () => {
  const slow = async (amount?: number) => {
    desk.paymob.behave({ slowRefunds: true });
    const sale = await fromWallet();
    const { body } = await desk.refund(sale, { amount });
    expect(body.status).toBe('PENDING');
    return { sale, id: body.providerRefundId! };
  };

  it('is pending until its callback comes', async () => {
    const { sale, id } = await slow();
    await desk.later();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'pending', 10_000]]);
    expect(await desk.standing(sale)).toEqual({ ...bought, refunded: 10_000 });
    desk.paymob.finish(id, 'success');
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(refunded);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
    expect(await desk.inbox(id)).toEqual([
      ['refund.pending', 'PROCESSED'],
      ['refund.success', 'PROCESSED'],
    ]);
  });

  it('is found done, or refused, though no callback comes', async () => {
    const { sale: done, id } = await slow(4000);
    const { sale: refused, id: other } = await slow(4000);
    desk.paymob.callbacks.disturb({ drop: 1, dropped: 'never retried' });
    desk.paymob.finish(id, 'success');
    desk.paymob.finish(other, 'decline');
    await desk.later();
    expect(await desk.refunds(done)).toEqual([['SUCCEEDED', 4000]]);
    expect(await desk.refunds(refused)).toEqual([['FAILED', 4000]]);
    expect(await desk.standing(refused)).toEqual(bought);
  });

  it('is waited for by the next one of the same payment', async () => {
    const { sale, id } = await slow(4000);
    const { body } = await desk.refund(sale, { amount: 4000 });
    expect([body.status, body.providerRefundId]).toEqual(['PENDING', null]);
    await desk.later();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'pending', 4000]]);
    desk.paymob.behave({ slowRefunds: false });
    desk.paymob.finish(id, 'success');
    for (let turn = 0; turn < 5; turn += 1) await desk.later();
    expect(desk.givenBackAtPaymob(sale)).toEqual([
      ['refund', 'success', 4000],
      ['refund', 'success', 4000],
    ]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 8000 });
  });
});

describe('what a person gives back at the dashboard', () => {
  it('20. is booked like a refund of ours, parts and all', async () => {
    const sale = await desk.buy();
    desk.paymob.refundByHand(sale.intent, 2500);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 2500 });
    expect(await desk.moved(() => desk.paymob.refundByHand(sale.intent))).toEqual({
      'asset:provider:paymob EGP': -7500,
      'liability:earnings-pending:instructor EGP': -5250,
      'revenue:courses EGP': -2250,
    });
    expect(await desk.standing(sale)).toEqual(refunded);
  });

  it('a void is the same', async () => {
    const sale = await desk.buy();
    expect(await desk.moved(() => desk.paymob.voidByHand(sale.intent))).toEqual(takenBack);
    expect(await desk.standing(sale)).toEqual(refunded);
    await desk.paymob.callbacks.redeliver(sale.intent);
    await desk.quiet();
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
  });

  it('comes to the same in whatever order it is told', async () => {
    for (const order of permutations(['payment', 'refund', 'parent'])) {
      desk.paymob.callbacks.pause();
      const sale = await desk.begin();
      desk.pay(sale);
      const [paid] = desk.transactionsOf(sale);
      desk.paymob.refundByHand(sale.intent, 4000);
      const [parent, refund] = desk.transactionsOf(sale);
      for (const which of order) {
        expect(await desk.deliver({ payment: paid!, refund: refund!, parent: parent! }[which]!)).toBe(200);
        await desk.quiet();
      }
      expect([order, await desk.standing(sale), await desk.refunds(sale)]).toEqual([
        ...[order, { ...partly, refunded: 4000 }, [['SUCCEEDED', 4000]]],
      ]);
      expect(await desk.entries(sale)).toEqual(['course.sold', 'refund.asked', 'refund.done']);
    }
  });

  it.each(['void', 'refund'])('as a %s, before we ever heard of the payment, pays for nothing', async (how) => {
    const sale = await desk.begin();
    desk.paymob.callbacks.disturb({ drop: 1, dropped: 'never retried' });
    desk.pay(sale);
    if (how === 'void') desk.paymob.voidByHand(sale.intent);
    else desk.paymob.refundByHand(sale.intent);
    const [parent] = desk.transactionsOf(sale);
    expect(await desk.deliver(parent!)).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(unpaid);
    expect(await desk.entries(sale)).toEqual([]);
  });

  it('stands in for the same that we were about to give', async () => {
    const sale = await desk.buy();
    desk.paymob.callbacks.pause();
    desk.paymob.refundByHand(sale.intent, 4000);
    const { status, providerRefundId } = await desk.refunded(sale, { amount: 4000 });
    expect([status, providerRefundId]).toEqual(['SUCCEEDED', null]);
    desk.paymob.callbacks.resume();
    await desk.quiet();
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 4000]]);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 4000]]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 4000 });
  });

  it('otherwise is heard of before ours goes on', async () => {
    const sale = await desk.buy();
    desk.paymob.callbacks.pause();
    desk.paymob.refundByHand(sale.intent, 1000);
    expect((await desk.refund(sale, { amount: 4000 })).body.status).toBe('PENDING');
    expect(desk.givenBackAtPaymob(sale)).toEqual([['refund', 'success', 1000]]);
    desk.paymob.callbacks.resume();
    await desk.quiet();
    for (let turn = 0; turn < 5; turn += 1) await desk.later();
    expect(desk.givenBackAtPaymob(sale)).toEqual([
      ['refund', 'success', 1000],
      ['refund', 'success', 4000],
    ]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 5000 });
  });

  it('so much that ours is more than is left refuses ours', async () => {
    const sale = await desk.buy();
    desk.paymob.callbacks.pause();
    desk.paymob.refundByHand(sale.intent, 7000);
    expect(await desk.refund(sale)).toMatchObject({ status: 409, body: { code: 'REFUND_REFUSED' } });
    desk.paymob.callbacks.resume();
    await desk.quiet();
    expect(await desk.refunds(sale)).toEqual([
      ['FAILED', 10_000],
      ['SUCCEEDED', 7000],
    ]);
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 7000 });
  });
});
