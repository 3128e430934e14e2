import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { Desk, DISPUTED, feeOf, type Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { bought, disputed, lost } from './support/standings.js';
import { DisputeDesk, DISPUTE_FEE, withdrawn, reversed } from './support/dispute-desk.js';

/* A buyer's bank asks before it takes anything; and whatever it says may come twice and in any order. */

let school: School;
let disputeDesk: DisputeDesk;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
  disputeDesk = new DisputeDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

describe('an inquiry', () => {
  it('moves nothing and takes nothing; it is listed with its deadline, and closed without a trace', async () => {
    const sale = await desk.buy();
    let id = '';
    const opened = await desk.moved(() => {
      id = stripe().dispute(sale.intent, { inquiry: true, reason: 'product_not_received' }).id;
    });
    expect(opened).toEqual({});
    expect(await desk.standing(sale)).toEqual(bought);
    expect(
      (await disputeDesk.list('&open=true')).filter(({ paymentId }) => paymentId === sale.paymentId),
    ).toMatchObject([
      {
        userId: sale.buyer.id,
        provider: 'STRIPE',
        externalId: id,
        status: 'INQUIRY',
        reason: 'product_not_received',
        amount: 10_000,
        currency: 'USD',
        dueBy: expect.any(String),
        withdrawnAt: null,
        closedAt: null,
      },
    ]);
    expect(await desk.moved(() => stripe().closeInquiry(id))).toEqual({});
    expect(await disputeDesk.statusOf(sale)).toEqual([['CLOSED', 0]]);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('can be answered by a refund', async () => {
    const sale = await desk.buy();
    stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    expect(await desk.refunded(sale)).toMatchObject({ amount: 10_000 });
    expect(await desk.standing(sale)).toMatchObject({ payment: 'REFUNDED', refunded: 10_000, open: false });
  });

  it('that becomes a dispute takes the money then', async () => {
    const sale = await desk.buy();
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    expect(await desk.moved(() => stripe().escalateInquiry(id))).toEqual(withdrawn);
    expect(await desk.standing(sale)).toEqual(disputed);
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual(reversed);
    expect(await desk.standing(sale)).toEqual(lost);
  });

  it('after which all was refunded, and which is disputed and lost all the same: the second loss is ours', async () => {
    const sale = await desk.buy({ country: 'DE' });
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    await desk.refunded(sale, { amount: 4000 });
    await desk.quiet();
    const opened = await desk.moved(() => stripe().escalateInquiry(id));
    expect(opened).toEqual({
      'asset:disputed USD': 11_900,
      'asset:provider:stripe USD': -11_900 - DISPUTE_FEE,
      'expense:dispute-fees USD': DISPUTE_FEE,
    });
    expect(await desk.moved(() => stripe().loseDispute(id))).toEqual({
      'asset:disputed USD': -11_900,
      'liability:tax:de USD': -1900 + 639,
      'liability:earnings-pending:instructor USD': -7000 + 2353,
      'revenue:courses USD': -3000 + 1008,
      'expense:dispute-losses USD': 4000,
    });
    expect(await disputeDesk.statusOf(sale)).toEqual([['LOST', 7900]]);
    expect(await desk.standing(sale)).toEqual({ ...lost, refunded: 4000, disputed: 11_900 });
    expect(await desk.refund(sale, { destination: 'WALLET' })).toMatchObject({ status: 409 });
  });

  it('about a place that is kept though refunded closes it meanwhile only', async () => {
    const sale = await desk.buy();
    await school.sql('UPDATE courses SET keep_access_on_refund = true WHERE id = $1', [sale.courseId]);
    const { id } = stripe().dispute(sale.intent, { inquiry: true });
    await desk.quiet();
    await desk.refunded(sale);
    await desk.quiet();
    const kept = { ...bought, payment: 'REFUNDED', refunded: 10_000, paid: 'REFUNDED' };
    expect(await desk.standing(sale)).toEqual(kept);
    stripe().escalateInquiry(id);
    await desk.quiet();
    expect(await desk.standing(sale)).toMatchObject({ payment: 'DISPUTED', place: 'SUSPENDED', open: false });
    stripe().winDispute(id);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(kept);
  });
});

/** A third of them, of every kind; properties/payment-life.test.ts walks all the orders of a life. */
const someOf = <T>(orders: Iterable<T>) => [...orders].filter((_, index) => index % 3 === 1);

describe('what is told of it', () => {
  const told = async (sale: Sale, order: string[]) => {
    for (const type of order) {
      for (const { eventId } of await stripe().deliverNow(type)) await stripe().redeliver(eventId);
      await school.app.get(ProcessInbox).run();
    }
    stripe().resumeWebhooks();
    await desk.quiet();
    return [order, await desk.standing(sale), await disputeDesk.statusOf(sale)];
  };

  it('comes before the payment that it is about', async () => {
    const sale = await desk.begin();
    const moved = await desk.moved(() => desk.pay(sale, DISPUTED));
    expect(moved).toEqual({
      'asset:disputed USD': 10_000,
      'asset:provider:stripe USD': -DISPUTE_FEE - feeOf(10_000),
      'expense:dispute-fees USD': DISPUTE_FEE,
      'expense:provider-fees USD': feeOf(10_000),
      'liability:earnings-pending:instructor USD': 7000,
      'revenue:courses USD': 3000,
    });
    expect(await desk.standing(sale)).toEqual(disputed);
  });

  it('in any order with the payment, each event twice, ends the same: lost', async () => {
    const types = [
      'payment_intent.succeeded',
      ...['created', 'funds_withdrawn', 'closed'].map((type) => `charge.dispute.${type}`),
    ];
    const { buyer, courseId } = await desk.begin();
    for (const order of someOf(permutations(types))) {
      // What was lost can be bought again.
      const sale = await desk.begin({ buyer, courseId });
      stripe().pauseWebhooks();
      desk.pay(sale, DISPUTED);
      stripe().sweep();
      const [dispute] = stripe().account.store.disputes.filter((one) => one.payment_intent === sale.intent);
      stripe().loseDispute(dispute!.id);
      expect(await told(sale, order)).toEqual([order, lost, [['LOST', 10_000]]]);
      const kinds = ['course.sold', 'dispute.lost', 'dispute.withdrawn', 'provider.settled', 'provider.settled'];
      expect((await desk.entries(sale)).toSorted()).toEqual(kinds);
    }
  }, 120_000);

  it('in any order, each event twice, ends the same: won', async () => {
    const types = ['created', 'funds_withdrawn', 'funds_reinstated', 'closed'].map((type) => `charge.dispute.${type}`);
    const { buyer } = await desk.begin();
    for (const order of someOf(permutations(types))) {
      const sale = await desk.buy({ buyer });
      stripe().pauseWebhooks();
      const { id } = stripe().dispute(sale.intent);
      stripe().winDispute(id);
      expect(await told(sale, order)).toEqual([order, bought, [['WON', 0]]]);
      const kinds = ['course.sold', 'dispute.reinstated', 'dispute.withdrawn', 'provider.settled', 'provider.settled'];
      expect((await desk.entries(sale)).toSorted()).toEqual(kinds);
    }
  }, 120_000);
});
