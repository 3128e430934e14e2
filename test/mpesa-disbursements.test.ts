import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DisbursementOrder, MpesaDisbursements } from '../src/payments/mpesa/mpesa-disbursements.js';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { Money } from '../src/platform/money/index.js';
import { answerWith, cutConnection, emptyDarajaError, silence } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone, MpesaDesk, resultOf } from './support/mpesa-desk.js';
import { brief } from './support/patience.js';
import { openSchool, type School } from './support/school.js';

/* Money sent to phones: it cannot be called back, so it is sent once, whatever is heard of it. */

let school: School;
let desk: MpesaDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [[PATIENCE, brief]]);
  desk = new MpesaDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const PAYOUT = '/daraja/mpesa/b2c/v3/paymentrequest';
const send = (order: DisbursementOrder) => school.app.get(MpesaDisbursements).send(order);
let number = 0;
function order(shillings = 500n): DisbursementOrder {
  number += 1;
  const disbursementId = `pout_of_the_tests_${number}`;
  return { disbursementId, phone: freshPhone(), amount: Money.of(shillings * 100n, 'KES'), remarks: 'Earnings' };
}
const paidTo = ({ phone }: DisbursementOrder) =>
  mpesa()
    .disbursements()
    .filter((one) => one.phone === phone && one.status === 'done')
    .map(({ amount }) => amount);
const calls = ({ phone }: DisbursementOrder) =>
  mpesa()
    .requests()
    .filter(({ path, params }) => path === PAYOUT && params.PartyB === phone);

describe('a disbursement', () => {
  it('is accepted, then done: told with its receipt, and the same order again is the same', async () => {
    const one = order();
    const before = mpesa().balances().utility;
    expect(await send(one)).toEqual({ status: 'PENDING' });
    await school.quiet();
    const { receipt } = mpesa().disbursements().at(-1)!;
    for (let time = 0; time < 3; time += 1) expect(await send(one)).toEqual({ status: 'SUCCEEDED', receipt });
    expect([paidTo(one), calls(one).length, before - mpesa().balances().utility]).toEqual([[500], 1, 500]);
  });

  it('asked for by ten at once is one', async () => {
    const one = order();
    const all = await Promise.all(Array.from({ length: 10 }, () => send(one)));
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set(['PENDING']));
    await school.quiet();
    expect(await send(one)).toMatchObject({ status: 'SUCCEEDED' });
    expect(paidTo(one)).toEqual([500]);
    expect(new Set(calls(one).map(({ params }) => params.OriginatorConversationID)).size).toBe(1);
  });

  it.each([1, 2001, 8006, 'SFC_IC0003'])(
    'that fails (%s) has failed, for good, however many do in a day',
    async (endsIn) => {
      const [one, other] = [order(), order()];
      mpesa().nextRequest('b2c', { endsIn });
      mpesa().nextRequest('b2c', { endsIn });
      for (const each of [one, other]) await send(each);
      await school.quiet();
      for (const each of [one, other])
        expect(await send(each)).toEqual({ status: 'FAILED', reason: `mpesa_${endsIn}` });
      expect([paidTo(one), paidTo(other)]).toEqual([[], []]);
    },
  );

  it('for which there is not enough has failed', async () => {
    const one = order(10_000n);
    const { utility } = mpesa().balances();
    mpesa().setUtilityBalance(9_999);
    await send(one);
    await school.quiet();
    expect(await send(one)).toEqual({ status: 'FAILED', reason: 'mpesa_1' });
    mpesa().setUtilityBalance(utility);
  });

  it.each(['timeout', 'silence'])(
    'of which nothing is heard but %s: the records say that it was done',
    async (endsIn) => {
      const one = order();
      mpesa().nextRequest('b2c', { endsIn });
      await send(one);
      await school.quiet();
      for (let time = 0; time < 3; time += 1) {
        await send(one);
        await desk.later(65);
      }
      const { receipt } = mpesa().disbursements().at(-1)!;
      expect(await send(one)).toEqual({ status: 'SUCCEEDED', receipt });
      expect([paidTo(one), calls(one).length]).toEqual([[500], 1]);
    },
  );

  it('that was given up and never done is not called failed, nor sent again', async () => {
    const one = order();
    mpesa().nextRequest('b2c', { endsIn: 'timeout', done: false });
    for (let time = 0; time < 3; time += 1) {
      expect(await send(one)).toEqual({ status: 'PENDING' });
      await desk.later(65);
    }
    expect([paidTo(one), calls(one).length]).toEqual([[], 1]);
  });

  it.each([
    ['cut', () => cutConnection('after')],
    ['silent', () => silence('after')],
    ['an empty 500', () => emptyDarajaError('after')],
  ])('whose answer was %s is sent once: its name is known, and its result counts', async (_, trouble) => {
    const [told, untold] = [order(), order()];
    for (const one of [told, untold]) {
      mpesa().intercept({ path: PAYOUT, times: 2 }, trouble());
      if (one === untold) mpesa().nextRequest('b2c', { endsIn: 'silence' });
      await send(one).catch((error: unknown) => expect(error).toMatchObject({ final: false }));
      mpesa().calmApi();
      await school.quiet();
      for (let time = 0; time < 3; time += 1) {
        await send(one);
        await desk.later(65);
      }
      expect(await send(one)).toMatchObject({ status: 'SUCCEEDED' });
      expect(paidTo(one)).toEqual([500]);
    }
  });

  it('that M-Pesa refuses at once is refused, and may be sent again', async () => {
    const one = order();
    mpesa().intercept({ path: PAYOUT }, answerWith(400, { errorCode: '400.002.02', errorMessage: 'Invalid PartyB' }));
    await expect(send(one)).rejects.toMatchObject({ final: true, code: '400.002.02' });
    await send(one);
    await school.quiet();
    expect([await send(one), paidTo(one)]).toMatchObject([{ status: 'SUCCEEDED' }, [500]]);
  });

  it('is not done because somebody says so', async () => {
    const one = order();
    mpesa().callbacks.pause();
    await send(one);
    const address = await desk.addressOf('DISBURSEMENT', one.disbursementId);
    const { id: handle, originatorConversationId: origin } = mpesa().disbursements().at(-1)!;
    for (const names of [
      { handle, origin: 'another' },
      { handle: 'another', origin },
    ])
      expect((await desk.post(address, resultOf(names))).status).toBe(400);
    await school.settle();
    const [row] = await school.sql('SELECT result_code FROM mpesa_requests WHERE subject = $1 AND kind = $2', [
      one.disbursementId,
      'DISBURSEMENT',
    ]);
    expect(row).toEqual({ result_code: null });
  });
});
