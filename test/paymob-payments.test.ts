import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Attempts } from '../src/payments/attempts/attempts.js';
import { StartAttempt } from '../src/payments/attempts/start-attempt.js';
import { hold } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { INQUIRY, INTENTION, PaymobDesk, SESSION_SECONDS } from './support/paymob-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';

/* How an attempt at Paymob goes: declined and paid, pending, twice, late, told early, told never. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  // Tokens outlive the hours by which the clock is moved.
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const sold = { session: 'COMPLETED', payment: 'COMPLETED', reason: null, entries: ['course.sold'], refunds: [] };
const open = { session: 'PENDING', payment: 'PENDING', reason: null, entries: [], refunds: [] };
const inquiries = () => desk.paymob.requests().filter(({ path }) => path === INQUIRY.path).length;

describe('a buyer', () => {
  it('who is declined tries again on the same page, and pays', async () => {
    const sale = await desk.begin();
    desk.paymob.decline(sale.stripeId, 'INSUFFICIENT_FUNDS');
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(open);
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('who is declined and gives up is told why, in words', async () => {
    const sale = await desk.begin();
    desk.paymob.decline(sale.stripeId, 'INSUFFICIENT_FUNDS');
    await desk.pass(SESSION_SECONDS);
    expect(await desk.session(sale)).toMatchObject({
      ...{ status: 'EXPIRED', failureReason: 'insufficient_funds' },
      failureMessage: 'There is not enough money on the card',
    });
  });

  it('whose payment is pending waits, however long, and gets what was paid', async () => {
    const sale = await desk.begin();
    const { transaction } = desk.paymob.payPending(sale.stripeId, { method: 'kiosk' });
    await desk.quiet();
    expect(await desk.state(sale)).toEqual({ ...open, session: 'PROCESSING' });
    await desk.pass(SESSION_SECONDS + 7200);
    expect(await desk.state(sale)).toEqual({ ...open, session: 'PROCESSING' });
    desk.paymob.finish(transaction.id, 'success');
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.inbox(transaction.id)).toEqual([
      ['payment.pending', 'PROCESSED'],
      ['payment.success', 'PROCESSED'],
    ]);
  });

  it('whose pending payment is declined after the time is over has bought nothing', async () => {
    const sale = await desk.begin();
    const { transaction } = desk.paymob.payPending(sale.stripeId);
    await desk.pass(SESSION_SECONDS);
    desk.paymob.finish(transaction.id, 'decline');
    await desk.pass(7200);
    expect(await desk.state(sale)).toEqual({
      ...{ session: 'EXPIRED', payment: 'CANCELLED', reason: 'declined', entries: [], refunds: [] },
    });
  });

  it('who pays twice gets the second back', async () => {
    desk.paymob.behave({ payableTwice: true });
    const sale = await desk.buy();
    const { transaction } = desk.paymob.pay(sale.stripeId);
    await desk.quiet();
    expect(await desk.state(sale)).toMatchObject({ session: 'COMPLETED', refunds: [['SUCCEEDED', 10_000]] });
    expect(await desk.standing(sale)).toEqual(bought);
    // Whether as a void or as a refund hangs on the hour.
    expect(desk.transactionsOf(sale).slice(2)).toMatchObject([
      { success: true, amount_cents: 10_000, parent_transaction: transaction.id },
    ]);
    expect(await desk.entries(sale)).toEqual(['course.sold', 'payment.unapplied', 'refund.asked', 'refund.done']);
  });

  it('who buys the same twice, on two pages, gets the second back', async () => {
    const first = await desk.begin();
    const second = await desk.begin({ buyer: first.buyer, courseId: first.courseId });
    desk.pay(first);
    desk.pay(second);
    await desk.quiet();
    const states = [await desk.state(first), await desk.state(second)].map(({ session, refunds }) => [
      session,
      refunds,
    ]);
    expect(states.toSorted()).toEqual([
      ['COMPLETED', []],
      ['FAILED', [['SUCCEEDED', 10_000]]],
    ]);
  });

  it.each(['cancelled', 'over'])('who pays when the session is %s gets what was paid all the same', async (end) => {
    const sale = await desk.begin();
    if (end === 'over') await desk.pass(SESSION_SECONDS);
    else expectStatus(200, await school.post(`/payments/sessions/${sale.sessionId}/cancel`, {}, sale.buyer.token));
    expect((await desk.state(sale)).session).toBe(end === 'over' ? 'EXPIRED' : 'CANCELED');
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('who pays late and is never told of is found within the day', async () => {
    const sale = await desk.begin();
    await desk.pass(SESSION_SECONDS);
    desk.payUnheard(sale);
    await desk.pass(3 * 3600);
    expect(await desk.state(sale)).toEqual(sold);
  });

  it('who pays late for what cannot be given any more has it back', async () => {
    const sale = await desk.begin();
    expectStatus(200, await school.post(`/payments/sessions/${sale.sessionId}/cancel`, {}, sale.buyer.token));
    const again = await desk.buy({ buyer: sale.buyer, courseId: sale.courseId });
    desk.pay(sale);
    await desk.quiet();
    expect(await desk.state(again)).toEqual(sold);
    expect(await desk.state(sale)).toMatchObject({
      ...{ session: 'FAILED', payment: 'REFUNDED', reason: 'ALREADY_ENROLLED', refunds: [['SUCCEEDED', 10_000]] },
    });
  });
});

describe('what Paymob tells', () => {
  it('10. before the answer that names its order is stored is asked back, and found', async () => {
    const answer = hold('after');
    desk.paymob.intercept(INTENTION, answer.handler);
    const buyer = await person(school);
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const asked = desk.ask({ buyer, courseId });
    await answer.arrived;
    const { client_secret: page } = desk.paymob.intentions().at(-1)!;
    desk.paymob.pay(page);
    await desk.quiet();
    answer.release();
    const { session } = expectStatus(201, (await asked).answer);
    expect(session.status).toBe('COMPLETED');
    await desk.quiet();
    const sale = { sessionId: session.id, paymentId: session.paymentId };
    expect(await desk.state(sale)).toEqual(sold);
  });

  it('10. before it, about somebody who was declined, leaves the page open', async () => {
    const answer = hold('after');
    desk.paymob.intercept(INTENTION, answer.handler);
    const asked = desk.ask({});
    await answer.arrived;
    const { client_secret: page } = desk.paymob.intentions().at(-1)!;
    desk.paymob.decline(page);
    await desk.quiet();
    answer.release();
    const { session } = expectStatus(201, (await asked).answer);
    expect(session).toMatchObject({ status: 'PENDING', redirectUrl: expect.stringContaining(page) });
    desk.paymob.pay(page);
    await desk.quiet();
    expect(await desk.state({ sessionId: session.id, paymentId: session.paymentId })).toEqual(sold);
  });

  it('is about the page that a buyer was sent to, of two that were begun at once', async () => {
    const answer = hold('after');
    desk.paymob.intercept(INTENTION, answer.handler);
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const asked = desk.ask({ courseId });
    await answer.arrived;
    const [row] = await school.sql<{ id: string }>('SELECT id FROM payment_sessions WHERE item_id = $1', [courseId]);
    const attempts = school.app.get(Attempts);
    await school.app.get(StartAttempt).execute((await attempts.ofSession(row!.id))!);
    const first = (await attempts.ofSession(row!.id))!;
    answer.release();
    const { session } = expectStatus(201, (await asked).answer);
    expect(desk.intentionsOf(session)).toHaveLength(2);
    expect(session).toMatchObject({ redirectUrl: first.redirectUrl, providerReference: first.providerReference });
  });

  it('in any order comes to the same', async () => {
    desk.paymob.callbacks.disturb({ duplicate: 2, shuffle: true, delayMs: [0, 200], seed: 7 });
    const sales = await Promise.all(Array.from({ length: 4 }, () => desk.begin()));
    for (const sale of sales) {
      desk.paymob.decline(sale.stripeId);
      const { transaction } = desk.paymob.payPending(sale.stripeId);
      desk.paymob.finish(transaction.id, 'success');
    }
    await desk.quiet();
    for (const sale of sales) expect(await desk.state(sale)).toEqual(sold);
  });

  it('about twenty at once is twenty sales', async () => {
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const sales = await Promise.all(Array.from({ length: 20 }, () => desk.begin({ courseId })));
    const moved = await desk.moved(() => {
      for (const sale of sales) desk.pay(sale);
    });
    expect(moved).toEqual({
      'asset:provider:paymob EGP': 200_000,
      'liability:earnings-pending:instructor EGP': 140_000,
      'revenue:courses EGP': 60_000,
    });
    for (const sale of sales) expect(await desk.state(sale)).toEqual(sold);
  });

  it('never is asked for', async () => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    await desk.pass(60);
    expect(await desk.standing(sale)).toEqual(unpaid);
    await desk.pass(60);
    expect(await desk.state(sale)).toEqual(sold);
    desk.paymob.callbacks.calm();
    await desk.paymob.callbacks.redeliver(sale.intent);
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
  });

  it.each([{ booleansAsText: true }, { wrapped: true }, { booleansAsText: true, wrapped: true }])(
    'when it is asked, in another form: %j',
    async (habits) => {
      desk.paymob.behave(habits);
      const [paid, declined] = [await desk.begin(), await desk.begin()];
      desk.payUnheard(paid);
      desk.paymob.decline(declined.stripeId);
      await desk.pass(120);
      expect(await desk.state(paid)).toEqual(sold);
      expect(await desk.state(declined)).toEqual(open);
      const { body } = await desk.refund(paid, { amount: 4000 });
      expect(body).toMatchObject({ status: 'SUCCEEDED', amount: 4000 });
      expect(desk.givenBackAtPaymob(paid)).toEqual([['refund', 'success', 4000]]);
    },
  );
});

// Nobody's token is good after this.
describe('a buyer who has given up', () => {
  it('is asked about for a day, then no more', async () => {
    const sale = await desk.begin();
    await desk.pass(SESSION_SECONDS);
    await desk.pass(25 * 3600);
    const asked = inquiries();
    await desk.pass(25 * 3600);
    await desk.pass(25 * 3600);
    expect(inquiries()).toBe(asked);
    expect(await desk.state(sale)).toMatchObject({ session: 'EXPIRED', payment: 'CANCELLED' });
  });
});
