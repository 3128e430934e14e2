import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Invariants } from '../src/ledger/index.js';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE, type Patience } from '../src/payments/resilience/patience.js';
import { answerWith, type ApiRequest, cutConnection, delayBy, hold, type Mischief } from '../src/sandbox/index.js';
import { type Person, person } from './support/people.js';
import { expectRecovery, standingOf } from './support/attempts.js';
import { openSchool, type School } from './support/school.js';

/* What Stripe's trouble means for a buyer: bounded waiting, never a second charge, the rest untouched. The circuit's rules: circuit.test.ts. */

const patience: Patience = { tryMs: 1_500, callMs: 2_000, pauseMs: 20, failures: 5, restMs: 1_000 };
const CHECKOUT = '/v1/checkout/sessions';
const broken = { error: { type: 'api_error', message: 'broken' } };

let school: School;
beforeAll(async () => {
  // Tokens outlive the hours by which the clock is moved.
  school = await openSchool({ JWT_EXPIRES_IN: '86400' }, [[PATIENCE, patience]]);
});
afterAll(async () => {
  expect(await school.app.get(Invariants).check()).toEqual([]);
  await school.close();
});

let buyer: Person;
let courseId: string;
let seen: number;
let removals: (() => void)[];
beforeEach(async () => {
  buyer = await person(school);
  courseId = (await school.course()).id;
  removals = [];
  // The buyer is a customer already: what follows is about the checkout alone.
  await school.begin((await school.course()).id, buyer);
  seen = school.sandbox.stripe.requests().length;
});
afterEach(async () => {
  for (const remove of removals) remove();
  if (!circuit().closed) await sleep(patience.restMs + 50);
  await school.begin((await school.course()).id, await person(school));
  expect(circuit().closed).toBe(true);
});

const standing = (course = courseId) => standingOf(school, course);
const circuit = () => school.app.get(Circuits).of('STRIPE');
const trouble = (handler: Mischief, times = Infinity, method = 'POST') => {
  removals.push(school.sandbox.stripe.intercept({ method, path: CHECKOUT, times }, handler));
};
const tries = (method = 'POST', path = CHECKOUT): ApiRequest[] =>
  school.sandbox.stripe
    .requests()
    .slice(seen)
    .filter((request) => request.method === method && request.path === path);
const buy = (who = buyer, course = courseId, key?: string) =>
  school.post<{ code: string; detail: string; session: { id: string } }>(
    '/payments/sessions',
    { courseId: course },
    who.token,
    key ? { 'idempotency-key': key } : {},
  );
const gateway = { status: 502, body: { code: 'PAYMENT_GATEWAY_ERROR', detail: 'Payment gateway error' } };

/** The provider can be reached again. */
async function recovers(course = courseId): Promise<void> {
  for (const remove of removals) remove();
  await sleep(patience.restMs + 50);
  await expectRecovery(school, course);
}

describe('a blip', () => {
  it.each<[string, Mischief]>([
    ['a 500 on the way', answerWith(500, broken)],
    ['{} with a 500', answerWith(500, {})],
    ['a whole session with a 502', answerWith(502, { id: 'cs_test_of_a_proxy', object: 'checkout.session', url: 'x' })],
    ['a connection cut before', cutConnection('before')],
    ['a connection cut after it was done', cutConnection('after')],
    ['a 429 that asks for nothing', answerWith(429, { error: { type: 'invalid_request_error', code: 'rate_limit' } })],
    ['a 429 for a locked object', answerWith(429, { error: { type: 'invalid_request_error', code: 'lock_timeout' } })],
  ])('%s is not felt: the same request is made again, under the same key', async (_, handler) => {
    trouble(handler, 1);
    expect((await buy()).status).toBe(201);
    const keys = tries().map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toEqual([keys[0], keys[0]]);
    expect(await standing()).toMatchObject({ payment: 'PENDING', attempts: 1, checkouts: [expect.any(String)] });
    await recovers();
  });

  it('while reading may last a little longer', async () => {
    const { stripeId } = await school.begin(courseId, buyer);
    const path = `${CHECKOUT}/${stripeId}`;
    removals.push(school.sandbox.stripe.intercept({ method: 'GET', path, times: 2 }, answerWith(500, broken)));
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(stripeId);
    expect((await school.get(`/payments/sessions/stripe/${stripeId}`, buyer.token)).body).toMatchObject({
      status: 'COMPLETED',
    });
    school.sandbox.stripe.resumeWebhooks();
    expect(tries('GET', path).length).toBe(3);
  });
});

describe('trouble that lasts', () => {
  it.each<[string, Mischief, number, string]>([
    ['500s', answerWith(500, broken), 2, 'api_error'],
    ['{} with 500', answerWith(500, {}), 2, 'http_500'],
    ['503 with a page', answerWith(503, { page: '<html>' }), 2, 'http_503'],
    ['500s that say it is no use', answerWith(500, broken, { 'stripe-should-retry': 'false' }), 1, 'api_error'],
    ['answers that nobody understands', answerWith(200, { ok: true }), 1, 'unintelligible_answer'],
    ['{} with 404', answerWith(404, {}), 1, 'unintelligible_answer'],
    ['connections cut before', cutConnection('before'), 2, 'connection_failed'],
    ['429s', answerWith(429, { error: { type: 'invalid_request_error', code: 'rate_limit' } }), 2, 'rate_limit'],
    [
      'keys in use',
      answerWith(409, { error: { type: 'api_error', code: 'idempotency_key_in_use' } }),
      2,
      'idempotency_key_in_use',
    ],
  ])(
    '%s: a gateway error after a bounded number of tries; the attempt is UNKNOWN',
    async (_, handler, times, reason) => {
      trouble(handler);
      expect(await buy()).toMatchObject(gateway);
      expect(tries().length).toBe(times);
      expect(await standing()).toMatchObject({
        session: 'PENDING',
        payment: 'UNKNOWN',
        reason,
        attempts: 1,
        checkouts: [],
      });
    },
  );

  it('cut after it was done: the checkout is found and paid once, and a retry under the key makes no second', async () => {
    trouble(cutConnection('after'));
    expect(await buy(buyer, courseId, 'again')).toMatchObject(gateway);
    expect(await standing()).toMatchObject({ payment: 'UNKNOWN', checkouts: [expect.any(String)] });
    for (const remove of removals) remove();
    expect((await buy(buyer, courseId, 'again')).status).toBe(201);
    await recovers();
  });

  it('silence: the buyer waits for one try, and finds what was done meanwhile when asking again', async () => {
    const silence = hold('after');
    trouble(silence.handler);
    const from = performance.now();
    expect(await buy(buyer, courseId, 'silent')).toMatchObject(gateway);
    expect(performance.now() - from).toBeLessThan(patience.callMs + 500);
    expect(tries().length).toBe(1);
    expect(await standing()).toMatchObject({ payment: 'UNKNOWN', reason: 'timeout', checkouts: [expect.any(String)] });
    silence.release();
    for (const remove of removals) remove();
    expect((await buy(buyer, courseId, 'silent')).status).toBe(201);
    await recovers();
  });

  it('slowness that adds up: the call ends in time, whatever is still under way', async () => {
    trouble(async () => {
      await sleep(1_300);
      return { status: 500, body: broken };
    });
    const from = performance.now();
    expect(await buy()).toMatchObject(gateway);
    expect(performance.now() - from).toBeLessThan(patience.callMs + 500);
    await sleep(1_000);
  });

  it('slowness that stays within a try is no trouble', async () => {
    trouble(delayBy(700));
    expect((await buy()).status).toBe(201);
    expect(tries().length).toBe(1);
  });
});

describe('a refusal', () => {
  it('is final: made once, never again, and never a reason to stop asking', async () => {
    const tooSmall = { error: { type: 'invalid_request_error', code: 'amount_too_small', message: 'Too small' } };
    trouble(answerWith(400, tooSmall));
    for (let time = 1; time <= patience.failures + 2; time += 1) expect(await buy()).toMatchObject(gateway);
    expect(tries().length).toBe(patience.failures + 2);
    expect(await standing()).toMatchObject({ session: 'FAILED', payment: 'FAILED', reason: 'amount_too_small' });
    expect(circuit().closed).toBe(true);
  });

  it('of the card does not open the circuit either', async () => {
    const declined = { error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' } };
    trouble(answerWith(402, declined));
    for (let time = 1; time <= patience.failures + 2; time += 1) await buy();
    expect(circuit().closed).toBe(true);

    for (const remove of removals) remove();
    const { stripeId } = await school.begin(courseId, buyer);
    for (let time = 0; time < 3; time += 1) school.sandbox.stripe.pay(stripeId, { card: '4000000000000002' });
    await school.quiet();
    expect([circuit().closed, school.sandbox.stripe.session(stripeId).status]).toEqual([true, 'open']);
  });
});

describe('the circuit', () => {
  /** Lets it open, by buyers who each wait for their own two tries. */
  async function open(): Promise<void> {
    for (let time = 0; circuit().closed; time += 1) {
      expect(time).toBeLessThan(patience.failures);
      expect(await buy(buyer, (await school.course()).id)).toMatchObject(gateway);
    }
    seen = school.sandbox.stripe.requests().length;
  }

  it('opens when nothing but trouble is heard; buyers then hear at once, and Stripe nothing', async () => {
    trouble(answerWith(500, broken));
    await open();
    const from = performance.now();
    const answers = await Promise.all(Array.from({ length: 5 }, () => buy()));
    expect(performance.now() - from).toBeLessThan(patience.restMs);
    for (const answer of answers) {
      expect(answer).toMatchObject(gateway);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(tries()).toEqual([]);
    expect(await standing()).toMatchObject({ payment: 'UNKNOWN', reason: 'circuit_open', checkouts: [] });
  });

  it('leaves the process ready, which says what is degraded; what needs no provider works', async () => {
    trouble(answerWith(500, broken));
    await open();
    expect(await school.get('/health/ready')).toMatchObject({
      status: 200,
      body: { status: 'ok', degraded: ['provider:STRIPE'] },
    });
    const free = await school.course({ isPremium: false, price: 0 });
    expect((await school.post('/enrollments', { courseId: free.id }, buyer.token)).status).toBe(201);
  });

  it('lets lookups come later, and closes with the first that is answered', async () => {
    const { stripeId, session } = await school.begin(courseId, buyer);
    trouble(answerWith(500, broken));
    removals.push(
      school.sandbox.stripe.intercept({ method: 'GET', path: /^\/v1\//, times: Infinity }, answerWith(500, broken)),
    );
    await open();
    school.sandbox.stripe.pauseWebhooks();
    school.sandbox.stripe.pay(stripeId);
    school.clock.advance(300);
    await school.settle();
    // The success page answers what is known.
    expect((await school.get(`/payments/sessions/stripe/${stripeId}`, buyer.token)).body).toMatchObject({
      status: 'PENDING',
    });
    for (const remove of removals) remove();
    await sleep(patience.restMs + 50);
    school.clock.advance(3600);
    await school.settle();
    await school.settle();
    expect(circuit().closed).toBe(true);
    school.clock.advance(3600);
    await school.settle();
    expect((await school.get(`/payments/sessions/${session.id}`, buyer.token)).body).toMatchObject({
      status: 'COMPLETED',
    });
    school.sandbox.stripe.resumeWebhooks();
    await school.quiet();
    expect((await school.get('/health/ready')).body).toEqual({ status: 'ok' });
  });

  it('closes for a buyer who comes after its rest', async () => {
    trouble(answerWith(500, broken));
    await open();
    for (const remove of removals) remove();
    await sleep(patience.restMs + 50);
    expect((await buy()).status).toBe(201);
    expect(circuit().closed).toBe(true);
    await recovers();
  });

  it('rests again when Stripe is still out of reach', async () => {
    trouble(answerWith(500, broken));
    await open();
    await sleep(patience.restMs + 50);
    expect(await buy()).toMatchObject(gateway);
    expect(circuit().closed).toBe(false);
    expect((await buy()).headers.get('retry-after')).toBe('1');
  });
});

describe('a provider that says how long to wait', () => {
  it('hears nothing until then; buyers are told', async () => {
    const slowDown = { error: { type: 'invalid_request_error', code: 'rate_limit', message: 'Too many' } };
    trouble(answerWith(429, slowDown, { 'retry-after': '2' }), 1);
    const first = await buy();
    expect([first.status, first.headers.get('retry-after')]).toEqual([502, '2']);
    const second = await buy(buyer, (await school.course()).id);
    expect([second.status, tries().length, circuit().closed]).toEqual([502, 1, true]);
    expect(second.headers.get('retry-after')).toMatch(/^[12]$/);
    await sleep(2_050);
    expect((await buy()).status).toBe(201);
  });
});
