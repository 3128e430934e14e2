import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { told } from './support/school.js';
import { endQuietly } from './support/keep-books.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Above the limit of the settings a payout waits for an admin other than who asked and who is paid. */

let school: School;
let desk: PayoutDesk;
let second: Person;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'USD:70' });
  desk = new PayoutDesk(school);
  second = await person(school, 'ADMIN');
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const waiting = { available: 0, inTransit: 14_000, paidOut: 0 };
const theirs = { available: 14_000, inTransit: 0, paidOut: 0 };
const paid = { available: 0, inTransit: 0, paidOut: 14_000 };

/** A payout that waits for an admin. */
async function requested(): Promise<{ payee: Payee; id: string }> {
  const payee = await desk.stripePayee(20_000);
  const { id, status } = expectStatus(201, await desk.payOut(payee));
  expect(status).toBe('REQUESTED');
  return { payee, id };
}

const calls = () =>
  school.sandbox.stripe.requests().filter(({ method, path }) => method === 'POST' && path === '/v1/transfers').length;
const audits = (id: string) => school.sql('SELECT action FROM audit_records WHERE object_id = $1 ORDER BY id', [id]);

describe('the limit', () => {
  it('itself is paid at once, a cent more waits, and nothing waits with the provider', async () => {
    const payee = await desk.stripePayee(20_000);
    expect(expectStatus(201, await desk.payOut(payee, { currency: 'USD', amount: 6_999 })).status).toBe('PAID');
    const before = calls();
    expect(expectStatus(201, await desk.payOut(payee, { currency: 'USD', amount: 7_001 })).status).toBe('REQUESTED');
    await desk.later(7_200);
    expect([calls() - before, await desk.standing(payee)]).toEqual([
      0,
      { available: 0, inTransit: 7_001, paidOut: 6_999 },
    ]);
    const other = await desk.stripePayee();
    expect(expectStatus(201, await desk.payOut(other, { currency: 'USD', amount: 7_000 })).status).toBe('PAID');
  });

  it('is nothing in a currency of which the settings do not speak', async () => {
    const payee = await desk.mpesaPayee();
    const { id, status } = expectStatus(201, await desk.payOut(payee, { currency: 'KES', amount: 1_000 }));
    await school.quiet();
    expect([status, desk.sentTo(payee.account)]).toEqual(['REQUESTED', []]);
    expectStatus(200, await desk.decide(id, second));
    await school.quiet();
    expect(desk.sentTo(payee.account)).toEqual([10]);
  });
});

describe('a decision', () => {
  it('is not of who asked for it, nor of who is paid, whatever else they are', async () => {
    const payee = await desk.earner({ price: 20_000, who: await person(school, 'INSTRUCTOR', 'ADMIN') });
    await desk.onboarded(payee);
    const own = expectStatus(201, await desk.payOut(payee, { currency: 'USD', amount: 7_001 }));
    const byAdmin = { currency: 'USD', amount: 6_999, instructorId: payee.id };
    expect(expectStatus(201, await desk.payOut(school.admin, byAdmin)).status).toBe('PAID');
    for (const body of [{ approve: true }, { approve: false }])
      expect((await desk.decide(own.id, payee, body)).body).toMatchObject({ status: 403, code: 'SECOND_ADMIN_NEEDED' });
    const [other, asked] = [await requested(), await desk.stripePayee(20_000)];
    expect((await desk.decide(other.id, other.payee)).status).toBe(403);
    const forOther = { currency: 'USD', instructorId: asked.id };
    const { id } = expectStatus(201, await desk.payOut(school.admin, forOther));
    expect(told(await desk.decide(id, school.admin))).toBe('SECOND_ADMIN_NEEDED');
    // Another admin's it is, even who is an instructor with payouts of their own.
    expect(expectStatus(200, await desk.decide(id, payee)).status).toBe('PAID');
    expect(told(await desk.decide('pyo_none', second))).toBe('NOT_FOUND');
    expect((await desk.decide(own.id, second, { approve: 'maybe' })).status).toBe(400);
    expect(await desk.standing(other.payee)).toEqual(waiting);
  });

  it('by two admins at once is one, with one call', async () => {
    const [{ payee, id }, third] = [await requested(), await person(school, 'ADMIN')];
    const before = calls();
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => desk.decide(id, index % 2 ? second : third)),
    );
    for (const answer of answers) expect(expectStatus(200, answer).status).toMatch(/^(IN_TRANSIT|PAID)$/);
    await desk.later();
    expect([calls() - before, desk.transfersTo(payee.account), await desk.standing(payee)]).toEqual([
      1,
      [[14_000, 0]],
      paid,
    ]);
    expect(await audits(id)).toEqual([{ action: 'payout.requested' }, { action: 'payout.approved' }]);
  });

  it('for and against at once is one of the two, whole', async () => {
    const third = await person(school, 'ADMIN');
    for (let round = 0; round < 4; round += 1) {
      const { payee, id } = await requested();
      const before = calls();
      const [yes, no] = await Promise.all([
        desk.decide(id, second),
        desk.decide(id, third, { approve: false, reason: 'not yet' }),
      ]);
      await desk.later();
      const approved = yes.status === 200;
      expect([told(yes), told(no)].toSorted()).toEqual(['INVALID_TRANSITION', 'done']);
      expect(await desk.payout(payee)).toMatchObject({ status: approved ? 'PAID' : 'REJECTED' });
      expect([calls() - before, await desk.standing(payee)]).toEqual(approved ? [1, paid] : [0, theirs]);
      expect(await audits(id)).toHaveLength(2);
    }
  });

  it('against gives the money back, with its reason, for good', async () => {
    const { payee, id } = await requested();
    await school.quiet();
    const against = { approve: false, reason: 'ask us first' };
    for (let time = 0; time < 2; time += 1) {
      const rejected = { status: 'REJECTED', reason: 'ask us first', decidedBy: second.id, externalId: null };
      expect(expectStatus(200, await desk.decide(id, second, against))).toMatchObject(rejected);
    }
    expect(told(await desk.decide(id, second))).toBe('INVALID_TRANSITION');
    await desk.later(7_200);
    expect([await desk.standing(payee), desk.transfersTo(payee.account)]).toEqual([theirs, []]);
    expect(desk.letters(payee)).toEqual(['A payout of your earnings did not go through: $140.00']);
    expect(desk.letters(second).at(-1)).toMatch(/^A payout waits for you: \$140\.00 to Person \d+$/);
  });
});
