import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { hold } from '../src/sandbox/index.js';
import { brief } from './support/patience.js';
import { Desk, takenBack } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { partly, refunded as gone } from './support/standings.js';

/* Refunds that we hear of from the provider: before their answer, made in its dashboard, before the payment itself. */

const REFUNDS = { method: 'POST', path: '/v1/refunds' };

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' }, [[PATIENCE, brief]]);
  desk = new Desk(school);
});
afterAll(() => school.close());
beforeEach(() => expect(school.app.get(Circuits).of('STRIPE').closed).toBe(true));
endQuietly(() => school);

describe('the webhook', () => {
  it('may come before the answer to our call', async () => {
    const sale = await desk.buy();
    const held = hold('after');
    school.sandbox.stripe.intercept(REFUNDS, held.handler);
    const moved = await desk.moved(async () => {
      const answer = desk.refund(sale);
      await held.arrived;
      await school.sandbox.stripe.webhooksIdle();
      await school.app.get(ProcessInbox).run();
      expect(await desk.standing(sale)).toMatchObject({ payment: 'REFUNDED', open: false });
      held.release();
      expect(await answer).toMatchObject({ status: 200, body: { status: 'SUCCEEDED' } });
    });
    expect(moved).toEqual(takenBack);
    expect(await desk.standing(sale)).toEqual(gone);
  });

  it('may come twice, and in two events of one change', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(async () => {
      const { providerRefundId } = await desk.refunded(sale);
      await desk.quiet();
      const events = school.sandbox.stripe.events().filter(({ type }) => type.includes('refund'));
      const last = events.slice(-2);
      await Promise.all([...last, ...last].map(({ id }) => school.sandbox.stripe.redeliver(id)));
      school.sandbox.stripe.emit('refund.updated', school.sandbox.stripe.account.store.refunds.get(providerRefundId!));
    });
    expect(moved).toEqual(takenBack);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
  });
});

describe("a refund made in the provider's dashboard", () => {
  it('is booked as if it were ours, in part and whole', async () => {
    const sale = await desk.buy();
    const part = await desk.moved(() => school.sandbox.stripe.refund({ paymentIntent: sale.intent, amount: 2500 }));
    expect(part).toEqual({
      'asset:provider:stripe USD': -2500,
      'liability:earnings-pending:instructor USD': -1750,
      'revenue:courses USD': -750,
    });
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 2500 });
    school.sandbox.stripe.refund({ paymentIntent: sale.intent });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(gone);
    const { body } = await school.get<{ refunds: object[] }>(`/payments/${sale.paymentId}`, school.admin.token);
    expect(body.refunds).toMatchObject([
      { amount: 2500, status: 'SUCCEEDED', reason: 'Refunded at the provider' },
      { amount: 7500, status: 'SUCCEEDED' },
    ]);
  });

  it('whose webhook never comes is found with the next look at its account', async () => {
    const sale = await desk.buy();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.refund({ paymentIntent: sale.intent, amount: 2500 });
    await school.sandbox.stripe.deliverNow('charge.refunded');
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 2500 });
  });

  it('at the same time as ours: as much as there is, and no more', async () => {
    for (const [amount, ours, left] of [
      [4000, 200, 'PARTIALLY_REFUNDED'],
      [6000, 409, 'PARTIALLY_REFUNDED'],
      [5000, 200, 'REFUNDED'],
    ] as const) {
      const sale = await desk.buy();
      const held = hold('before');
      school.sandbox.stripe.intercept(REFUNDS, held.handler);
      const answer = desk.refund(sale, { amount });
      await held.arrived;
      school.sandbox.stripe.refund({ paymentIntent: sale.intent, amount });
      await school.sandbox.stripe.webhooksIdle();
      await school.app.get(ProcessInbox).run();
      held.release();
      expect((await answer).status).toBe(ours);
      await desk.later();
      const refunded = ours === 200 ? 2 * amount : amount;
      expect(await desk.standing(sale)).toMatchObject({ payment: left, refunded });
      expect(desk.refundsAtStripe(sale).reduce((sum, [, given]) => sum + Number(given), 0)).toBe(refunded);
    }
  });
});

describe('heard of before its payment', () => {
  it('in every order, each event twice, it ends the same', async () => {
    const types = ['payment_intent.succeeded', 'checkout.session.completed', 'refund.created', 'charge.refunded'];
    const { buyer, courseId } = await desk.begin();
    for (const order of permutations(types)) {
      // What was given back can be bought again.
      const sale = await desk.begin({ buyer, courseId });
      school.sandbox.stripe.pauseWebhooks();
      desk.pay(sale);
      school.sandbox.stripe.refund({ paymentIntent: sale.intent });
      for (const type of order) {
        for (const { eventId } of await school.sandbox.stripe.deliverNow(type))
          await school.sandbox.stripe.redeliver(eventId);
        await school.app.get(ProcessInbox).run();
      }
      school.sandbox.stripe.resumeWebhooks();
      await desk.quiet();
      expect([order, await desk.standing(sale)]).toEqual([order, gone]);
      expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 10_000]]);
      expect((await desk.entries(sale)).toSorted()).toEqual([
        'course.sold',
        'provider.settled',
        'refund.asked',
        'refund.done',
      ]);
    }
  }, 120_000);
});
