import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './support/giving-back.js';
import { keepBooks } from './support/keep-books.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { gone, partly } from './support/standings.js';

/* Refunds asked for more than once, by the same key or by many at once. */

let school: School;
let desk: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new Desk(school);
});
afterAll(() => school.close());
keepBooks(() => school);

describe('one Idempotency-Key', () => {
  it('is one refund, answered again in the same words', async () => {
    const sale = await desk.buy();
    const first = await desk.refund(sale, { amount: 1000 }, { key: 'once' });
    const again = await desk.refund(sale, { amount: 1000 }, { key: 'once' });
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await desk.refund(sale, { amount: 1001 }, { key: 'once' })).toMatchObject({ status: 422 });
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 1000]]);
    // The same words without a key are another refund, and so is another payment under the same key.
    await desk.refunded(sale, { amount: 1000 });
    const other = await desk.buy();
    for (const { paymentId } of [sale, other]) {
      const body = { amount: 500, reason: 'half of it' };
      const headers = { 'idempotency-key': 'in the path' };
      const path = `/finance/payments/${paymentId}/refund`;
      expect((await school.post(path, body, school.admin.token, headers)).body).toMatchObject({ paymentId });
    }
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 2500 });
    expect(await desk.standing(other)).toEqual({ ...partly, refunded: 500 });
  });

  it('is one refund for twenty requests at once; and a refusal is kept too', async () => {
    const sale = await desk.buy();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => desk.refund(sale, { amount: 1000 }, { key: 'all at once' })),
    );
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1);
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 1000]]);
    for (let turn = 0; turn < 2; turn += 1)
      expect((await desk.refund(sale, { amount: 9001 }, { key: 'too much' })).body.code).toBe('REFUND_TOO_MUCH');
  });

  it('is of one person: two admins may use the same', async () => {
    const sale = await desk.buy();
    const who = await person(school, 'ADMIN');
    await desk.refund(sale, { amount: 1000 }, { key: 'mine' });
    await desk.refund(sale, { amount: 1000 }, { key: 'mine', who });
    expect(await desk.standing(sale)).toEqual({ ...partly, refunded: 2000 });
  });
});

describe('many at once', () => {
  it('two admins for more than is left: one is refused, and has changed nothing', async () => {
    const sale = await desk.buy();
    const other = await person(school, 'ADMIN');
    const moved = await desk.moved(async () => {
      const answers = await Promise.all([
        desk.refund(sale, { amount: 6000 }),
        desk.refund(sale, { amount: 6000 }, { who: other }),
      ]);
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 400]);
      expect(answers.find(({ status }) => status === 400)!.body.code).toBe('REFUND_TOO_MUCH');
    });
    expect(moved).toEqual({
      'asset:provider:stripe USD': -6000,
      'liability:earnings-pending:instructor USD': -4200,
      'revenue:courses USD': -1800,
    });
    expect(await desk.refunds(sale)).toEqual([['SUCCEEDED', 6000]]);
    expect(
      school.sandbox.stripe.account.store.refunds.filter((one) => one.payment_intent === sale.intent),
    ).toHaveLength(1);
  });

  it.each([undefined, 'WALLET'] as const)('20 of a tenth: 10 are given (%s)', async (destination) => {
    const sale = await desk.buy({ country: 'DE' });
    const moved = await desk.moved(async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => desk.refund(sale, { amount: 1190, destination })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([
        ...Array<number>(10).fill(200),
        ...Array<number>(10).fill(409),
      ]);
    });
    expect(moved).toEqual({
      ...(destination ? { 'liability:wallet:buyer USD': 11_900 } : { 'asset:provider:stripe USD': -11_900 }),
      'liability:tax:de USD': -1900,
      'liability:earnings-pending:instructor USD': -7000,
      'revenue:courses USD': -3000,
    });
    expect(await desk.standing(sale)).toEqual({ ...gone, refunded: 11_900 });
  });
});
