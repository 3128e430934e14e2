import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { Circuits } from '../src/payments/resilience/circuits.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import {
  answerWith,
  cutConnection,
  emptyDarajaError,
  type Mischief,
  quotaViolation,
  silence,
  spikeArrest,
  unauthorizedToken,
  unavailablePage,
} from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk } from './support/mpesa-desk.js';
import { brief } from './support/patience.js';
import { type Person, person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

/* M-Pesa in trouble: its buyers hear so, no phone rings twice, and Stripe sells meanwhile. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [
    [PATIENCE, { ...brief, failures: 4, restMs: 700 }],
  ]);
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const OAUTH = '/daraja/oauth/v1/generate';
const PUSH = '/daraja/mpesa/stkpush/v1/processrequest';
const gateway = { status: 502, body: { code: 'PAYMENT_GATEWAY_ERROR', detail: 'Payment gateway error' } };
const sold = { session: 'COMPLETED', payment: 'COMPLETED', entries: ['course.sold'], places: 1, refunds: 0 };
let keys = 0;

/** A buyer who clicks again and again, under one key. */
async function buyer() {
  const [who, { id: courseId }] = [await person(school), await school.course({ price: 250_000, currency: 'KES' })];
  keys += 1;
  const headers = { 'idempotency-key': `click ${keys}` };
  const phone = `2541${String(10_000_000 + keys)}`;
  const click = async () => (await desk.ask({ buyer: who, courseId, phone }, headers)).answer;
  const traces = async () => {
    const [row] = await school.sql<{ id: string }>('SELECT id FROM payment_sessions WHERE item_id = $1', [courseId]);
    return desk.traces({ sessionId: row!.id });
  };
  return { who, courseId, phone, click, traces };
}
async function stripeSells(who: Person): Promise<void> {
  const { stripeId, session } = await school.begin((await school.course()).id, who);
  school.sandbox.stripe.pay(stripeId);
  await school.quiet();
  expect(await desk.traces({ sessionId: session.id })).toMatchObject(sold);
}
/** Everything is well again: the circuit has had its rest. */
async function well(): Promise<void> {
  mpesa().calmApi();
  await sleep(750);
}
async function pay(phone: string): Promise<void> {
  mpesa().accept(mpesa().ringing(phone)!.checkoutRequestId);
  await school.quiet();
}

describe('before anything was asked for (OAuth)', () => {
  it.each<[string, () => Mischief]>([
    ['a 500', () => emptyDarajaError()],
    ['a page with 503', () => unavailablePage()],
    ['silence', () => silence()],
    ['a cut connection', () => cutConnection('before')],
    ['a connection cut after it', () => cutConnection('after')],
    ['wrong credentials', () => answerWith(400, {})],
    ['something that is no token', () => answerWith(200, { access_token: 5, expires_in: 'soon' })],
  ])('%s: a gateway error; nothing has rung, and the next click rings', async (_, trouble) => {
    school.clock.advance(3_600);
    const { who, click, phone, traces } = await buyer();
    mpesa().intercept({ path: OAUTH, times: Infinity }, trouble());
    expect(await click()).toMatchObject(gateway);
    expect([desk.rings(phone), await traces()]).toMatchObject([0, { session: 'PENDING', payment: 'UNKNOWN' }]);
    await stripeSells(who);
    await well();
    expect((await click()).status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
    await pay(phone);
    expect(await traces()).toMatchObject(sold);
  });

  it('and the buyer goes away: it is over after a minute, and another may be begun', async () => {
    school.clock.advance(3_600);
    const { click, phone, traces, who, courseId } = await buyer();
    mpesa().intercept({ path: OAUTH, times: Infinity }, answerWith(400, {}));
    await click();
    await well();
    await desk.later(30);
    expect(await traces()).toMatchObject({ session: 'PENDING' });
    await desk.later(65);
    await desk.later(65);
    expect(await traces()).toMatchObject({ session: 'FAILED', reason: 'never_started', due: null });
    expect(desk.rings(phone)).toBe(0);
    await desk.begin({ buyer: who, courseId });
  });
});

describe('a push that was not answered', () => {
  const whether: [string, number, () => Mischief][] = [
    ['a 500 with nothing in it', 0, () => emptyDarajaError()],
    ['a 500 with nothing in it, though it rang', 1, () => emptyDarajaError('after')],
    ['a page with 503', 0, () => unavailablePage()],
    ['a page with 503, though it rang', 1, () => unavailablePage('after')],
    ['silence', 0, () => silence()],
    ['silence, though it rang', 1, () => silence('after')],
    ['a cut connection', 0, () => cutConnection('before')],
    ['a cut connection, though it rang', 1, () => cutConnection('after')],
    ['its own trouble', 0, () => answerWith(500, { errorCode: '500.003.1001', errorMessage: 'Internal Server Error' })],
    ['an answer without names', 0, () => answerWith(200, { ResponseCode: '0' })],
    [
      'another ResponseCode',
      0,
      () => answerWith(200, { ResponseCode: '1', CheckoutRequestID: 'a', MerchantRequestID: 'b' }),
    ],
  ];
  it.each(whether)('(%s): it rings %d times, however often the buyer clicks', async (_, rings, trouble) => {
    const { who, click, phone, traces, courseId } = await buyer();
    mpesa().intercept({ path: PUSH }, trouble());
    expect(await click()).toMatchObject(gateway);
    expect(await traces()).toMatchObject({ session: 'PENDING', payment: 'UNKNOWN', handle: null });
    await stripeSells(who);
    await well();
    for (let time = 0; time < 2; time += 1) expect(await click()).toMatchObject(gateway);
    expect((await desk.ask({ buyer: who, courseId })).answer.body.code).toBe('ALREADY_CHARGING');
    expect(desk.rings(phone)).toBe(rings);
    if (rings > 0) {
      await pay(phone);
      expect(await traces()).toMatchObject(sold);
      return;
    }
    await desk.later(200);
    expect(await traces()).toMatchObject({ session: 'PENDING' });
    await desk.later(200);
    expect(await traces()).toMatchObject({ session: 'FAILED', reason: 'unheard', entries: [], due: null });
    await desk.buy({ buyer: who, courseId });
    expect(await desk.hasCourse({ buyer: who, courseId })).toBe(true);
  });

  it('and is paid after it was given up: it counts', async () => {
    const { click, phone, traces } = await buyer();
    mpesa().intercept({ path: PUSH }, cutConnection('after'));
    await click();
    await desk.later(400);
    expect(await traces()).toMatchObject({ session: 'FAILED', reason: 'unheard' });
    await pay(phone);
    expect(await traces()).toMatchObject(sold);
  });
});

describe('a token', () => {
  it.each<[string, () => void]>([
    ['that ended before its time', () => mpesa().revokeTokens()],
    ['that one of their machines does not take', () => mpesa().intercept({ path: PUSH }, unauthorizedToken())],
  ])('%s is asked for anew, once, and the phone rings once', async (_, spoil) => {
    const { click, phone } = await buyer();
    await (await buyer()).click();
    const tokens = () =>
      mpesa()
        .requests()
        .filter(({ path }) => path === OAUTH).length;
    const before = tokens();
    spoil();
    expect((await click()).status).toBe(201);
    expect([tokens() - before, desk.rings(phone)]).toEqual([1, 1]);
  });

  it('that is not taken any more, while there is no other to be had: nothing was heard, and the next click rings', async () => {
    await (await buyer()).click();
    const { click, phone } = await buyer();
    mpesa().revokeTokens();
    mpesa().intercept({ path: OAUTH, times: Infinity }, emptyDarajaError());
    expect(await click()).toMatchObject(gateway);
    await well();
    expect((await click()).status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
  });

  it('is used for as long as it lasts', async () => {
    await (await buyer()).click();
    const tokens = () =>
      mpesa()
        .requests()
        .filter(({ path }) => path === OAUTH).length;
    const before = tokens();
    for (let time = 0; time < 3; time += 1) await (await buyer()).click();
    expect(tokens()).toBe(before);
    school.clock.advance(3_600);
    await (await buyer()).click();
    expect(tokens()).toBe(before + 1);
  });
});

describe('trouble that lasts', () => {
  it('is said at /health/ready; calls fail at once, and all is well when it is over', async () => {
    mpesa().intercept({ path: PUSH, times: Infinity }, emptyDarajaError());
    for (let time = 0; time < 4; time += 1) expect(await (await buyer()).click()).toMatchObject(gateway);
    expect((await school.get('/health/ready')).body).toMatchObject({ status: 'ok', degraded: ['provider:MPESA'] });
    const { click, phone, who, traces } = await buyer();
    const heard = mpesa().requests().length;
    const answer = await click();
    expect(answer).toMatchObject(gateway);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(mpesa().requests()).toHaveLength(heard);
    await stripeSells(who);
    await well();
    // It was certainly not heard, so it may be made now.
    expect((await click()).status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
    await pay(phone);
    expect(await traces()).toMatchObject(sold);
    expect((await school.get('/health/ready')).body).toEqual({ status: 'ok' });
  });

  // The last: it is believed for three seconds that there were too many calls.
  it.each([
    ['spike arrest', spikeArrest],
    ['quota', quotaViolation],
  ])(
    'too many calls (%s): nothing was heard, nothing is sent for a while, and the next click rings',
    async (_, trouble) => {
      const { click, phone, traces } = await buyer();
      mpesa().intercept({ path: PUSH }, trouble());
      const answer = await click();
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([502, '3']);
      const heard = mpesa().requests().length;
      expect(await click()).toMatchObject(gateway);
      expect(mpesa().requests()).toHaveLength(heard);
      expect(school.app.get(Circuits).of('MPESA').closed).toBe(true);
      await sleep(3_100);
      expect((await click()).status).toBe(201);
      expect(desk.rings(phone)).toBe(1);
      await pay(phone);
      expect(await traces()).toMatchObject(sold);
    },
  );
});
