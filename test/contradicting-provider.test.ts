import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { SessionLookupDto } from '../src/payments/checkout/sessions.dto.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { answerWith } from '../src/sandbox/index.js';
import { Desk, type Sale } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought, disputed } from './support/standings.js';
import { deliver, eventAbout } from './support/stripe-webhook.js';

/* A provider that says what cannot be: signed, but about somebody else's money, in a size or of a kind that no money is. */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
afterEach(() => stripe().calmApi());
keepBooks(() => school);

const stripe = () => school.sandbox.stripe;

/** Delivers an event and looks at it once; answers what has become of it. */
async function told(type: string, object: object, envelope = {}): Promise<{ status: string; error: string | null }> {
  const event = eventAbout(type, object, envelope);
  expect(await deliver(school, event)).toBe(200);
  await school.app.get(ProcessInbox).run();
  const [stored] = await school.sql<{ status: string; error: string | null }>(
    'SELECT status, last_error AS error FROM provider_events WHERE external_id = $1',
    [event.id],
  );
  return stored!;
}

describe('a dispute', () => {
  const about = (sale: Sale, id: string, changes: object = {}) => ({
    ...{ id, object: 'dispute', amount: 10_000, currency: 'usd', payment_intent: sale.intent, reason: 'fraudulent' },
    ...{
      created: 1,
      evidence_details: { due_by: null },
      balance_transactions: [],
      status: 'needs_response',
      ...changes,
    },
  });

  it.each([
    ['charge.dispute.closed', 'lost'],
    ['charge.dispute.funds_reinstated', 'won'],
  ])('that was about one sale moves nothing when %s tells it of another', async (type, status) => {
    const [one, other] = [await desk.buy(), await desk.buy()];
    const id = `du_of_one_${status}`;
    expect(await told('charge.dispute.funds_withdrawn', about(one, id))).toEqual({ status: 'PROCESSED', error: null });
    const moved = await desk.moved(async () => {
      expect(await told(type, about(other, id, { status }))).toEqual({
        status: 'RECEIVED',
        error: `Error: dispute ${id} was about ${one.intent}, and now is about ${other.intent}`,
      });
    });
    expect(moved).toEqual({});
    expect(await desk.standing(one)).toEqual(disputed);
    expect(await desk.standing(other)).toEqual(bought);
    // What is true is still heard.
    await told('charge.dispute.closed', about(one, id, { status: 'lost' }));
    expect(await desk.standing(one)).toMatchObject({ payment: 'REFUNDED', disputed: 10_000, place: 'CANCELLED' });
  });

  it('in another currency than the sale is not counted in its units', async () => {
    const sale = await desk.buy();
    const moved = await desk.moved(async () => {
      expect(await told('charge.dispute.funds_withdrawn', about(sale, 'du_kwd', { currency: 'kwd' }))).toEqual({
        status: 'RECEIVED',
        error: `Error: dispute du_kwd is in KWD, payment ${sale.paymentId} in USD`,
      });
    });
    expect(moved).toEqual({});
    expect(await desk.standing(sale)).toEqual(bought);
  });
});

describe('an amount', () => {
  it.each([9_007_199_254_740_991, 1e12, '10000', [10_000], true, 9999.5, null])(
    'of %j is none: nothing is booked, and the books can still be read',
    async (amount_total) => {
      const sale = await desk.begin();
      const checkout = stripe().account.store.checkoutSessions.get(sale.stripeId);
      const object = {
        ...checkout,
        amount_total,
        status: 'complete',
        payment_status: 'paid',
        payment_intent: 'pi_of_a_liar',
      };
      const moved = await desk.moved(async () => {
        expect(await told('checkout.session.completed', object)).toEqual({
          status: 'RECEIVED',
          error: `Error: a paid report for ${sale.paymentId} lacks its amount or transaction`,
        });
      });
      expect(moved).toEqual({});
      expectStatus(200, await school.get('/finance/ledger/trial-balance', school.admin.token));
    },
  );

  it.each([{ amount_total: 'x' }, { amount_total: 99.5 }, { currency: 5 }])(
    'that the API answers as %j leaves the session as it stands, for whoever looks and for whoever cancels',
    async (nonsense) => {
      const sale = await desk.begin();
      const checkout = stripe().account.store.checkoutSessions.get(sale.stripeId);
      const paid = {
        ...checkout,
        status: 'complete',
        payment_status: 'paid',
        payment_intent: 'pi_of_a_liar',
        ...nonsense,
      };
      const lie = () => stripe().intercept({ path: /checkout\/sessions\/cs_/ }, answerWith(200, paid));
      lie();
      const looked = await school.get<SessionLookupDto>(`/payments/sessions/stripe/${checkout.id}`, sale.buyer.token);
      expect(expectStatus(200, looked).status).toBe('PENDING');
      lie();
      expect(await school.post(`/payments/sessions/${sale.sessionId}/cancel`, {}, sale.buyer.token)).toMatchObject({
        status: 502,
        body: { code: 'PAYMENT_GATEWAY_ERROR' },
      });
      expect(await desk.standing(sale)).toMatchObject({ payment: 'PENDING' });
    },
  );
});

it.each(['javascript:alert(1)', 5])('a page at %j is no page: the buyer is not sent there', async (url) => {
  const course = await school.course();
  stripe().intercept(
    { path: /checkout\/sessions$/ },
    answerWith(200, { id: `cs_test_of_${String(url)}`, object: 'checkout.session', url }),
  );
  expect(await school.post('/payments/sessions', { courseId: course.id }, school.student.token)).toMatchObject({
    status: 502,
    body: { code: 'PAYMENT_GATEWAY_ERROR' },
  });
});

it('live money is nothing to a test key', async () => {
  const sale = await desk.begin();
  const checkout = stripe().account.store.checkoutSessions.get(sale.stripeId);
  const object = { ...checkout, livemode: true, status: 'complete', payment_status: 'paid', payment_intent: 'pi_live' };
  expect(await told('checkout.session.completed', object, { livemode: true })).toEqual({
    status: 'IGNORED',
    error: null,
  });
  expect(await desk.standing(sale)).toMatchObject({ payment: 'PENDING' });
});
