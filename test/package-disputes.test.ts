import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { feeOf } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { amounts, PackageDesk } from './support/package-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { terms, fresh, usedOne, goneButOne } from './support/package-standings.js';

/* Money of packages that goes back without anybody here having asked for it: by hand at Stripe, by a dispute. */

let school: School;
let lessons: Lessons;
let desk: PackageDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  lessons = await Lessons.open(school);
  desk = new PackageDesk(school, lessons);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

describe('by hand at Stripe', () => {
  it('more than is not used is booked, and what was used is a loss', async () => {
    const bought = await desk.buyByCard(terms);
    const [seat] = await desk.bookMany(bought, 1);
    const back = await desk.money.moved(() => stripe().refund({ paymentIntent: bought.intent, amount: 3000 }));
    expect(back).toEqual({
      ...{ 'asset:provider:stripe USD': -3000, 'expense:dispute-losses USD': 620 },
      ...{ 'liability:tax:de USD': -380, 'liability:deferred:packages USD': -2000 },
    });
    expect(await desk.read(bought)).toEqual(goneButOne);
    expect(await desk.standing(bought)).toEqual({ payment: 'PARTIALLY_REFUNDED', refunded: 3000, disputed: 0 });
    expect(await desk.money.moved(() => desk.hold(seat!))).toEqual({
      ...{ 'liability:deferred:sessions USD': -1000, 'revenue:sessions USD': 1000 },
    });
  });

  it('the whole, and then the used seat is given up: the loss is none any more, and no tax is owed', async () => {
    const all = await desk.money.moved(async () => {
      const bought = await desk.buyByCard(terms);
      const [seat, held] = await desk.bookMany(bought, 2);
      await desk.hold(held!);
      expect(await desk.money.moved(() => stripe().refund({ paymentIntent: bought.intent }))).toEqual({
        ...{ 'asset:provider:stripe USD': -3570, 'expense:dispute-losses USD': 2380 },
        ...{ 'liability:tax:de USD': -190, 'liability:deferred:packages USD': -1000 },
      });
      expect(await desk.standing(bought)).toMatchObject({ payment: 'REFUNDED', refunded: 3570 });
      const late = await desk.money.moved(() => desk.cancel(seat!, bought.buyer));
      expect(late).toEqual({
        ...{ 'expense:dispute-losses USD': -1190 },
        ...{ 'liability:tax:de USD': -190, 'liability:deferred:sessions USD': -1000 },
      });
      expect(await desk.read(bought)).toEqual(goneButOne);
      expect(await desk.usable(bought)).toBe(false);
    });
    expect(all).toEqual({
      ...{ 'asset:provider:stripe USD': -feeOf(3570), 'expense:provider-fees USD': feeOf(3570) },
      ...{ 'expense:dispute-losses USD': 1190, 'liability:tax:de USD': 190, 'revenue:sessions USD': 1000 },
    });
  });

  it('of a package that is all used is a loss alone, and fails without a trace', async () => {
    const bought = await desk.buyByCard(terms);
    await desk.bookMany(bought, 3);
    const used = await desk.read(bought);
    const back = { 'asset:provider:stripe USD': -3570, 'expense:dispute-losses USD': 3570 };
    let id = '';
    const given = await desk.money.moved(() => {
      ({ id } = stripe().refund({ paymentIntent: bought.intent }));
    });
    expect(given).toEqual(back);
    expect(await desk.read(bought)).toMatchObject({ status: 'REFUNDED', remaining: 0, refunded: 0 });
    expect(await desk.money.moved(() => stripe().failRefund(id))).toEqual({
      ...{ 'asset:provider:stripe USD': 3570, 'expense:dispute-losses USD': -3570 },
    });
    expect(await desk.read(bought)).toEqual(used);
  });
});

describe('a dispute', () => {
  const opened = async (used: number) => {
    const bought = await desk.buyByCard(terms);
    const seats = await desk.bookMany(bought, used);
    const { id } = stripe().dispute(bought.intent);
    await desk.money.quiet();
    return { bought, seats, id };
  };
  const appeal = async (id: string) => {
    const { disputes } = stripe().account.store;
    const lost = disputes.get(id);
    const [line] = lost.balance_transactions;
    const back = { ...line!, id: `txn_of_${id}`, amount: 3570, fee: 0, fee_details: [], net: 3570 };
    const won = disputes.update(id, { status: 'won', balance_transactions: [...lost.balance_transactions, back] });
    stripe().emit('charge.dispute.closed', won);
    stripe().emit('charge.dispute.funds_reinstated', won);
    await desk.money.quiet();
  };

  it('suspends the credits, the next package or the wallet pays meanwhile; won, they can be used again', async () => {
    const { bought, seats, id } = await opened(1);
    const { buyer } = bought;
    expect(await desk.read(bought)).toEqual({ ...usedOne, suspended: true });
    expect(await desk.usable(bought)).toBe(false);
    const other = await desk.buyByCard({ sessionCount: 1, price: 500 }, undefined, buyer);
    expect(amounts([await desk.book(bought)])).toEqual([595]);
    expect(await desk.refund(bought)).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
    expect(await desk.read(other)).toMatchObject({ status: 'EXHAUSTED' });
    // One that comes back is suspended with the others.
    await desk.cancel(seats[0]!, buyer);
    expect(await desk.read(bought)).toEqual({ ...fresh, suspended: true });
    expect(await desk.usable(bought)).toBe(false);
    stripe().winDispute(id);
    await desk.money.quiet();
    expect(await desk.read(bought)).toEqual(fresh);
    expect(await desk.usable(bought)).toBe(true);
  });

  it('lost on a half-used package takes what is left; what was used is a loss; won on appeal, all is as before', async () => {
    const { bought, seats, id } = await opened(1);
    const lost = await desk.money.moved(() => stripe().loseDispute(id));
    expect(lost).toEqual({
      ...{ 'asset:disputed USD': -3570, 'expense:dispute-losses USD': 1190 },
      ...{ 'liability:tax:de USD': -380, 'liability:deferred:packages USD': -2000 },
    });
    expect(await desk.read(bought)).toEqual(goneButOne);
    expect(await desk.standing(bought)).toEqual({ payment: 'REFUNDED', refunded: 0, disputed: 3570 });
    expect(await desk.usable(bought)).toBe(false);
    expect(await desk.money.moved(() => appeal(id))).toEqual({
      ...{ 'asset:provider:stripe USD': 3570, 'expense:dispute-losses USD': -1190 },
      ...{ 'liability:tax:de USD': 380, 'liability:deferred:packages USD': 2000 },
    });
    expect(await desk.read(bought)).toEqual(usedOne);
    await desk.cancel(seats[0]!, bought.buyer);
    expect(await desk.read(bought)).toEqual(fresh);
  });

  it('lost, then a seat is given back, then won on appeal: that credit is one again too', async () => {
    const { bought, seats, id } = await opened(2);
    await desk.money.moved(() => stripe().loseDispute(id));
    const late = await desk.money.moved(() => desk.cancel(seats[1]!, school.admin));
    expect(late).toEqual({
      ...{ 'expense:dispute-losses USD': -1190 },
      ...{ 'liability:tax:de USD': -190, 'liability:deferred:sessions USD': -1000 },
    });
    expect(await desk.read(bought)).toEqual(goneButOne);
    const back = await desk.money.moved(() => appeal(id));
    expect(back).toEqual({
      ...{ 'asset:provider:stripe USD': 3570, 'expense:dispute-losses USD': -1190 },
      ...{ 'liability:tax:de USD': 380, 'liability:deferred:packages USD': 2000 },
    });
    expect(await desk.read(bought)).toEqual(usedOne);
    await desk.cancel(seats[0]!, bought.buyer);
    expect(await desk.read(bought)).toEqual(fresh);
    expect(expectStatus(200, await desk.refund(bought)).refundedAmount).toBe(3570);
  });
});
