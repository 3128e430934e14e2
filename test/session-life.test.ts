import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { answerWith, cutConnection } from '../src/sandbox/index.js';
import { keepBooks } from './support/keep-books.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* The ends that a payment session can come to, and what becomes of money and coupons that come to it late. */

let school: School;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400', CURRENCIES: 'USD,EUR,JPY,KWD,UGX,ISK' });
});
afterAll(() => school.close());
keepBooks(() => school);

let codes = 0;
async function coupon(changes: object = {}): Promise<string> {
  codes += 1;
  const code = `LIFE${codes}`;
  const fields = { code, name: 'A test', discountType: 'PERCENTAGE', discountValue: 10, ...changes };
  expectStatus(201, await school.post('/coupons', fields, school.admin.token));
  return code;
}

const usesOf = async (code: string) =>
  (await school.sql<{ uses: number }>('SELECT current_uses AS uses FROM coupons WHERE code = $1', [code]))[0]!.uses;

const buy = (body: object, token: string) =>
  school.post<{ code: string; detail: string; session: Session; redirectUrl: string | null }>(
    '/payments/sessions',
    body,
    token,
  );
interface Session {
  id: string;
  status: string;
  paymentId: string;
  providerReference: string;
  amount: number;
  discountAmount: number;
  finalAmount: number;
  failureReason: string | null;
}
const read = async (id: string) => (await school.get<Session>(`/payments/sessions/${id}`, school.admin.token)).body;
const stripeStatus = (id: string) => school.sandbox.stripe.session(id).status;
const kinds = async (paymentId: string) =>
  (
    await school.sql<{ kind: string }>(
      `SELECT kind FROM ledger_entries WHERE object_id = $1 AND kind <> 'provider.settled' ORDER BY posted_at, id`,
      [paymentId],
    )
  ).map(({ kind }) => kind);

describe('cancelling', () => {
  it('expires the session at Stripe first, gives the coupon back, and is harmless twice', async () => {
    const code = await coupon({ maxUses: 1 });
    const course = await school.course();
    const { body } = await buy({ courseId: course.id, couponCode: code }, school.student.token);
    expect(await usesOf(code)).toBe(1);
    for (let times = 0; times < 2; times += 1) {
      const answer = await school.post(`/payments/sessions/${body.session.id}/cancel`, {}, school.student.token);
      expect(answer).toMatchObject({
        status: 200,
        body: { success: true, session: { status: 'CANCELED' }, redirectUrl: null },
      });
    }
    expect(stripeStatus(body.session.providerReference)).toBe('expired');
    expect(await usesOf(code)).toBe(0);
    await school.quiet();
    expect(await read(body.session.id)).toMatchObject({ status: 'CANCELED' });
    expect((await school.get(`/payments/${body.session.paymentId}`, school.admin.token)).body).toMatchObject({
      status: 'CANCELLED',
    });
  });

  it('is not for strangers, who learn nothing; an admin may', async () => {
    const course = await school.course();
    const { session } = await school.begin(course.id);
    const stranger = await person(school);
    expect((await school.post(`/payments/sessions/${session.id}/cancel`, {}, stranger.token)).status).toBe(404);
    expect(await read(session.id)).toMatchObject({ status: 'PENDING' });
    expect((await school.post(`/payments/sessions/${session.id}/cancel`, {}, school.admin.token)).status).toBe(200);
  });

  it('of a session that was paid in this moment answers so, and what was bought is given', async () => {
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, await person(school));
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(stripeId);
    const answer = await school.post(`/payments/sessions/${session.id}/cancel`, {}, school.admin.token);
    school.sandbox.stripe.resumeWebhooks();
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TRANSITION', detail: 'Invalid status transition: COMPLETED → CANCELED' },
    });
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'COMPLETED' });
    expect(await kinds(session.paymentId)).toEqual(['course.sold']);
  });

  it('while Stripe cannot be asked changes nothing', async () => {
    const course = await school.course();
    const { session } = await school.begin(course.id, await person(school));
    const calm = school.sandbox.stripe.intercept(
      { path: /^\/v1\/checkout\/sessions/, times: Infinity },
      answerWith(500, { error: { type: 'api_error', message: 'down' } }),
    );
    expect(await school.post(`/payments/sessions/${session.id}/cancel`, {}, school.admin.token)).toMatchObject({
      status: 502,
      body: { code: 'PAYMENT_GATEWAY_ERROR' },
    });
    calm();
    expect(await read(session.id)).toMatchObject({ status: 'PENDING' });
  });

  it('whose answer is lost is cancelled all the same by asking again', async () => {
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, await person(school));
    school.sandbox.stripe.intercept({ method: 'POST', path: /\/expire$/, times: 1 }, cutConnection('after'));
    const cancel = () => school.post(`/payments/sessions/${session.id}/cancel`, {}, school.admin.token);
    const first = await cancel();
    if (first.status !== 200) expect((await cancel()).status).toBe(200);
    expect(stripeStatus(stripeId)).toBe('expired');
    expect(await read(session.id)).toMatchObject({ status: 'CANCELED' });
  });
});

describe('expiring', () => {
  it('happens by a job, at Stripe too, and gives the coupon back', async () => {
    const code = await coupon({ maxUses: 1 });
    const course = await school.course();
    const { body } = await buy({ courseId: course.id, couponCode: code }, (await person(school)).token);
    school.clock.advance(29 * 60);
    await school.quiet();
    expect(await read(body.session.id)).toMatchObject({ status: 'PENDING' });
    school.clock.advance(61);
    await school.quiet();
    expect(await read(body.session.id)).toMatchObject({ status: 'EXPIRED', redirectUrl: null });
    expect(stripeStatus(body.session.providerReference)).toBe('expired');
    expect(await usesOf(code)).toBe(0);
  });

  it('waits for a payment that is on its way', async () => {
    const course = await school.course();
    const { session, stripeId } = await school.begin(course.id, await person(school));
    school.sandbox.stripe.payLater(stripeId);
    await school.quiet();
    school.clock.advance(31 * 60);
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'PROCESSING' });
    school.sandbox.stripe.finishPayLater(stripeId, 'succeeded');
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'COMPLETED' });
  });
});

describe('a success that comes late', () => {
  /** Somebody pays at Stripe all the same: the stand-in is told to open the session again. */
  const payLate = async ({ providerReference }: Session) => {
    school.sandbox.stripe.account.store.checkoutSessions.update(providerReference, { status: 'open' });
    school.sandbox.stripe.pay(providerReference);
    await school.quiet();
  };

  it('is honoured when the thing can still be given, its coupon taken again', async () => {
    const code = await coupon({ maxUses: 1 });
    const buyer = await person(school);
    const course = await school.course();
    const { body } = await buy({ courseId: course.id, couponCode: code }, buyer.token);
    await school.post(`/payments/sessions/${body.session.id}/cancel`, {}, buyer.token);
    expect(await usesOf(code)).toBe(0);
    await payLate(body.session);
    expect(await read(body.session.id)).toMatchObject({ status: 'COMPLETED', discountAmount: 1000, finalAmount: 8999 });
    expect(await usesOf(code)).toBe(1);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).status).toBe(200);
  });

  it('is refunded by itself when the coupon went to somebody else meanwhile', async () => {
    const code = await coupon({ maxUses: 1 });
    const [first, second] = [await person(school), await person(school)];
    const course = await school.course();
    const { body } = await buy({ courseId: course.id, couponCode: code }, first.token);
    await school.post(`/payments/sessions/${body.session.id}/cancel`, {}, first.token);
    expect((await buy({ courseId: course.id, couponCode: code }, second.token)).status).toBe(201);
    await payLate(body.session);
    expect(await read(body.session.id)).toMatchObject({ status: 'FAILED', failureReason: 'COUPON_USED_UP' });
    expect(await kinds(body.session.paymentId)).toEqual(['payment.unapplied', 'refund.asked', 'refund.done']);
    expect((await school.get(`/payments/${body.session.paymentId}`, first.token)).body).toMatchObject({
      status: 'REFUNDED',
      refunds: [{ status: 'SUCCEEDED', amount: 8999, reason: 'COUPON_USED_UP' }],
    });
    expect(await usesOf(code)).toBe(1);
    expect((await school.get(`/enrollments/course/${course.id}`, first.token)).status).toBe(404);
  });
});

describe('metadata', () => {
  it('can be added to while pending, by the owner, and nothing else can', async () => {
    const course = await school.course();
    const { body } = await buy({ courseId: course.id, metadata: { a: '1', b: '2' } }, school.student.token);
    const edit = (fields: object, token = school.student.token, id = body.session.id) =>
      school.request(`PATCH`, `/payments/sessions/${id}`, { body: fields, token });
    expect(await edit({ metadata: { b: '3', c: '4' } })).toMatchObject({
      status: 200,
      body: { metadata: { a: '1', b: '3', c: '4' } },
    });
    expect((await edit({ metadata: {}, finalAmount: 1 })).status).toBe(400);
    const many = Object.fromEntries(Array.from({ length: 18 }, (_, index) => [`k${index}`, 'x']));
    expect(await edit({ metadata: many })).toMatchObject({ status: 400, body: { code: 'TOO_MUCH_METADATA' } });
    expect((await edit({ metadata: { d: '5' } }, (await person(school)).token)).status).toBe(404);
    await school.post(`/payments/sessions/${body.session.id}/cancel`, {}, school.student.token);
    expect(await edit({ metadata: { d: '5' } })).toMatchObject({ status: 409, body: { code: 'SESSION_NOT_PENDING' } });
    expect((await read(body.session.id)) as unknown).toMatchObject({ metadata: { a: '1', b: '3', c: '4' } });
    const { session, stripeId } = await school.begin(course.id);
    school.sandbox.stripe.payLater(stripeId);
    await school.quiet();
    expect(await edit({ metadata: {} }, undefined, session.id)).toMatchObject({ status: 409 });
    expect(await read(session.id)).toMatchObject({ status: 'PROCESSING' });
  });
});

describe('amounts that cannot be charged are refused in words, before anything is stored or asked', () => {
  const before = () => school.sandbox.stripe.requests().length;
  const sessions = async () =>
    (await school.sql<{ n: number }>('SELECT count(*)::int AS n FROM payment_sessions'))[0]!.n;

  it.each([
    ['USD', 49, 'STRIPE charges 0.50 USD at least; 0.49 USD is to be paid'],
    ['JPY', 49, 'STRIPE charges 50 JPY at least; 49 JPY is to be paid'],
  ])('%s %s', async (currency, price, detail) => {
    const course = await school.course({ price, currency });
    const [asked, stored] = [before(), await sessions()];
    expect(await buy({ courseId: course.id }, school.student.token)).toMatchObject({
      status: 400,
      body: { code: 'AMOUNT_TOO_SMALL', detail },
    });
    expect([before(), await sessions()]).toEqual([asked, stored]);
    const { id: least } = await school.course({ price: price + 1, currency });
    expectStatus(201, await buy({ courseId: least }, school.student.token));
  });

  it('what a coupon leaves counts, and its slot is not taken', async () => {
    const code = await coupon({ discountType: 'FIXED_AMOUNT', discountValue: 9970, currency: 'USD', maxUses: 1 });
    const course = await school.course();
    expect(await buy({ courseId: course.id, couponCode: code }, school.student.token)).toMatchObject({
      status: 400,
      body: { code: 'AMOUNT_TOO_SMALL', detail: 'STRIPE charges 0.50 USD at least; 0.29 USD is to be paid' },
    });
    expect(await usesOf(code)).toBe(0);
  });
});

describe('a total of nothing', () => {
  it('completes at once, without a provider and without an entry', async () => {
    const code = await coupon({ discountValue: 100 });
    const buyer = await person(school);
    const course = await school.course();
    const asked = school.sandbox.stripe.requests().length;
    const { status, body } = await buy({ courseId: course.id, couponCode: code }, buyer.token);
    expect(status).toBe(201);
    expect(body).toMatchObject({
      redirectUrl: null,
      session: { status: 'COMPLETED', amount: 9999, discountAmount: 9999, finalAmount: 0, couponCode: code },
    });
    expect(school.sandbox.stripe.requests().length).toBe(asked);
    expect(await kinds(body.session.paymentId)).toEqual([]);
    expect((await school.get(`/enrollments/course/${course.id}`, buyer.token)).body).toMatchObject({
      status: 'ACTIVE',
    });
    expect(
      await school.post('/payments/refund', { paymentId: body.session.paymentId, reason: 'x' }, school.admin.token),
    ).toMatchObject({ status: 409, body: { code: 'NOT_REFUNDABLE' } });
  });
});

describe('currencies without hundredths', () => {
  it.each([
    // Ours, what Stripe is sent, the fee that it keeps of it.
    ['JPY', 5000, 5000],
    ['KWD', 12_340, 12_340],
    ['KWD', 12_344, 12_340],
    ['UGX', 9000, 900_000],
    ['ISK', 1500, 150_000],
  ])('%s %s is sent as %s and sold at the same', async (currency, price, sent) => {
    const buyer = await person(school);
    const course = await school.course({ price, currency });
    const { session, stripeId } = await school.begin(course.id, buyer);
    expect(school.sandbox.stripe.session(stripeId)).toMatchObject({
      amount_total: sent,
      currency: currency.toLowerCase(),
    });
    school.sandbox.stripe.pay(stripeId);
    await school.quiet();
    expect(await read(session.id)).toMatchObject({ status: 'COMPLETED' });
    expect(await kinds(session.paymentId)).toEqual(['course.sold']);
  });
});
