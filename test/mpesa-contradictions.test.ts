import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, type PushSale, successOf } from './support/mpesa-desk.js';
import { openSchool, type School } from './support/school.js';

/* M-Pesa says one thing in its callback, another to a query, or nothing at all. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const QUERY = '/daraja/mpesa/stkpushquery/v1/query';
const STATUS = '/daraja/mpesa/transactionstatus/v1/query';
const sold = {
  ...{ session: 'COMPLETED', payment: 'COMPLETED', reason: null, due: null },
  ...{ entries: ['course.sold'], places: 1, refunds: 0 },
};
const calls = (path: string) =>
  mpesa()
    .requests()
    .filter((request) => request.path === path);
const queries = ({ handle }: PushSale) =>
  calls(QUERY).filter(({ params }) => params.CheckoutRequestID === handle).length;

/** Paid and told of, while every query about it says something else. */
async function denied(code: number | string): Promise<PushSale> {
  const sale = await desk.begin();
  mpesa().answerQueries(sale.handle, code, 'As the tests say');
  mpesa().accept(sale.handle);
  return sale;
}

describe('a query that denies what a callback has told of', () => {
  it.each([1032, 1037, 1, 'SFC_IC0003'])('(%s): the records decide, and the sale is made', async (code) => {
    const asked = calls(STATUS).length;
    const sale = await denied(code);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
    expect(calls(STATUS).length).toBe(asked + 1);
  });

  it('after the sale was made, changes nothing: a success is never downgraded', async () => {
    const sale = await desk.buy();
    mpesa().answerQueries(sale.handle, 1032, 'Request cancelled by user');
    mpesa().sendCallback(sale.handle);
    for (let time = 0; time < 3; time += 1) await desk.later(3_600);
    await school.get(`/payments/sessions/${sale.sessionId}`, sale.buyer.token);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('after the sale was made, nor does a callback that denies it', async () => {
    const sale = await desk.buy();
    const { url, body } = mpesa().callbacks.attempts().at(-1)!;
    const told = (JSON.parse(body) as { Body: { stkCallback: object } }).Body.stkCallback;
    const denial = { Body: { stkCallback: { ...told, ResultCode: 1032, CallbackMetadata: undefined } } };
    expect((await desk.post(url, denial)).status).toBe(200);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ ...sold, result: '0' });
  });

  it('while the records say nothing: it stays open, they are asked again, and then it is made', async () => {
    mpesa().nextRequest('status', { endsIn: 'silence' });
    const sale = await denied(1032);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'PROCESSING', entries: [], due: expect.any(Date) });
    const asked = calls(STATUS).length;
    // Looked at again before they have had a minute to answer.
    await desk.later(35);
    expect(calls(STATUS).length).toBe(asked);
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
    expect(calls(STATUS).length).toBe(asked + 1);
  });

  it.each([{ endsIn: 'timeout' }, { endsIn: 'timeout', done: false }, { endsIn: 8006 }, { endsIn: 2001 }])(
    'while the records cannot be asked (%j): it stays open, and then it is made',
    async (end) => {
      mpesa().nextRequest('status', end);
      const sale = await denied(1032);
      await school.quiet();
      expect(await desk.traces(sale)).toMatchObject({ session: 'PROCESSING', entries: [], due: expect.any(Date) });
      await desk.later(125);
      await desk.later(125);
      expect(await desk.traces(sale)).toMatchObject(sold);
    },
  );

  it('and the records know no such receipt: it is what the query says', async () => {
    const sale = await desk.begin();
    mpesa().answerQueries(sale.handle, 1032, 'Request cancelled by user');
    await desk.post(sale.push.callbackUrl, successOf(sale.push));
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'CANCELED', reason: 'cancelled_on_phone', entries: [] });
    // It is a success as soon as a query says so as well.
    mpesa().answerQueries(sale.handle, 0, 'Done');
    mpesa().accept(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ entries: [], places: 0 });
  });

  it('and the receipt is of another amount: it is what the query says', async () => {
    const [small, sale] = [await desk.begin({ price: 100 }), await desk.begin()];
    mpesa().settleSilently(small.handle);
    const { receipt } = desk.pushOf(small);
    mpesa().answerQueries(sale.handle, 1032, 'Request cancelled by user');
    await desk.post(sale.push.callbackUrl, successOf(sale.push, { receipt: receipt! }));
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'CANCELED', entries: [], places: 0 });
  });
});

describe.each(['500', '4999'] as const)('a query that says in the manner of %s that the phone still rings', (shape) => {
  it('ends nothing; cancelling is the buyer’s, and the next one decides', async () => {
    mpesa().pendingShape(shape);
    const sale = await desk.begin();
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject({ session: 'PENDING', due: expect.any(Date), reason: null });
    mpesa().settleSilently(sale.handle);
    await desk.later(600);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('though a callback has told of a success: it is not given yet', async () => {
    mpesa().pendingShape(shape);
    const sale = await desk.begin();
    expect((await desk.post(sale.push.callbackUrl, successOf(sale.push))).status).toBe(200);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'PROCESSING', entries: [], places: 0 });
    mpesa().settleSilently(sale.handle);
    await desk.later(600);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });
});

describe('no callback ever', () => {
  it('the phone is asked about after fifteen seconds, and then again and again', async () => {
    const [paid, refused] = [await desk.begin(), await desk.begin()];
    await desk.later(5);
    expect([queries(paid), queries(refused)]).toEqual([0, 0]);
    mpesa().callbacks.pause();
    mpesa().settleSilently(paid.handle);
    mpesa().insufficientFunds(refused.handle);
    await desk.later(15);
    expect(await desk.traces(paid)).toMatchObject({ ...sold, receipt: null });
    expect(await desk.traces(refused)).toMatchObject({ session: 'FAILED', reason: 'insufficient_funds', due: null });
    // The callback comes after all, and brings the receipt.
    mpesa().callbacks.resume();
    mpesa().sendCallback(paid.handle);
    await school.quiet();
    expect(await desk.traces(paid)).toMatchObject({ ...sold, receipt: desk.pushOf(paid).receipt });
    expect(await desk.payment(paid)).toMatchObject({ receipt: desk.pushOf(paid).receipt });
  });

  it('and a query that fails is made again', async () => {
    const sale = await desk.begin();
    mpesa().settleSilently(sale.handle);
    const mend = mpesa().intercept({ path: QUERY, times: Infinity }, () => ({ status: 500, body: {} }));
    await desk.later(125);
    mend();
    expect(await desk.traces(sale)).toMatchObject({ session: 'PENDING', due: expect.any(Date) });
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });
});
