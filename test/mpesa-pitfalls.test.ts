import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { ProcessInbox } from '../src/payments/webhooks/process-inbox.js';
import { cutConnection } from '../src/sandbox/index.js';
import { Desk, type Refusal } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone, MpesaDesk, type PushSale, successOf } from './support/mpesa-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/*
 * Mistakes that others have made with M-Pesa, by the numbers of a public list of them, and those of the list's other parts that are not
 * Stripe's alone. Each test stands on its own; what is behind it is tested further elsewhere.
 */

let school: School;
let desk: MpesaDesk;
let money: Desk;
beforeAll(async () => {
  // The rate limit is one that M-Pesa's callbacks would exceed.
  school = await openSchool({
    ROLE: 'api',
    JWT_EXPIRES_IN: '86400',
    RATE_LIMIT_PER_MINUTE: '190',
    TRUSTED_PROXIES: '1',
  });
  desk = new MpesaDesk(school);
  money = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const sold = { session: 'COMPLETED', payment: 'COMPLETED', entries: ['course.sold'], places: 1, refunds: 0, due: null };

/** Paid, and the callback is there but not sent yet. */
async function paidUnheard(): Promise<PushSale> {
  const sale = await desk.begin();
  mpesa().callbacks.pause();
  mpesa().accept(sale.handle);
  return sale;
}

describe('25: a spoofed callback', () => {
  it('whose form is right, sent to every address but the secret one, gives nothing', async () => {
    const sale = await desk.begin();
    const before = await desk.traces(sale);
    for (const path of [
      'webhooks/daraja/callback',
      `webhooks/daraja/${sale.paymentId}`,
      `webhooks/daraja/${sale.handle}`,
    ]) {
      const headers = { 'x-daraja-signature': 'anything', 'x-forwarded-for': '196.201.214.200' };
      const answer = await desk.post(`${school.url}/api/${path}`, successOf(sale.push), headers);
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_SIGNATURE' } });
    }
    expect(await desk.traces(sale)).toEqual(before);
  });

  it('is of no use to the buyer either, who is never told the address', async () => {
    const { buyer, ...sale } = await desk.begin();
    const [row] = await school.sql<{ token: string }>('SELECT token FROM mpesa_requests WHERE subject = $1', [
      sale.paymentId,
    ]);
    const seen = await Promise.all(
      [`/payments/sessions/${sale.sessionId}`, '/payments/history', `/payments/${sale.paymentId}`].map((path) =>
        school.get(path, buyer.token),
      ),
    );
    expect(JSON.stringify(seen.map(({ body }) => body))).not.toContain(row!.token);
    expect(row!.token).toMatch(/^[0-9a-f]{48}$/);
  });
});

describe('26: a timeout that is taken for a failure', () => {
  it.each(['500', '4999'] as const)('“still processing” (%s) is not one', async (shape) => {
    mpesa().pendingShape(shape);
    const sale = await desk.begin();
    for (let time = 0; time < 3; time += 1) await desk.later(125);
    expect(await desk.session(sale)).toMatchObject({ status: 'PENDING', failureReason: null });
    mpesa().accept(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('1037 is heard, and so is the success after it', async () => {
    const sale = await desk.begin();
    mpesa().noAnswer(sale.handle);
    await school.quiet();
    expect(await desk.session(sale)).toMatchObject({ status: 'EXPIRED', failureReason: 'no_answer' });
    mpesa().payLate(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ ...sold, reason: null });
  });

  it('a query that says “failed” of what was paid changes nothing', async () => {
    const sale = await desk.buy();
    mpesa().answerQueries(sale.handle, 1, 'The balance is insufficient for the transaction.');
    mpesa().sendCallback(sale.handle);
    await desk.later(3_600);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });
});

describe('27: no callback, or many', () => {
  it('none: it is found by asking', async () => {
    const sale = await desk.begin();
    mpesa().settleSilently(sale.handle);
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('five: it is sold once', async () => {
    const sale = await desk.buy();
    for (let time = 0; time < 4; time += 1) mpesa().sendCallback(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
    expect(
      await school.sql('SELECT 1 FROM provider_events WHERE external_id LIKE $1', [`${sale.handle}:%`]),
    ).toHaveLength(1);
  });
});

describe('28: assumptions about types', () => {
  it('texts for numbers, and an amount with a point', async () => {
    const sale = await paidUnheard();
    const { receipt, merchantRequestId: MerchantRequestID, checkoutRequestId: CheckoutRequestID } = desk.pushOf(sale);
    const Item = [
      { Name: 'MpesaReceiptNumber', Value: receipt },
      { Name: 'Amount', Value: '2500.00' },
      { Name: 'PhoneNumber', Value: sale.phone },
    ];
    const told = { MerchantRequestID, CheckoutRequestID, ResultCode: '0', CallbackMetadata: { Item } };
    expect((await desk.post(sale.push.callbackUrl, { Body: { stkCallback: told } })).status).toBe(200);
    await school.settle();
    expect(await desk.traces(sale)).toMatchObject({ ...sold, receipt });
  });

  it('a second push while the first is open is not sent', async () => {
    const { buyer, courseId } = await desk.begin();
    const phone = freshPhone();
    const { answer } = await desk.ask({ buyer, courseId, phone });
    expect([answer.status, answer.body.code, desk.rings(phone)]).toEqual([409, 'ALREADY_CHARGING', 0]);
  });
});

describe('what is not M-Pesa’s alone', () => {
  it('1: a failure inside the handler is not forgotten', async () => {
    const sale = await paidUnheard();
    await school.sql(`ALTER TABLE enrollments ADD CONSTRAINT broken CHECK (course_id <> '${sale.courseId}') NOT VALID`);
    mpesa().callbacks.resume();
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'PENDING', entries: [], places: 0, result: '0' });
    await school.sql('ALTER TABLE enrollments DROP CONSTRAINT broken');
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('1: what cannot be kept is not answered as if it were; a query finds it', async () => {
    const sale = await paidUnheard();
    await school.sql(`ALTER TABLE provider_events ADD CONSTRAINT broken CHECK (provider <> 'MPESA') NOT VALID`);
    const [attempt] = await mpesa().callbacks.deliverNow(sale.handle);
    expect(attempt!.status).toBe(500);
    await school.sql('ALTER TABLE provider_events DROP CONSTRAINT broken');
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('4: no rate limit, and no sign-in, stands before the callbacks', async () => {
    const sale = await paidUnheard();
    const send = () => mpesa().callbacks.redeliver(sale.handle);
    const sent = (await Promise.all(Array.from({ length: 220 }, send))).flat();
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([200]));
    await school.settle();
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('7, 8: what is stored is answered before it is acted on, and acted on once by two at once', async () => {
    const sale = await paidUnheard();
    const [attempt] = await mpesa().callbacks.deliverNow(sale.handle);
    expect([attempt!.status, JSON.parse(attempt!.answer)]).toEqual([200, { ResultCode: 0, ResultDesc: 'Accepted' }]);
    expect(await desk.traces(sale)).toMatchObject({ session: 'PENDING', result: null });
    const inbox = school.app.get(ProcessInbox);
    await Promise.all([inbox.run(), inbox.run(), inbox.run()]);
    await school.settle();
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('12: a cancelled purchase that is paid is not dropped, nor given twice', async () => {
    const sale = await desk.begin();
    await school.post(`/payments/sessions/${sale.sessionId}/cancel`, {}, sale.buyer.token);
    const other = await desk.begin({ buyer: sale.buyer, courseId: sale.courseId });
    for (const { handle } of [sale, other]) mpesa().accept(handle);
    await school.quiet();
    const ends = await Promise.all([sale, other].map(async (one) => (await desk.traces(one)).session));
    expect(ends.toSorted()).toEqual(['COMPLETED', 'FAILED']);
    const reversed = mpesa()
      .payments()
      .filter(({ phone }) => [sale.phone, other.phone].includes(phone));
    expect(reversed.map(({ reversed: back }) => back).toSorted()).toEqual([0, 2_500]);
  });

  it('16: no client sets the amount', async () => {
    const { id: courseId } = await school.course({ price: 250_000, currency: 'KES' });
    const phone = freshPhone();
    const body = { courseId, provider: 'MPESA', phone, amount: 100 };
    const answer = await school.post<Refusal>('/payments/sessions', body, school.student.token);
    expect([answer.status, answer.body.errors, desk.rings(phone)]).toMatchObject([400, [{ pointer: '#/amount' }], 0]);
  });

  it('19: a lost answer and a client that tries again are one push', async () => {
    const [buyer, phone] = [await person(school), freshPhone()];
    const { id: courseId } = await school.course({ price: 250_000, currency: 'KES' });
    mpesa().intercept({ path: '/daraja/mpesa/stkpush/v1/processrequest' }, cutConnection('after'));
    const headers = { 'idempotency-key': 'one click of many' };
    for (let time = 0; time < 4; time += 1) await desk.ask({ buyer, courseId, phone }, headers);
    expect(desk.rings(phone)).toBe(1);
    mpesa().accept(mpesa().ringing(phone)!.checkoutRequestId);
    await school.quiet();
    const { answer } = await desk.ask({ buyer, courseId, phone }, headers);
    expect(expectStatus<CreatedSessionDto>(201, answer).session.status).toBe('COMPLETED');
  });

  it('20: a part given back is a part, told of twice or not', async () => {
    const sale = await desk.buy();
    await money.refund(sale, { amount: 100_000 });
    await school.quiet();
    await mpesa().callbacks.redeliver(mpesa().reversals().at(-1)!.id);
    await school.quiet();
    expect(await money.standing(sale)).toMatchObject({
      payment: 'PARTIALLY_REFUNDED',
      refunded: 100_000,
      place: 'ACTIVE',
    });
    expect(await money.refunds(sale)).toEqual([['SUCCEEDED', 100_000]]);
  });
});
