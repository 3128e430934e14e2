import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { answerWith, cutConnection, hold } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { brief } from './support/patience.js';
import { PayoutDesk } from './support/payout-desk.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What may go wrong with a transfer at Stripe: it is made once, and what did not arrive is the instructor's again. */

let school: School;
let desk: PayoutDesk;
let statement: ReconciliationDesk;
beforeAll(async () => {
  const settings = { ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'USD:1000' };
  school = await openSchool(settings, [[PATIENCE, brief]]);
  desk = new PayoutDesk(school);
  statement = new ReconciliationDesk(school);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const TRANSFER = { method: 'POST', path: '/v1/transfers' };
const FIND = { method: 'GET', path: '/v1/transfers' };
const paid = { available: 0, inTransit: 0, paidOut: 7_000 };
const theirs = { available: 7_000, inTransit: 0, paidOut: 0 };
const onTheWay = { available: 0, inTransit: 7_000, paidOut: 0 };

const PAID = 'Your earnings are paid out: $70.00';
const FAILED = 'A payout of your earnings did not go through: $70.00';

const stripe = () => school.sandbox.stripe;
const down = answerWith(503, { error: { type: 'api_error', message: 'Down.' } });
const keys = () => {
  const calls = stripe()
    .requests()
    .filter(({ method, path }) => method === TRANSFER.method && path === TRANSFER.path);
  return new Set(calls.map(({ idempotencyKey }) => idempotencyKey));
};

/** Every event of this kind comes once more, under its own name and under another. */
async function hearAgain(type: string): Promise<void> {
  for (const event of stripe()
    .events()
    .filter((each) => each.type === type)) {
    await stripe().redeliver(event.id);
    stripe().emit(event.type, event.data.object);
  }
  await school.quiet();
}

describe('an answer that was lost', () => {
  it('is found again by the name of the payout, also long after the key of the first try was given up', async () => {
    const payee = await desk.stripePayee();
    const before = keys().size;
    stripe().intercept({ ...TRANSFER, times: 2 }, cutConnection('after'));
    const { id } = expectStatus(201, await desk.payOut(payee));
    expect(await desk.standing(payee)).toEqual(onTheWay);
    // Six more tries learn nothing: neither is it found, nor is it made again.
    const blind = stripe().intercept({ ...FIND, times: Infinity }, down);
    for (let time = 0; time < 6; time += 1) await desk.later(3_600);
    expect(await desk.payout(payee)).toMatchObject({ id, status: 'IN_TRANSIT' });
    blind();
    await desk.later(3_600);
    expect(await desk.payout(payee)).toMatchObject({ id, status: 'PAID', failureReason: null });
    expect([desk.transfersTo(payee.account), keys().size - before]).toEqual([[[7_000, 0]], 1]);
  });

  it('to a call that was not acted on is given under a new key in the end: Stripe repeats what it said to the old', async () => {
    const payee = await desk.stripePayee();
    stripe().intercept(
      { ...TRANSFER, layer: 'endpoint' },
      answerWith(500, { error: { type: 'api_error', message: 'Oh.' } }),
    );
    expectStatus(201, await desk.payOut(payee));
    for (let time = 0; time < 3; time += 1) await desk.later(100);
    expect(await desk.standing(payee)).toEqual(onTheWay);
    await desk.later(100);
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([paid, [[7_000, 0]]]);
  });
});

describe('Stripe', () => {
  it('out of reach lets nobody wait: the payout is on its way, and goes on by itself', async () => {
    const payee = await desk.stripePayee();
    stripe().intercept({ path: /^\/v1\/transfers/, times: Infinity }, cutConnection('before'));
    expect(expectStatus(201, await desk.payOut(payee))).toMatchObject({ status: 'IN_TRANSIT', settledAt: null });
    for (let time = 0; time < 3; time += 1) await desk.later(100);
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([onTheWay, []]);
    stripe().calmApi();
    await desk.later(1_000);
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([paid, [[7_000, 0]]]);
    expect(desk.letters(payee)).toEqual([PAID]);
  });

  it('refuses for good, before we hear why: the money is theirs again, and they are told', async () => {
    const payee = await desk.stripePayee();
    stripe().pauseWebhooks();
    stripe().connect.reject(payee.account);
    const failed = { status: 'FAILED', externalId: null, failureReason: 'insufficient_capabilities_for_transfer' };
    expect(expectStatus(201, await desk.payOut(payee))).toMatchObject(failed);
    expect(await desk.standing(payee)).toEqual(theirs);
    stripe().resumeWebhooks();
    await school.quiet();
    expect(desk.letters(payee)).toEqual([FAILED]);
    expect((await desk.payOut(payee)).body).toMatchObject({ status: 409, code: 'NO_PAYOUT_ACCOUNT' });
    expect(await desk.payouts(payee)).toHaveLength(1);
  });

  it('stops an account: nothing is paid out to it until it is let go on', async () => {
    const payee = await desk.stripePayee();
    stripe().connect.restrict(payee.account, 'under_review');
    await school.quiet();
    expect((await desk.payOut(payee)).body).toMatchObject({ status: 409, code: 'NO_PAYOUT_ACCOUNT' });
    expect([await desk.payouts(payee), desk.transfersTo(payee.account)]).toEqual([[], []]);
    stripe().connect.onboard(payee.account);
    await school.quiet();
    expect(expectStatus(201, await desk.payOut(payee)).status).toBe('PAID');
  });

  it('is left by its owner before we hear of it: the transfer is refused, and the money theirs; then nothing is tried', async () => {
    const payee = await desk.stripePayee();
    stripe().pauseWebhooks();
    stripe().connect.deauthorize(payee.account);
    expect(expectStatus(201, await desk.payOut(payee))).toMatchObject({ status: 'FAILED' });
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([theirs, []]);
    stripe().resumeWebhooks();
    await school.quiet();
    expect((await desk.payOut(payee)).body).toMatchObject({ status: 409, code: 'NO_PAYOUT_ACCOUNT' });
  });
});

describe('a transfer that is taken back', () => {
  it('before we hear that it was made ends as one that failed, whatever is heard when and how often', async () => {
    const payee = await desk.stripePayee();
    const answer = hold('after');
    stripe().intercept(TRANSFER, answer.handler);
    const asked = desk.payOut(payee);
    await answer.arrived;
    const { id } = stripe().account.store.transfers.filter(({ destination }) => destination === payee.account)[0]!;
    stripe().connect.reverse(id);
    await school.quiet();
    expect(await desk.payout(payee)).toMatchObject({ status: 'FAILED', externalId: id });
    answer.release();
    expect(expectStatus(201, await asked)).toMatchObject({ status: 'FAILED', failureReason: 'transfer_reversed' });
    await hearAgain('transfer.reversed');
    await desk.later(1_000);
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([theirs, [[7_000, 7_000]]]);
  });

  it('afterwards has come back, once; then it can be paid out again', async () => {
    const payee = await desk.stripePayee();
    const { externalId } = expectStatus(201, await desk.payOut(payee));
    await school.quiet();
    stripe().connect.reverse(externalId!);
    await school.quiet();
    await hearAgain('transfer.reversed');
    expect(await desk.payout(payee)).toMatchObject({ status: 'RETURNED', failureReason: 'transfer_reversed' });
    expect(await desk.standing(payee)).toEqual(theirs);
    expectStatus(201, await desk.payOut(payee));
    await hearAgain('transfer.reversed');
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([
      paid,
      [
        [7_000, 7_000],
        [7_000, 0],
      ],
    ]);
    expect(desk.letters(payee)).toEqual([PAID, FAILED, PAID]);
  });

  it('in part is still paid, and what came back is found on the statement; in whole it has come back', async () => {
    await statement.run();
    expect(await statement.found()).toEqual([]);
    const payee = await desk.stripePayee();
    const { externalId } = expectStatus(201, await desk.payOut(payee));
    stripe().connect.reverse(externalId!, 3_000);
    await school.quiet();
    expect(await desk.payout(payee)).toMatchObject({ status: 'PAID' });
    expect(await desk.standing(payee)).toEqual(paid);
    await statement.run();
    expect(await statement.found()).toEqual(['MISSING_HERE PAYOUT USD -4000/-7000']);
    stripe().connect.reverse(externalId!, 4_000);
    await school.quiet();
    expect(await desk.payout(payee)).toMatchObject({ status: 'RETURNED' });
    expect(await desk.standing(payee)).toEqual(theirs);
    await statement.run();
    expect([await statement.found(), await statement.totals()]).toEqual([[], { USD: agreed }]);
  });

  it('as a connected account tells it, or of no payout of ours, is none of ours', async () => {
    const payee = await desk.stripePayee();
    const { id, externalId } = expectStatus(201, await desk.payOut(payee));
    const { metadata, ...transfer } = stripe().account.store.transfers.get(externalId!);
    const reversed = { ...transfer, reversed: true, amount_reversed: 7_000 };
    stripe().emit('transfer.reversed', { ...reversed, metadata }, { account: payee.account });
    stripe().emit('transfer.reversed', { ...reversed, metadata: { payoutId: `${id}x` } });
    stripe().emit('transfer.reversed', { ...reversed, metadata: {} });
    await school.quiet();
    expect([await desk.standing(payee), (await desk.payout(payee)).status]).toEqual([paid, 'PAID']);
  });
});
