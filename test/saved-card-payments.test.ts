import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { cutConnection } from '../src/sandbox/index.js';
import { keepBooks } from './support/keep-books.js';
import { person, type Person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Buying with a card that is kept at Stripe: charged at once, by 3-D Secure when the bank asks for it, declined in words. */

let school: School;
let stripe: Stripe;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  stripe = new Stripe('sk_test_of_the_tests', { host: '127.0.0.1', port: school.sandbox.port, protocol: 'http' });
});
afterAll(() => school.close());
keepBooks(() => school);

interface Session {
  id: string;
  status: string;
  paymentId: string;
  providerReference: string;
  failureReason: string | null;
}
interface Answer {
  session: Session;
  redirectUrl: string | null;
  code: string;
  detail: string;
}

/** A person who has a card at Stripe and has told us of it. */
async function withCard(token = 'pm_card_visa'): Promise<Person & { methodId: string }> {
  const buyer = await person(school);
  const customer = await stripe.customers.create({ email: buyer.email });
  const kept = await stripe.paymentMethods.attach(token, { customer: customer.id });
  const now = new Date();
  await school.sql('INSERT INTO provider_customers VALUES ($1, $2, $3, $4)', [buyer.id, 'STRIPE', customer.id, now]);
  const { body } = await school.post<{ method: { id: string } }>(
    '/payments/methods',
    { paymentMethodId: kept.id },
    buyer.token,
  );
  return { ...buyer, methodId: body.method.id };
}

const charge = (body: object, { token }: Person, headers?: Record<string, string>) =>
  school.post<Answer>('/payments/process', body, token, headers);
const read = async (id: string) => (await school.get<Session>(`/payments/sessions/${id}`, school.admin.token)).body;
const intents = () => school.sandbox.stripe.account.store.paymentIntents.all().length;

describe('a saved card', () => {
  it('is charged at once: paid, given and booked before the answer', async () => {
    const buyer = await withCard();
    const course = await school.course();
    const { status, body } = await charge({ courseId: course.id, paymentMethodId: buyer.methodId }, buyer);
    expect(status).toBe(201);
    expect(body).toMatchObject({ redirectUrl: null, session: { status: 'COMPLETED', failureReason: null } });
    expect(body.session.providerReference).toMatch(/^pi_/);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(200);
    await school.quiet();
    expect(
      await school.sql(`SELECT kind FROM ledger_entries WHERE object_id = $1 ORDER BY kind`, [body.session.paymentId]),
    ).toEqual([{ kind: 'course.sold' }, { kind: 'provider.settled' }]);
  });

  it('is the default one when none is named; without one there is nothing to charge', async () => {
    const buyer = await withCard();
    const course = await school.course();
    expect((await charge({ courseId: course.id }, buyer)).body).toMatchObject({ session: { status: 'COMPLETED' } });
    expect(await charge({ courseId: course.id }, await person(school))).toMatchObject({
      status: 404,
      body: { detail: 'Payment method not found' },
    });
  });

  it("is one's own: another's answers 404 and nothing is begun", async () => {
    const [owner, thief] = [await withCard(), await withCard()];
    const course = await school.course();
    const before = intents();
    expect((await charge({ courseId: course.id, paymentMethodId: owner.methodId }, thief)).status).toBe(404);
    expect(intents()).toBe(before);
    expect(await school.sql('SELECT 1 FROM payment_sessions WHERE item_id = $1', [course.id])).toEqual([]);
  });

  it('is charged once for the same request twice, ten times at once, and when the answer is lost', async () => {
    const buyer = await withCard();
    const course = await school.course();
    const before = intents();
    const headers = { 'idempotency-key': 'pay-once' };
    const body = { courseId: course.id };
    const answers = await Promise.all(Array.from({ length: 10 }, () => charge(body, buyer, headers)));
    for (const answer of answers.filter(({ status }) => status !== 409))
      expect(answer).toMatchObject({ status: 201, body: { session: { status: 'COMPLETED' } } });
    expect(intents()).toBe(before + 1);

    const second = await school.course();
    school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/payment_intents', times: 1 }, cutConnection('after'));
    await charge({ courseId: second.id }, buyer, { 'idempotency-key': 'pay-lost' });
    school.clock.advance(120);
    await school.quiet();
    expect(intents()).toBe(before + 2);
    expect(await school.sql('SELECT status FROM payment_sessions WHERE item_id = $1', [second.id])).toEqual([
      { status: 'COMPLETED' },
    ]);
  });
});

describe('a card that is declined', () => {
  it('is answered 402 in words; nothing is sold, and another card may be tried', async () => {
    const [reason, detail] = ['generic_decline', 'The card was declined; try another one or ask your bank'];
    const buyer = await withCard('pm_card_chargeCustomerFail');
    const course = await school.course();
    const headers = { 'idempotency-key': `declined-${reason}` };
    for (let times = 0; times < 2; times += 1) {
      expect(await charge({ courseId: course.id }, buyer, headers)).toMatchObject({
        status: 402,
        body: { code: 'PAYMENT_DECLINED', detail },
      });
    }
    await school.quiet();
    const sessions = await school.sql('SELECT status, failure_reason FROM payment_sessions WHERE item_id = $1', [
      course.id,
    ]);
    expect(sessions).toEqual([{ status: 'FAILED', failure_reason: reason }]);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(404);
    const { stripeId } = await school.begin(course.id, buyer);
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(200);
  });
});

describe('a card whose bank wants to see the buyer', () => {
  const begin = async () => {
    const buyer = await withCard('pm_card_authenticationRequired');
    const course = await school.course();
    const body = expectStatus(201, await charge({ courseId: course.id }, buyer));
    return { buyer, course, ...body };
  };

  it('is charged once the buyer has confirmed', async () => {
    const { session, redirectUrl, buyer, course } = await begin();
    expect(session.status).toBe('PENDING');
    expect(redirectUrl).toContain(school.sandbox.url);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(404);
    school.sandbox.stripe.authenticate(session.providerReference, 'complete');
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'COMPLETED' });
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(200);
  });

  it('is known to be paid when the buyer returns before the webhook', async () => {
    const { session } = await begin();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.authenticate(session.providerReference, 'complete');
    expect((await school.get(`/payments/sessions/stripe/${session.providerReference}`)).body).toEqual({
      id: session.id,
      status: 'COMPLETED',
    });
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
  });

  it('is not charged a second time for the same meanwhile, and is for something else', async () => {
    const { session, buyer, course } = await begin();
    const before = intents();
    expect(await charge({ courseId: course.id }, buyer, { 'idempotency-key': 'another' })).toMatchObject({
      status: 409,
      body: { code: 'ALREADY_CHARGING' },
    });
    expect(intents()).toBe(before);
    expectStatus(201, await charge({ courseId: (await school.course()).id }, buyer));
    school.sandbox.stripe.authenticate(session.providerReference, 'fail');
    school.clock.advance(150);
    await school.quiet();
    expectStatus(201, await charge({ courseId: course.id }, buyer));
  });

  it('is not charged when the buyer fails there', async () => {
    const { session } = await begin();
    school.sandbox.stripe.authenticate(session.providerReference, 'fail');
    await school.quiet();
    school.clock.advance(150);
    await school.quiet();
    expect(await read(session.id)).toMatchObject({
      status: 'FAILED',
      failureReason: 'payment_intent_authentication_failure',
    });
  });

  it('is declined in words of its bank when it has confirmed and the money is not there', async () => {
    const buyer = await withCard('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds');
    const course = await school.course();
    const { session } = expectStatus(201, await charge({ courseId: course.id }, buyer));
    school.sandbox.stripe.authenticate(session.providerReference, 'complete');
    school.clock.advance(150);
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'FAILED', failureReason: 'insufficient_funds' });
  });

  it('is let go when the session is cancelled, or ends', async () => {
    const [first, second] = [await begin(), await begin()];
    expect((await school.post(`/payments/sessions/${first.session.id}/cancel`, {}, first.buyer.token)).status).toBe(
      200,
    );
    school.clock.advance(31 * 60);
    await school.quiet();
    expect((await read(first.session.id)).status).toBe('CANCELED');
    expect((await read(second.session.id)).status).toBe('EXPIRED');
    for (const { session } of [first, second])
      expect((await stripe.paymentIntents.retrieve(session.providerReference)).status).toBe('canceled');
  });
});
