import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cutConnection, hold } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone, MpesaDesk, type PushSale } from './support/mpesa-desk.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';

/* What comes at once, or sooner than it should: one phone rings once, and one sale is made. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const PUSH = '/daraja/mpesa/stkpush/v1/processrequest';

const sold = { session: 'COMPLETED', payment: 'COMPLETED', entries: ['course.sold'], places: 1, refunds: 0 };

/** Asks for a push whose answer is held; the phone rings already. */
async function ringing() {
  const answer = hold('after');
  mpesa().intercept({ path: PUSH }, answer.handler);
  const phone = freshPhone();
  const asked = desk.ask({ phone });
  await answer.arrived;
  const [row] = await school.sql<{ sessionId: string }>(
    'SELECT session_id AS "sessionId" FROM payments WHERE phone = $1',
    [phone],
  );
  return { ...row!, phone, handle: mpesa().ringing(phone)!.checkoutRequestId, asked, answer };
}

describe('a callback that is there before the answer to the push', () => {
  it('of a success: the sale is made, and the answer tells of it', async () => {
    const push = await ringing();
    mpesa().accept(push.handle);
    await school.quiet();
    expect(await desk.traces(push)).toMatchObject({ ...sold, handle: push.handle });
    push.answer.release();
    const { answer } = await push.asked;
    expect([answer.status, answer.body.session]).toMatchObject([
      201,
      { status: 'COMPLETED', providerReference: push.handle, redirectUrl: null },
    ]);
    await school.quiet();
    expect(await desk.traces(push)).toMatchObject({ ...sold, handle: push.handle, due: null });
    expect(desk.rings(push.phone)).toBe(1);
  });

  it('of a failure: it stays one', async () => {
    const push = await ringing();
    mpesa().wrongPin(push.handle);
    await school.quiet();
    push.answer.release();
    const { answer } = await push.asked;
    expect([answer.status, answer.body.session]).toMatchObject([201, { status: 'FAILED', failureReason: 'wrong_pin' }]);
    expect(await desk.traces(push)).toMatchObject({ session: 'FAILED', payment: 'FAILED', entries: [], due: null });
  });

  it('of a success, and the answer is lost: the sale is made once; a retry under the key finds it', async () => {
    const phone = freshPhone();
    const headers = { 'idempotency-key': 'the answer was lost' };
    mpesa().callbacks.pause();
    mpesa().intercept({ path: PUSH }, cutConnection('after'));
    const buyer = await person(school);
    const { answer, courseId } = await desk.ask({ buyer, phone }, headers);
    expect(answer).toMatchObject({ status: 502, body: { detail: 'Payment gateway error' } });
    const { checkoutRequestId: handle } = mpesa().ringing(phone)!;
    // It rings, though nobody has told us by what name: it is not let ring again.
    expect((await desk.ask({ buyer, phone, courseId }, headers)).answer.status).toBe(502);
    mpesa().accept(handle);
    mpesa().callbacks.resume();
    await school.quiet();
    const again = await desk.ask({ buyer, phone, courseId }, headers);
    expect([again.answer.status, again.answer.body.session]).toMatchObject([
      201,
      { status: 'COMPLETED', providerReference: handle },
    ]);
    expect(await desk.traces({ sessionId: again.answer.body.session.id })).toMatchObject(sold);
    expect(desk.rings(phone)).toBe(1);
  });
});

describe('many at once', () => {
  it('twenty copies of a callback make one sale', async () => {
    const sale = await desk.begin();
    mpesa().callbacks.disturb({ duplicate: 20 });
    mpesa().accept(sale.handle);
    await school.quiet();
    const told = mpesa()
      .callbacks.attempts()
      .filter(({ about }) => about === sale.handle);
    expect(told.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await desk.traces(sale)).toMatchObject({ ...sold, due: null });
  });

  it('a success and a failure told again and again in every order make one sale', async () => {
    for (const order of [['late', 'early'] as const, ['early', 'late'] as const]) {
      const sale = await desk.begin();
      mpesa().callbacks.pause();
      mpesa().noAnswer(sale.handle);
      mpesa().payLate(sale.handle);
      const { url, body: late } = told(sale, 0);
      const early = told(sale, 1037).body;
      for (const which of [...order, ...order]) {
        await desk.post(url, which === 'late' ? late : early);
        await school.quiet();
      }
      expect(await desk.traces(sale)).toMatchObject({ ...sold, result: '0' });
    }
  });

  it('two purchases of one thing by one person: one rings', async () => {
    const buyer = await person(school);
    const { id: courseId } = await school.course({ price: 250_000, currency: 'KES' });
    const phones = Array.from({ length: 5 }, freshPhone);
    const answers = await Promise.all(phones.map((phone) => desk.ask({ buyer, courseId, phone })));
    expect(answers.map(({ answer: { status, body } }) => [status, body.code]).toSorted()).toEqual([
      [201, undefined],
      ...Array<[number, string]>(4).fill([409, 'ALREADY_CHARGING']),
    ]);
    expect(phones.map((phone) => desk.rings(phone)).reduce((sum, rings) => sum + rings, 0)).toBe(1);
    // Another thing, and another person, are not kept waiting.
    expect((await desk.ask({ buyer })).answer.status).toBe(201);
    expect((await desk.ask({ courseId })).answer.status).toBe(201);
  });

  it('one Idempotency-Key sent by five requests: one rings, and all hear of the same', async () => {
    const buyer = await person(school);
    const { id: courseId } = await school.course({ price: 250_000, currency: 'KES' });
    const phone = freshPhone();
    const ask = () => desk.ask({ buyer, courseId, phone }, { 'idempotency-key': 'one click' });
    const answers = await Promise.all(Array.from({ length: 5 }, ask));
    expect(new Set(answers.map(({ answer: { status, body } }) => `${status} ${body.session.id}`)).size).toBe(1);
    expect(answers[0]!.answer.status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
  });

  it('one phone asked to pay for two things: the second is refused in words, and may be tried again', async () => {
    const first = await desk.begin();
    const { answer, buyer, courseId } = await desk.ask({ phone: first.phone });
    expect(answer).toMatchObject({
      status: 402,
      body: {
        code: 'PAYMENT_DECLINED',
        detail: 'M-Pesa could not begin the payment; wait a minute and try again',
      },
    });
    mpesa().accept(first.handle);
    await school.quiet();
    expect(await desk.hasCourse(first)).toBe(true);
    await desk.buy({ buyer, courseId, phone: freshPhone() });
    expect(await desk.hasCourse({ buyer, courseId })).toBe(true);
  });

  it('twenty people who pay at once, each told of twice and in any order, are twenty sales', async () => {
    const { id: courseId } = await school.course({ price: 100_000, currency: 'KES' });
    const buyers = await Promise.all(Array.from({ length: 20 }, () => person(school)));
    const sales = await Promise.all(buyers.map((buyer) => desk.begin({ buyer, courseId })));
    mpesa().callbacks.disturb({ duplicate: 2, shuffle: true, seed: 7 });
    for (const { handle } of sales) mpesa().accept(handle);
    await school.quiet();
    for (const sale of sales) expect(await desk.traces(sale)).toMatchObject(sold);
  });
});

/** What M-Pesa would tell of a push with this code. */
function told(sale: PushSale, code: number): { url: string; body: string } {
  const { handle } = sale;
  const push = desk.pushOf(sale);
  const { merchantRequestId: MerchantRequestID, callbackUrl: url, receipt, amount } = push;
  const metadata = [
    { Name: 'Amount', Value: amount },
    { Name: 'MpesaReceiptNumber', Value: receipt },
  ];
  const stkCallback = {
    ...{ MerchantRequestID, CheckoutRequestID: handle, ResultCode: code, ResultDesc: 'As it is' },
    ...(code === 0 && { CallbackMetadata: { Item: metadata } }),
  };
  return { url, body: JSON.stringify({ Body: { stkCallback } }) };
}
