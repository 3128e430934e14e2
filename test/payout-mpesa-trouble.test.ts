import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { answerWith, cutConnection } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone, MpesaDesk, resultOf } from './support/mpesa-desk.js';
import { brief } from './support/patience.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What may go wrong with a payout to a phone: money that is there cannot be called back, so it is sent once. */

let school: School;
let desk: PayoutDesk;
beforeAll(async () => {
  const settings = { ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'KES:2000' };
  school = await openSchool(settings, [[PATIENCE, brief]]);
  desk = new PayoutDesk(school);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const PAYOUT = '/daraja/mpesa/b2c/v3/paymentrequest';
const KES = { currency: 'KES' };
const paid = { available: 0, inTransit: 0, paidOut: 175_000 };
const theirs = { available: 175_000, inTransit: 0, paidOut: 0 };
const onTheWay = { available: 0, inTransit: 175_000, paidOut: 0 };
const PAID = 'Your earnings are paid out: KES 1,750.00';
const FAILED = 'A payout of your earnings did not go through: KES 1,750.00';

const mpesa = () => school.sandbox.mpesa;
const callsTo = (phone: string) =>
  mpesa()
    .requests()
    .filter(({ path, params }) => path === PAYOUT && params.PartyB === phone).length;

/** The money is there, once, whatever comes later. */
async function expectPaidOnce(payee: Payee): Promise<void> {
  for (let time = 0; time < 2; time += 1) await desk.later(3_700);
  expect(await desk.payout(payee)).toMatchObject({ status: 'PAID', failureReason: null });
  expect([await desk.standing(payee), desk.sentTo(payee.account)]).toEqual([paid, [1_750]]);
  expect(desk.letters(payee)).toEqual([PAID]);
}

describe('a payout to a phone', () => {
  it.each([1, 2001, 'SFC_IC0003'])(
    'that M-Pesa ends with %s has failed: the money is theirs, and they are told',
    async (endsIn) => {
      const payee = await desk.mpesaPayee();
      mpesa().nextRequest('b2c', { endsIn });
      const { id, status } = expectStatus(201, await desk.payOut(payee, KES));
      expect(status).toBe('IN_TRANSIT');
      await school.quiet();
      const failed = { id, status: 'FAILED', failureReason: `mpesa_${endsIn}`, externalId: null };
      expect(await desk.payout(payee)).toMatchObject(failed);
      expect([await desk.standing(payee), desk.sentTo(payee.account)]).toEqual([theirs, []]);
      expect(desk.letters(payee)).toEqual([FAILED]);
      // Asked for anew it is another.
      expectStatus(201, await desk.payOut(payee, KES));
      await school.quiet();
      expect([await desk.standing(payee), desk.sentTo(payee.account)]).toEqual([paid, [1_750]]);
    },
  );

  it('that M-Pesa refuses at once has failed', async () => {
    const payee = await desk.mpesaPayee();
    mpesa().intercept({ path: PAYOUT }, answerWith(400, { errorCode: '400.002.02', errorMessage: 'Invalid PartyB' }));
    const failed = { status: 'FAILED', failureReason: '400.002.02' };
    expect(expectStatus(201, await desk.payOut(payee, KES))).toMatchObject(failed);
    expect([await desk.standing(payee), desk.sentTo(payee.account)]).toEqual([theirs, []]);
  });

  it.each(['silence', 'timeout'])('of which nothing comes but %s: the records are asked', async (endsIn) => {
    const payee = await desk.mpesaPayee();
    mpesa().nextRequest('b2c', { endsIn });
    expectStatus(201, await desk.payOut(payee, KES));
    expect(await desk.standing(payee)).toEqual(onTheWay);
    for (let time = 0; time < 3; time += 1) await desk.later(65);
    await expectPaidOnce(payee);
    expect(callsTo(payee.account)).toBe(1);
  });

  it('that M-Pesa gave up without a word, and never did, stays on its way: nobody says that it failed', async () => {
    const payee = await desk.mpesaPayee();
    mpesa().nextRequest('b2c', { endsIn: 'silence', done: false });
    expectStatus(201, await desk.payOut(payee, KES));
    for (let time = 0; time < 4; time += 1) await desk.later(3_700);
    expect([await desk.standing(payee), desk.sentTo(payee.account), callsTo(payee.account)]).toEqual([onTheWay, [], 1]);
  });

  it('whose answer was lost is sent once', async () => {
    const payee = await desk.mpesaPayee();
    mpesa().callbacks.pause();
    mpesa().intercept({ path: PAYOUT, times: 2 }, cutConnection('after'));
    expect(expectStatus(201, await desk.payOut(payee, KES)).status).toBe('IN_TRANSIT');
    mpesa().callbacks.resume();
    await expectPaidOnce(payee);
  });

  it('while M-Pesa is out of reach is on its way, and goes on by itself', async () => {
    const payee = await desk.mpesaPayee();
    mpesa().intercept({ path: PAYOUT, times: Infinity }, cutConnection('before'));
    expect(expectStatus(201, await desk.payOut(payee, KES)).status).toBe('IN_TRANSIT');
    for (let time = 0; time < 2; time += 1) await desk.later(100);
    expect([await desk.standing(payee), desk.sentTo(payee.account)]).toEqual([onTheWay, []]);
    mpesa().calmApi();
    await expectPaidOnce(payee);
  });

  it('is not done because somebody says so, nor failed', async () => {
    const payee = await desk.mpesaPayee();
    mpesa().callbacks.pause();
    const { id } = expectStatus(201, await desk.payOut(payee, KES));
    const forger = new MpesaDesk(school);
    const address = await forger.addressOf('DISBURSEMENT', id);
    for (const code of [0, 2001])
      expect((await forger.post(address, resultOf({ handle: 'AG_1', origin: 'another' }, { code }))).status).toBe(400);
    await school.settle();
    expect(await desk.standing(payee)).toEqual(onTheWay);
    mpesa().callbacks.resume();
    await expectPaidOnce(payee);
  });
});

describe('another phone', () => {
  it('does not get what is on its way already', async () => {
    const [payee, other] = [await desk.mpesaPayee(), freshPhone()];
    const calm = mpesa().intercept({ path: PAYOUT, times: Infinity }, cutConnection('before'));
    expectStatus(201, await desk.payOut(payee, KES));
    expectStatus(200, await desk.setAccount(payee, { provider: 'MPESA', phone: other }));
    calm();
    await desk.later(100);
    expect([desk.sentTo(payee.account), desk.sentTo(other)]).toEqual([[1_750], []]);
  });

  it('does not get what an admin approves later', async () => {
    const [payee, other] = [await desk.mpesaPayee(500_000), freshPhone()];
    const { id, status } = expectStatus(201, await desk.payOut(payee, KES));
    expectStatus(200, await desk.setAccount(payee, { provider: 'MPESA', phone: other }));
    expectStatus(200, await desk.decide(id, await person(school, 'ADMIN')));
    await school.quiet();
    expect([status, desk.sentTo(payee.account), desk.sentTo(other)]).toEqual(['REQUESTED', [3_500], []]);
  });
});
