import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { answerWith, cutConnection, paymobServerError, paymobTokenExpired } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { brief } from './support/patience.js';
import { INQUIRY, INTENTION, PaymobDesk, SESSION_SECONDS } from './support/paymob-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought } from './support/standings.js';

/* Paymob that fails, refuses, is not heard, or answers nonsense. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [[PATIENCE, brief]]);
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
beforeEach(() => expect(school.app.get(Circuits).of('PAYMOB').closed).toBe(true));
endQuietly(() => school);

const TOKENS = { method: 'POST', path: '/paymob/api/auth/tokens' };
const gatewayError = { status: 502, body: { code: 'PAYMENT_GATEWAY_ERROR', detail: 'Payment gateway error' } };
const sold = { session: 'COMPLETED', payment: 'COMPLETED', reason: null, entries: ['course.sold'], refunds: [] };
const calls = (target: { path: string | RegExp }) =>
  desk.paymob.requests().filter(({ path }) => path === target.path).length;

/** A buyer's session of which nothing is known but what was bought. */
async function sessionFor(courseId: string) {
  const [row] = await school.sql<{ sessionId: string; paymentId: string; reason: string | null }>(
    `SELECT s.id AS "sessionId", p.id AS "paymentId" FROM payment_sessions s JOIN payments p ON p.session_id = s.id
     WHERE s.item_id = $1 ORDER BY s.id DESC LIMIT 1`,
    [courseId],
  );
  return row!;
}

describe('a page', () => {
  it.each([
    ['cuts the connection', () => cutConnection('after')],
    ['answers with a page of its own', () => paymobServerError('after')],
    ['answers half of it', () => answerWith(201, { id: 'pi_1', intention_order_id: 5 })],
    ['answers nothing of it', () => answerWith(201, {})],
    ['sends us elsewhere', () => answerWith(302, {})],
    ['refuses our key', () => answerWith(401, { detail: 'Invalid token.' })],
  ])(
    'that cannot be had, for Paymob %s, is a gateway error; under the same key it is begun anew',
    async (_, trouble) => {
      const buyer = await person(school);
      const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
      desk.paymob.intercept(INTENTION, trouble());
      const { answer } = await desk.ask({ buyer, courseId }, 'one-key');
      expect(answer).toMatchObject(gatewayError);
      expect((await desk.state(await sessionFor(courseId))).payment).toBe('UNKNOWN');
      const { session } = expectStatus(201, (await desk.ask({ buyer, courseId }, 'one-key')).answer);
      const made = desk.intentionsOf(session);
      // Whoever asks now is sent to the last one; the address of another was never told to anybody.
      const page = new URL(session.redirectUrl!).searchParams.get('clientSecret');
      expect(page).toBe(made.at(-1)!.client_secret);
      desk.paymob.pay(page!);
      await desk.quiet();
      expect(await desk.state({ sessionId: session.id, paymentId: session.paymentId })).toEqual(sold);
      expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [courseId])).toHaveLength(1);
    },
  );

  it('that cannot be had, for Paymob has too much to do, can be had when it says', async () => {
    const key = 'one-key';
    const buyer = await person(school);
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const throttled = { detail: 'Request was throttled.' };
    desk.paymob.intercept(INTENTION, answerWith(429, throttled, { 'retry-after': '1' }));
    const asked = calls(INTENTION);
    for (let turn = 0; turn < 2; turn += 1) {
      const { answer } = await desk.ask({ buyer, courseId }, key);
      expect(answer).toMatchObject(gatewayError);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(calls(INTENTION)).toBe(asked + 1);
    await sleep(1_000);
    expectStatus(201, (await desk.ask({ buyer, courseId }, key)).answer);
  });

  it('that was made and not heard of ends with its session, and the buyer begins anew', async () => {
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    desk.paymob.intercept(INTENTION, cutConnection('after'));
    const { answer, buyer } = await desk.ask({ courseId });
    expect(answer).toMatchObject(gatewayError);
    const lost = await sessionFor(courseId);
    const again = await desk.buy({ buyer, courseId });
    await desk.pass(SESSION_SECONDS);
    expect(await desk.state(lost)).toMatchObject({ session: 'EXPIRED', payment: 'CANCELLED', entries: [] });
    expect(await desk.standing(again)).toEqual(bought);
  });

  it.each([
    [404, { detail: 'Integration ID/Name does not exist in our system . You can find …' }, 'invalid_integration'],
    [400, { billing_data: { email: ['Enter a valid email address.'] } }, 'invalid_billing_data'],
    [400, { detail: 'Something is wrong: really. Yes.' }, 'something_is_wrong'],
    [422, { message: 'duplicate' }, 'duplicate'],
    [400, {}, 'refused'],
  ])('that is refused by %i is refused for good, with a code', async (status, body, reason) => {
    const buyer = await person(school);
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const asked = calls(INTENTION);
    desk.paymob.intercept(INTENTION, answerWith(status, body));
    for (let turn = 0; turn < 2; turn += 1)
      expect((await desk.ask({ buyer, courseId }, 'one-key')).answer).toMatchObject(gatewayError);
    expect(calls(INTENTION)).toBe(asked + 1);
    expect(await desk.state(await sessionFor(courseId))).toMatchObject({ session: 'FAILED', reason });
  });
});

describe('while Paymob is down', () => {
  it('its buyers are told so, others sell, and nothing that was begun is lost', async () => {
    const [sale, open] = [await desk.begin(), await desk.begin()];
    const up = desk.paymob.intercept({ path: /^\/paymob/, times: Infinity }, paymobServerError());
    expect((await desk.ask({})).answer).toMatchObject(gatewayError);
    const cancelled = await school.post(`/payments/sessions/${open.sessionId}/cancel`, {}, open.buyer.token);
    expect(cancelled).toMatchObject(gatewayError);
    const { id: courseId } = await school.course();
    const { stripeId, session } = await school.begin(courseId);
    school.sandbox.stripe.pay(stripeId);
    // Buyers who are at the page already can pay.
    desk.pay(sale);
    desk.payUnheard(open);
    await desk.pass(SESSION_SECONDS);
    expect((await school.get(`/payments/sessions/${session.id}`, school.student.token)).body.status).toBe('COMPLETED');
    expect(await desk.state(sale)).toEqual(sold);
    expect((await desk.state(open)).session).toBe('PENDING');
    up();
    await desk.pass(3600);
    expect(await desk.state(open)).toEqual(sold);
  });
});

describe('the token that transactions are read with', () => {
  it('is used for an hour, then had anew', async () => {
    const counts: number[] = [];
    for (const seconds of [120, 120, 3600]) {
      const sale = await desk.begin();
      desk.payUnheard(sale);
      await desk.pass(seconds);
      expect(await desk.state(sale)).toEqual(sold);
      counts.push(calls(TOKENS));
    }
    const [first = 0] = counts;
    expect(counts).toEqual([first, first, first + 1]);
  });

  it('is had anew when Paymob has ended it before', async () => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    desk.paymob.intercept(INQUIRY, paymobTokenExpired());
    await desk.pass(120);
    expect(await desk.state(sale)).toEqual(sold);
  });

  it('and is refused anew is our keys: asked again when they are mended', async () => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    const mended = desk.paymob.intercept({ ...INQUIRY, times: Infinity }, paymobTokenExpired());
    await desk.pass(120);
    expect((await desk.state(sale)).session).toBe('PENDING');
    mended();
    await desk.pass(600);
    expect(await desk.state(sale)).toEqual(sold);
  });
});

describe('an answer to how an attempt stands', () => {
  it.each([
    ['of nothing', () => answerWith(200, {})],
    ['of another order', () => answerWith(200, { ...transaction(), order: { id: 1 } })],
    ['of money that nobody knows', () => answerWith(200, { ...transaction(), currency: 'XQX' })],
    ['of a sum that is none', () => answerWith(200, { ...transaction(), amount_cents: 'much' })],
    ['in a page', () => paymobServerError()],
  ])('%s is none: asked again', async (_, trouble) => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    const over = desk.paymob.intercept({ ...INQUIRY, times: Infinity }, trouble());
    await desk.pass(120);
    expect(await desk.state(sale)).toMatchObject({ session: 'PENDING', entries: [] });
    over();
    await desk.pass(600);
    expect(await desk.state(sale)).toEqual(sold);
  });

  it('that is about what went back is followed to its payment', async () => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    desk.paymob.refundByHand(sale.intent, 4000);
    const refund = desk.transactionsOf(sale).at(-1)!;
    desk.paymob.intercept(INQUIRY, answerWith(200, refund));
    await desk.pass(120);
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.payment(sale)).toMatchObject({ transactionId: sale.intent });
  });

  const transaction = () => desk.paymob.transactions().at(-1)!;
});
