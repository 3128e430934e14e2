import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk } from './support/mpesa-desk.js';
import { openSchool, type School } from './support/school.js';

/* What a push ends with, for a program and for whoever was to pay. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;

const LIMIT = 'This is more than the M-Pesa account may send; try a smaller amount or another way to pay';
const OURS = 'M-Pesa cannot take payments for this school right now; use another way to pay';
const NOT_RUNG = 'The phone could not be rung; see that it is on and has signal, and try again';
const UNKNOWN = 'M-Pesa did not carry out the payment; try again or use another way to pay';

const ends: [code: number | string, status: string, reason: string, message: string][] = [
  [1, 'FAILED', 'insufficient_funds', 'There is not enough money in the M-Pesa account'],
  [2, 'FAILED', 'amount_too_small', 'This is less than M-Pesa sends'],
  [3, 'FAILED', 'limit_reached', LIMIT],
  [4, 'FAILED', 'limit_reached', LIMIT],
  [8, 'FAILED', 'limit_reached', LIMIT],
  [17, 'FAILED', 'too_soon', 'The same amount was just paid from this phone; wait two minutes and try again'],
  [26, 'FAILED', 'system_busy', 'M-Pesa is busy; try again in a moment'],
  [1001, 'FAILED', 'phone_busy', 'Another payment is waiting on this phone; finish it, wait a minute and try again'],
  [1019, 'EXPIRED', 'timed_out', 'The PIN was not entered in time; try again'],
  [1025, 'EXPIRED', 'prompt_not_sent', NOT_RUNG],
  [1032, 'CANCELED', 'cancelled_on_phone', 'The payment was cancelled on the phone'],
  [1037, 'EXPIRED', 'no_answer', 'Nobody answered on the phone; see that it is on and unlocked, and try again'],
  [2001, 'FAILED', 'wrong_pin', 'The M-Pesa PIN was wrong; try again'],
  [2028, 'FAILED', 'merchant_not_ready', OURS],
  [8006, 'FAILED', 'merchant_not_ready', OURS],
  [9999, 'EXPIRED', 'prompt_not_sent', NOT_RUNG],
  ['SFC_IC0003', 'FAILED', 'merchant_not_ready', OURS],
  // Nobody has ever told us of these.
  [7777, 'FAILED', 'mpesa_7777', UNKNOWN],
  ['XYZ_00', 'FAILED', 'mpesa_XYZ_00', UNKNOWN],
];

const endOf = ([status, failureReason, failureMessage]: string[]) => ({ status, failureReason, failureMessage });

describe('a push ends', () => {
  it.each(ends)('with %s by its callback, whatever the words beside it', async (code, ...said) => {
    const sale = await desk.begin();
    mpesa().fail(sale.handle, code, 'Words that change over time');
    await school.quiet();
    expect(await desk.session(sale)).toMatchObject(endOf(said));
    expect(await desk.traces(sale)).toMatchObject({ entries: [], places: 0, due: null });
    // The buyer may try again at once.
    expect((await desk.ask({ buyer: sale.buyer, courseId: sale.courseId })).answer.status).toBe(201);
  });

  // One of each kind: known, cancelled, expired, a text, unheard of.
  const kinds = ends.filter(([code]) => [1, 1032, 1037, 'SFC_IC0003', 7777].includes(code));

  it.each(kinds)('with %s by a query, when nobody has told us', async (code, ...said) => {
    const sale = await desk.begin();
    mpesa().callbacks.pause();
    mpesa().fail(sale.handle, code);
    await desk.later(125);
    expect(await desk.session(sale)).toMatchObject(endOf(said));
  });

  it.each(kinds)('with %s written as a text', async (code, ...said) => {
    const sale = await desk.begin();
    const { merchantRequestId: MerchantRequestID, checkoutRequestId: CheckoutRequestID, callbackUrl } = sale.push;
    const stkCallback = { MerchantRequestID, CheckoutRequestID, ResultCode: String(code), ResultDesc: '' };
    expect((await desk.post(callbackUrl, { Body: { stkCallback } })).status).toBe(200);
    await school.quiet();
    expect(await desk.session(sale)).toMatchObject(endOf(said));
  });
});

describe('a push that M-Pesa refuses at once', () => {
  it.each([
    [400, '400.002.02', 'not_accepted', 'M-Pesa does not take payments from this number'],
    [500, '500.001.1001', 'not_started', 'M-Pesa could not begin the payment; wait a minute and try again'],
    [404, '404.001.01', 'mpesa_404.001.01', UNKNOWN],
  ])('(%d %s) is refused in words, and again to a retry under its key', async (status, errorCode, reason, words) => {
    const refusal = { requestId: '1-2-3', errorCode, errorMessage: 'Words that change over time' };
    mpesa().intercept({ path: '/daraja/mpesa/stkpush/v1/processrequest' }, () => ({ status, body: refusal }));
    const headers = { 'idempotency-key': `refused with ${errorCode}` };
    const { answer, buyer, courseId, phone } = await desk.ask({}, headers);
    expect(answer).toMatchObject({ status: 402, body: { code: 'PAYMENT_DECLINED', detail: words } });
    expect((await desk.ask({ buyer, courseId, phone }, headers)).answer).toMatchObject({ status: 402 });
    const [row] = await school.sql<{ sessionId: string }>(
      'SELECT session_id AS "sessionId" FROM payments WHERE phone = $1',
      [phone],
    );
    expect(await desk.session({ sessionId: row!.sessionId, buyer })).toMatchObject({
      ...{ status: 'FAILED', failureReason: reason, failureMessage: words },
    });
    expect(desk.rings(phone)).toBe(0);
    await desk.begin({ buyer, courseId, phone });
  });
});
