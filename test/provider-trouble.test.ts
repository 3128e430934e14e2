import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import Stripe from 'stripe';
import { Invariants } from '../src/ledger/index.js';
import { ApplyAttemptReport } from '../src/payments/attempts/apply-attempt-report.js';
import type { AttemptReport } from '../src/payments/ports/payment-strategy.js';
import { Money } from '../src/platform/money/index.js';
import { answerWith, cutConnection } from '../src/sandbox/index.js';
import { person } from './support/people.js';
import { permutations } from './support/permutations.js';
import { openSchool, type School } from './support/school.js';
import { startTestApp, type TestApp } from './support/app.js';

/* A provider that fails, lies, or is answered for by something else. */

describe('a provider in trouble', () => {
  let school: School;
  beforeAll(async () => {
    // Tokens outlive the hours by which the clock is moved.
    school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  });
  afterAll(async () => {
    expect(await school.app.get(Invariants).check()).toEqual([]);
    await school.close();
  });

  const buy = (courseId: string, token: string, key?: string) =>
    school.post<{ code: string; detail: string }>(
      '/payments/sessions',
      { courseId },
      token,
      key ? { 'idempotency-key': key } : {},
    );
  const sessionOf = async (courseId: string) =>
    (
      await school.sql<{ id: string; status: string; payment_id: string; payment: string; reference: string | null }>(
        `SELECT s.id, s.status, p.id AS payment_id, p.status AS payment, p.provider_reference AS reference
         FROM payment_sessions s JOIN payments p ON p.session_id = s.id WHERE s.item_id = $1`,
        [courseId],
      )
    )[0]!;

  it('answers 502 in our words while it is down, and the attempt is found to have failed or not, later', async () => {
    const buyer = await person(school);
    const course = await school.course();
    school.sandbox.stripe.intercept(
      { method: 'POST', path: '/v1/checkout/sessions', times: 2 },
      cutConnection('after'),
    );
    expect(await buy(course.id, buyer.token)).toMatchObject({
      status: 502,
      body: { code: 'PAYMENT_GATEWAY_ERROR', detail: 'Payment gateway error' },
    });
    school.clock.advance(120);
    await school.quiet();
    const found = await sessionOf(course.id);
    expect(found).toMatchObject({ status: 'PENDING', payment: 'PENDING', reference: expect.stringMatching(/^cs_/) });
  });

  it('that keeps a failure of the customer for a day locks nobody out', async () => {
    const buyer = await person(school);
    const course = await school.course();
    school.sandbox.stripe.intercept(
      { method: 'POST', path: '/v1/customers', layer: 'endpoint' },
      answerWith(500, { error: { type: 'api_error', message: 'broken' } }),
    );
    expect((await buy(course.id, buyer.token)).status).toBe(502);
    await school.request('PATCH', '/users/me', { body: { name: 'Another Name' }, token: buyer.token });
    expect((await buy(course.id, buyer.token)).status).toBe(201);
  });

  it('that refuses for good is refused again to a retry under the same key', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const tooSmall = {
      error: { type: 'invalid_request_error', code: 'amount_too_small', message: 'Amount must be at least $0.50 usd' },
    };
    school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/checkout/sessions' }, answerWith(400, tooSmall));
    for (let turn = 0; turn < 2; turn += 1) expect((await buy(course.id, buyer.token, 'again')).status).toBe(502);
    expect(await sessionOf(course.id)).toMatchObject({ status: 'FAILED', payment: 'FAILED' });
  });

  it.each([{}, { id: 5, object: 'customer' }, { id: null }, { object: 'list' }])(
    'that answers %j for a customer is a gateway error',
    async (body) => {
      const course = await school.course();
      school.sandbox.stripe.intercept({ method: 'POST', path: '/v1/customers' }, answerWith(200, body));
      expect((await buy(course.id, (await person(school)).token)).status).toBe(502);
    },
  );

  it('that has forgotten a checkout leaves no session open for ever', async () => {
    const buyer = await person(school);
    const course = await school.course();
    const { session } = await school.begin(course.id, buyer);
    const missing = {
      error: { type: 'invalid_request_error', code: 'resource_missing', message: 'No such checkout.session' },
    };
    const remember = school.sandbox.stripe.intercept(
      { method: 'GET', path: /^\/v1\/checkout\/sessions/, times: Infinity },
      answerWith(404, missing),
    );
    school.clock.advance(3600);
    await school.quiet();
    remember();
    expect((await school.get(`/payments/sessions/${session.id}`, buyer.token)).body).toMatchObject({
      status: 'EXPIRED',
    });
  });

  describe('whose reports about one payment contradict each other', () => {
    const usd = (minor: number) => Money.of(minor, 'USD');
    const reports: Record<string, AttemptReport> = {
      right: { kind: 'attempt', outcome: 'paid', transactionId: 'pi_right', received: usd(9999) },
      wrong: { kind: 'attempt', outcome: 'paid', transactionId: 'pi_wrong', received: usd(5) },
      expired: { kind: 'attempt', outcome: 'expired', reason: 'checkout_expired' },
      failed: { kind: 'attempt', outcome: 'failed', reason: 'async_payment_failed' },
    };

    it('leads to one end in every order: what was right is sold, what was wrong goes back', async () => {
      const ends = new Set<string>();
      for (const order of permutations(Object.keys(reports))) {
        const course = await school.course();
        const { session } = await school.begin(course.id, await person(school));
        for (const name of [...order, ...order]) {
          const report = reports[name]!;
          const transactionId = report.transactionId && `${report.transactionId}_${session.paymentId}`;
          await school.app
            .get(ApplyAttemptReport)
            .execute('STRIPE', { ...report, transactionId, paymentId: session.paymentId });
        }
        await school.quiet();
        const { status, payment } = await sessionOf(course.id);
        const kinds = (await school.entriesAbout(session.paymentId)).toSorted();
        const refunds = await school.sql(
          'SELECT reason, amount::int, status, failure_reason FROM refunds WHERE payment_id = $1',
          [session.paymentId],
        );
        ends.add(JSON.stringify({ status, payment, kinds, refunds }));
      }
      expect([...ends]).toEqual([
        JSON.stringify({
          status: 'COMPLETED',
          payment: 'COMPLETED',
          kinds: ['course.sold', 'payment.unapplied', 'refund.asked', 'refund.failed'],
          // The stand-in knows of no such movement, so it does not give it back.
          refunds: [{ reason: 'AMOUNT_MISMATCH', amount: 5, status: 'FAILED', failure_reason: 'resource_missing' }],
        }),
      ]);
    });

    it('and another checkout that names our payment neither ends nor pays it', async () => {
      const course = await school.course();
      const { session, stripeId } = await school.begin(course.id, await person(school));
      const foreign = { kind: 'attempt', reference: 'cs_test_foreign', paymentId: session.paymentId } as const;
      const apply = school.app.get(ApplyAttemptReport);
      expect(await apply.execute('STRIPE', { ...foreign, outcome: 'expired' })).toBe(false);
      await apply.execute('STRIPE', { ...foreign, outcome: 'paid', transactionId: 'pi_foreign', received: usd(9999) });
      expect(await sessionOf(course.id)).toMatchObject({ status: 'PENDING', reference: stripeId });
      school.sandbox.stripe.pay(stripeId);
      await school.quiet();
      expect(await sessionOf(course.id)).toMatchObject({ status: 'COMPLETED', payment: 'COMPLETED' });
    });

    const feesOf = (paymentId: string) =>
      school.sql<{ amount: number }>(
        `SELECT p.amount::int FROM ledger_postings p JOIN ledger_entries e ON e.id = p.entry_id
         WHERE e.object_id = $1 AND e.kind = 'provider.settled' AND p.amount > 0`,
        [paymentId],
      );
    /** Another checkout that carries our payment's id, made and paid by somebody with the keys. */
    async function payForeign(paymentId: string): Promise<void> {
      const { hostname: host, port } = new URL(school.sandbox.url);
      const stripe = new Stripe('sk_test_of_the_tests', { protocol: 'http', host, port });
      const { id } = await stripe.checkout.sessions.create({
        mode: 'payment',
        success_url: 'http://localhost/',
        metadata: { paymentId },
        line_items: [
          { quantity: 1, price_data: { currency: 'usd', unit_amount: 9999, product_data: { name: 'Swahili' } } },
        ],
      });
      school.sandbox.stripe.pay(id);
      await school.quiet();
    }

    it('and the money of that checkout goes back, while what the provider kept of it is booked', async () => {
      const course = await school.course();
      const { session } = await school.begin(course.id, await person(school));
      await payForeign(session.paymentId);
      expect(await sessionOf(course.id)).toMatchObject({ status: 'PENDING', payment: 'PENDING' });
      expect(await school.entriesAbout(session.paymentId)).toEqual([
        'payment.unapplied',
        'refund.asked',
        'refund.done',
      ]);
      expect(await feesOf(session.paymentId)).toEqual([{ amount: 320 }]);
    });

    it('and what the provider keeps of each of two payments is booked, however late it says so', async () => {
      const course = await school.course();
      const { session, stripeId } = await school.begin(course.id, await person(school));
      school.sandbox.stripe.pay(stripeId);
      await school.quiet();
      school.sandbox.stripe.settleLate(true);
      await payForeign(session.paymentId);
      expect(await feesOf(session.paymentId)).toEqual([{ amount: 320 }]);
      // Nobody tells of it: only asking again finds it.
      school.sandbox.stripe.disturbWebhooks({ drop: 1, dropped: 'never retried' });
      school.sandbox.stripe.settleLate(false);
      await school.quiet();
      school.sandbox.stripe.calmWebhooks();
      school.clock.advance(3600);
      await school.quiet();
      expect(await feesOf(session.paymentId)).toEqual([{ amount: 320 }, { amount: 320 }]);
    });

    it('the intent first and the checkout later still leaves the checkout known', async () => {
      const buyer = await person(school);
      const course = await school.course();
      school.sandbox.stripe.intercept(
        { method: 'POST', path: '/v1/checkout/sessions', times: 2 },
        cutConnection('after'),
      );
      await buy(course.id, buyer.token);
      const { payment_id: paymentId } = await sessionOf(course.id);
      const paid = {
        kind: 'attempt',
        outcome: 'paid',
        transactionId: 'pi_early',
        received: usd(9999),
        paymentId,
      } as const;
      await school.app.get(ApplyAttemptReport).execute('STRIPE', paid);
      await school.app.get(ApplyAttemptReport).execute('STRIPE', { ...paid, reference: 'cs_test_late' });
      expect((await school.get('/payments/sessions/stripe/cs_test_late', buyer.token)).body).toMatchObject({
        status: 'COMPLETED',
      });
    });
  });
});

describe('something else that answers for the provider', () => {
  let proxy: Server;
  let app: TestApp;
  let answer = '';
  beforeAll(async () => {
    proxy = createServer((_, response) => response.setHeader('content-type', 'application/json').end(answer));
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    // The application of the suite above is closed by now: there is one at a time.
    app = await startTestApp({ STRIPE_API_URL: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  });
  afterAll(async () => {
    await app.close();
    await new Promise((resolve) => proxy.close(resolve));
  });

  it.each(['"upstream ok"', '5', 'null', '[]', '{"error":5}', '{}', '<html>'])(
    'with %s is a gateway error, and the process lives',
    async (body) => {
      answer = body;
      const { publishedCourse } = await import('./support/school.js');
      const course = await publishedCourse(app, await person(app, 'INSTRUCTOR'));
      const bought = await app.post('/payments/sessions', { courseId: course.id }, (await person(app)).token);
      expect(bought.status).toBe(502);
      expect((await app.get('/health/ready')).status).toBe(200);
    },
  );
});
