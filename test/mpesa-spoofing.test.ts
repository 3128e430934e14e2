import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { hold } from '../src/sandbox/index.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, resultOf, successOf } from './support/mpesa-desk.js';
import { openSchool, type School } from './support/school.js';

/* Nobody signs what M-Pesa posts, and everybody knows its shape: what is not M-Pesa's is refused, and leaves nothing behind. */

let school: School;
let desk: MpesaDesk;
let money: Desk;

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
  money = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const refused = { status: 400, body: { code: 'INVALID_SIGNATURE' } };
const accepted = { status: 200, body: { ResultCode: 0, ResultDesc: 'Accepted' } };

/** Posted to an address of ours, it is refused and nothing has changed. */
async function expectRefused(sale: { sessionId: string }, address: string, body: unknown): Promise<void> {
  const before = await desk.traces(sale);
  expect(await desk.post(address, body)).toMatchObject(refused);
  await school.quiet();
  expect(await desk.traces(sale)).toEqual(before);
}

describe('an address', () => {
  it.each([
    ['that was made up', 'f'.repeat(48)],
    ['in capitals', 'ABCDEF0123'],
    ['that is long', 'a'.repeat(4000)],
    ['that no database can hold', '%00'],
    ['that is half a letter', '%ED%A0%80'],
    ['with a wildcard', '%25'],
    ['with a mark of its own', '-late'],
  ])('%s is nobody’s', async (_, token) => {
    const sale = await desk.begin();
    const before = await desk.traces(sale);
    const answer = await desk.post(`${school.url}/api/webhooks/daraja/${token}`, successOf(sale.push));
    expect(answer.status).toBe(400);
    expect(await desk.traces(sale)).toEqual(before);
  });

  it('without its secret is none', async () => {
    const sale = await desk.begin();
    expect((await desk.post(`${school.url}/api/webhooks/daraja`, successOf(sale.push))).status).toBe(404);
  });

  it('of another push is of no use, in either direction', async () => {
    const [one, other] = [await desk.begin(), await desk.begin()];
    await expectRefused(one, other.push.callbackUrl, successOf(one.push));
    await expectRefused(other, one.push.callbackUrl, successOf(other.push));
    await expectRefused(other, one.push.callbackUrl, successOf(other.push, { handle: one.handle }));
  });

  it('of another push whose answer was lost is of no use either', async () => {
    const one = await desk.begin();
    const lost = hold('after');
    mpesa().intercept({ path: '/daraja/mpesa/stkpush/v1/processrequest' }, lost.handler);
    const asked = desk.ask({});
    await lost.arrived;
    const other = mpesa().pushes().at(-1)!;
    await expectRefused(one, other.callbackUrl, successOf(one.push));
    lost.release();
    expect((await asked).answer.status).toBe(201);
  });

  it('of a push takes no result of anything else, and that of a reversal no push', async () => {
    const sale = await desk.buy();
    mpesa().callbacks.pause();
    const { id, providerRefundId } = (await money.refund(sale, { amount: 100_000 })).body;
    const reversal = await desk.addressOf('REVERSAL', id);
    const { originatorConversationId } = mpesa().reversals().at(-1)!;
    const one = await desk.begin();
    const { checkoutRequestId: handle, merchantRequestId: origin, amount } = one.push;
    const result = resultOf({ handle, origin }, { parameters: [{ Key: 'Amount', Value: amount }] });
    const named = { handle: providerRefundId!, origin: originatorConversationId };
    await expectRefused(one, one.push.callbackUrl, result);
    await expectRefused(one, one.push.callbackUrl, resultOf({ handle, origin }, { code: 1 }));
    await expectRefused(one, reversal, result);
    await expectRefused(sale, reversal, successOf(sale.push));
    await expectRefused(sale, reversal, successOf(sale.push, named));
  });

  it('of another reversal is of no use, and neither is the one for what was given up', async () => {
    const [sale, other] = [await desk.buy(), await desk.buy()];
    mpesa().callbacks.pause();
    const { id } = (await money.refund(sale)).body;
    await money.refund(other);
    const theirs = mpesa().reversals().at(-1)!;
    const result = resultOf({ handle: theirs.id, origin: theirs.originatorConversationId }, { code: 2001 });
    const address = await desk.addressOf('REVERSAL', id);
    await expectRefused(sale, address, result);
    await expectRefused(sale, `${address}-`, result);
    await expectRefused(sale, `${address}-late-late`, result);
    await expectRefused(sale, `${sale.push.callbackUrl}-late`, result);
    mpesa().callbacks.resume();
    await school.quiet();
    expect(await money.refunds(sale)).toEqual([['SUCCEEDED', 250_000]]);
  });
});

describe('to the right address', () => {
  it.each([
    ['a shilling less', 2_499],
    ['a shilling more', 2_501],
    ['nothing', 0],
    ['less than nothing', -2_500],
    ['half a shilling more', 2_500.5],
    ['less than a cent more', 2_500.001],
    ['no number', 'much'],
    ['an empty text', ''],
    ['null', null],
    ['a list', [2_500]],
    ['true', true],
    ['the amount in cents', 250_000],
  ])('a success of %s is refused', async (_, amount) => {
    const sale = await desk.begin();
    await expectRefused(sale, sale.push.callbackUrl, successOf(sale.push, { amount }));
  });

  it('a success without any amount is refused', async () => {
    const { push, ...sale } = await desk.begin();
    const { merchantRequestId: MerchantRequestID, checkoutRequestId: CheckoutRequestID } = push;
    const told = { MerchantRequestID, CheckoutRequestID, ResultCode: 0, ResultDesc: 'Done' };
    await expectRefused(sale, push.callbackUrl, { Body: { stkCallback: told } });
    await expectRefused(sale, push.callbackUrl, { Body: { stkCallback: { ...told, CallbackMetadata: { Item: [] } } } });
    await expectRefused(sale, push.callbackUrl, { Body: { stkCallback: { ...told, CallbackMetadata: null } } });
  });

  it.each([
    ['another MerchantRequestID', { origin: 'another-1' }],
    ['an empty MerchantRequestID', { origin: '' }],
    ['another CheckoutRequestID', { handle: 'ws_CO_another' }],
    ['an empty CheckoutRequestID', { handle: '' }],
  ])('a success with %s is refused', async (_, changes) => {
    const sale = await desk.begin();
    await expectRefused(sale, sale.push.callbackUrl, successOf(sale.push, changes));
  });

  it('a failure with the ids of another push is refused', async () => {
    const [sale, other] = [await desk.begin(), await desk.begin()];
    mpesa().cancel(other.handle);
    await school.quiet();
    const { body } = mpesa().callbacks.attempts().at(-1)!;
    await expectRefused(sale, sale.push.callbackUrl, body);
  });

  it('a success before anything rang is refused; the phone rings, and pays', async () => {
    await desk.begin();
    const oauth = hold('before');
    mpesa().intercept({ path: '/daraja/oauth/v1/generate' }, oauth.handler);
    // The token that we have is too old by then.
    school.clock.advance(3_600);
    const asked = desk.ask({});
    await oauth.arrived;
    const [row] = await school.sql<{ sessionId: string; paymentId: string }>(
      'SELECT session_id AS "sessionId", id AS "paymentId" FROM payments ORDER BY id DESC LIMIT 1',
    );
    const forged = { ...mpesa().pushes().at(-1)!, checkoutRequestId: 'ws_CO_made_up', amount: 2_500 };
    await expectRefused(row!, await desk.addressOf('PUSH', row!.paymentId), successOf(forged));
    oauth.release();
    const { answer, phone } = await asked;
    expect(answer.status).toBe(201);
    expect(desk.rings(phone)).toBe(1);
    mpesa().accept(mpesa().ringing(phone)!.checkoutRequestId);
    await school.quiet();
    expect(await desk.traces(row!)).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'] });
  });
});

describe('what was told before', () => {
  it('is answered the same and changes nothing', async () => {
    const sale = await desk.buy();
    const before = await desk.traces(sale);
    expect(before).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'], due: null });
    const { body, url } = mpesa().callbacks.attempts().at(-1)!;
    for (let time = 0; time < 3; time += 1) expect(await desk.post(url, body)).toMatchObject(accepted);
    await school.quiet();
    expect(await desk.traces(sale)).toEqual(before);
    // In other words it is no news either.
    const again = successOf(sale.push, { receipt: before.receipt! });
    expect(await desk.post(url, again)).toMatchObject(accepted);
    await school.quiet();
    expect(await desk.traces(sale)).toEqual({ ...before, events: before.events + 1 });
  });

  it('is nothing to a new push: neither its words, nor its receipt', async () => {
    const old = await desk.buy();
    const { body } = mpesa().callbacks.attempts().at(-1)!;
    const { receipt } = desk.pushOf(old);
    const sale = await desk.begin();
    await expectRefused(sale, sale.push.callbackUrl, body);
    await expectRefused(sale, sale.push.callbackUrl, successOf(sale.push, { receipt: receipt! }));
  });
});

describe('a success that fits in all and is not true', () => {
  it('is asked back: nothing is given while the phone rings, nor when nobody pays', async () => {
    const sale = await desk.begin();
    expect(await desk.post(sale.push.callbackUrl, successOf(sale.push))).toMatchObject(accepted);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'PROCESSING', entries: [], places: 0, refunds: 0 });
    mpesa().cancel(sale.handle);
    await desk.later(600);
    await desk.later(600);
    expect(await desk.traces(sale)).toMatchObject({
      ...{ session: 'CANCELED', reason: 'cancelled_on_phone' },
      ...{ entries: [], places: 0, refunds: 0 },
    });
  });

  it('does not keep the true one from counting', async () => {
    const sale = await desk.begin();
    await desk.post(sale.push.callbackUrl, successOf(sale.push));
    await school.quiet();
    mpesa().accept(sale.handle);
    await desk.later(600);
    expect(await desk.traces(sale)).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'], places: 1 });
  });
});
