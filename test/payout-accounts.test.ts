import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PATIENCE } from '../src/payments/resilience/patience.js';
import { cutConnection } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { freshPhone } from './support/mpesa-desk.js';
import { brief } from './support/patience.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Where earnings are paid to: one's own account, as the provider says that it is. */

let school: School;
let desk: PayoutDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' }, [[PATIENCE, brief]]);
  desk = new PayoutDesk(school);
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const stripe = () => school.sandbox.stripe;
const instructor = () => person(school, 'INSTRUCTOR');

async function withAccount(): Promise<Payee> {
  const one = await instructor();
  return { ...one, account: await desk.onboarded(one) };
}

const accounts = ({ id }: Person) =>
  school.sql('SELECT provider, external_id AS account, ready, reason FROM payout_accounts WHERE user_id = $1', [id]);
const audited = ({ id }: Person) =>
  school.sql(`SELECT after FROM audit_records WHERE action = 'payout-account.set' AND object_id = $1`, [id]);

describe('an account at Stripe', () => {
  it('is its owner’s: nobody sets that of another, and what Stripe tells of it is told of its owner', async () => {
    const [owner, other] = [await withAccount(), await instructor()];
    for (const field of ['externalId', 'account', 'userId', 'instructorId']) {
      const body = { provider: 'STRIPE', [field]: owner.account };
      expect((await desk.setAccount(other, body)).body).toMatchObject({
        code: 'VALIDATION_FAILED',
        errors: [{ pointer: `#/${field}` }],
      });
    }
    expect(await accounts(other)).toEqual([]);
    const own = await desk.onboarded(other);
    expect(own).not.toBe(owner.account);
    await school.quiet();
    // Whatever its metadata says, which is not what it is known by.
    const { connectedAccounts } = stripe().account.store;
    connectedAccounts.update(owner.account, { metadata: { userId: other.id } });
    stripe().connect.restrict(owner.account);
    await school.quiet();
    expect(await accounts(other)).toEqual([{ provider: 'STRIPE', account: own, ready: true, reason: null }]);
    expect(await accounts(owner)).toMatchObject([{ account: owner.account, ready: false }]);
  });

  it('set by ten at once is one', async () => {
    const one = await instructor();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => desk.setAccount(one, { provider: 'STRIPE', country: 'US' })),
    );
    const ids = new Set(answers.map((answer) => expectStatus(200, answer).externalId));
    expect([ids.size, (await accounts(one)).length]).toEqual([1, 1]);
    expect(stripe().account.store.connectedAccounts.filter(({ metadata }) => metadata.userId === one.id)).toHaveLength(
      1,
    );
  });

  it('is not ready as long as Stripe does not say so, whoever comes back from its page', async () => {
    const one = await instructor();
    const { externalId, redirectUrl } = expectStatus(200, await desk.setAccount(one, { provider: 'STRIPE' }));
    expect(redirectUrl).toMatch(/^http/);
    expect(await accounts(one)).toMatchObject([{ ready: false, reason: 'requirements.past_due' }]);
    stripe().connect.onboard(externalId, { verified: false });
    await school.quiet();
    expect(await accounts(one)).toMatchObject([{ ready: false, reason: 'requirements.pending_verification' }]);
    stripe().connect.onboard(externalId);
    await school.quiet();
    expect(await accounts(one)).toMatchObject([{ ready: true, reason: null }]);
  });

  it('of which old news come after new is as it is', async () => {
    const payee = await withAccount();
    stripe().connect.restrict(payee.account);
    await school.quiet();
    stripe().connect.onboard(payee.account);
    await school.quiet();
    const [stale] = stripe()
      .events()
      .filter(({ type, account, data }) => {
        const { capabilities } = data.object as { capabilities?: { transfers?: string } };
        return type === 'account.updated' && account === payee.account && capabilities?.transfers === 'inactive';
      });
    stripe().emit('account.updated', stale!.data.object, { account: payee.account, created: stale!.created });
    await school.quiet();
    expect(await accounts(payee)).toMatchObject([{ ready: true, reason: null }]);
  });

  it('that has left us is not paid any more, and another may be opened', async () => {
    const payee = await withAccount();
    stripe().connect.deauthorize(payee.account);
    await school.quiet();
    expect(await accounts(payee)).toMatchObject([{ ready: false, reason: 'account_invalid' }]);
    const { externalId, ready } = expectStatus(200, await desk.setAccount(payee, { provider: 'STRIPE' }));
    expect([externalId === payee.account, ready]).toEqual([false, false]);
    stripe().connect.onboard(externalId);
    await school.quiet();
    expect(await accounts(payee)).toMatchObject([{ account: externalId, ready: true }]);
    expect(await audited(payee)).toHaveLength(2);
  });

  it('is not there while Stripe is out of reach; then it is the one that was made unheard', async () => {
    const one = await instructor();
    stripe().intercept({ method: 'POST', path: '/v1/accounts', times: 2 }, cutConnection('after'));
    expect((await desk.setAccount(one, { provider: 'STRIPE', country: 'US' })).status).toBe(502);
    expect([await accounts(one), await audited(one)]).toEqual([[], []]);
    expectStatus(200, await desk.setAccount(one, { provider: 'STRIPE', country: 'US' }));
    expect(stripe().account.store.connectedAccounts.filter(({ metadata }) => metadata.userId === one.id)).toHaveLength(
      1,
    );
  });
});

describe('a phone', () => {
  it.each([
    [{ provider: 'MPESA' }],
    [{ provider: 'MPESA', phone: '+49 170 1234567' }],
    [{ provider: 'MPESA', phone: '12345' }],
    [{ provider: 'PAYMOB' }],
    [{ provider: 'CASH' }],
    [{ provider: 'STRIPE', country: 'us' }],
    [{ provider: 'STRIPE', country: 'USA' }],
    [{}],
  ])('or account that cannot be one: %j', async (body) => {
    const one = await instructor();
    expect((await desk.setAccount(one, body)).status).toBe(400);
    expect([await accounts(one), await audited(one)]).toEqual([[], []]);
  });

  it('is written down as M-Pesa writes it, and its changes are audited', async () => {
    const [one, next] = [await instructor(), freshPhone()];
    for (const phone of ['0712 345 678', '+254712345678', next]) {
      expectStatus(200, await desk.setAccount(one, { provider: 'MPESA', phone }));
    }
    expect(await accounts(one)).toEqual([{ provider: 'MPESA', account: next, ready: true, reason: null }]);
    expect(await audited(one)).toEqual([
      { after: { provider: 'MPESA', externalId: '254712345678' } },
      { after: { provider: 'MPESA', externalId: next } },
    ]);
  });

  it('of students and admins is no account to pay to', async () => {
    for (const who of [school.student, school.admin])
      expect((await desk.setAccount(who, { provider: 'MPESA', phone: freshPhone() })).status).toBe(403);
  });
});
