import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { type Payee, PayoutDesk } from './support/payout-desk.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* Strangers and bad input: what is refused has changed nothing. */

let school: School;
let desk: PayoutDesk;
let payee: Payee;
let kenyan: Payee;
beforeAll(async () => {
  school = await openSchool({
    ...{ ROLE: 'api', JWT_EXPIRES_IN: '86400', PAYOUT_APPROVAL_ABOVE: 'USD:1000,KES:100000' },
    PAYOUT_MINIMUMS: 'USD:50,KES:1000',
  });
  desk = new PayoutDesk(school);
  payee = await desk.stripePayee();
  kenyan = await desk.mpesaPayee();
}, 60_000);
afterAll(() => school.close());
endQuietly(() => school);

const untouched = { available: 7_000, inTransit: 0, paidOut: 0 };

/** All that a request here could change. */
async function everything(): Promise<unknown> {
  const tables = [
    'payouts',
    'payout_accounts',
    'ledger_entries',
    'ledger_accounts',
    'audit_records',
    'outbox_messages',
  ];
  const sums = tables.map(
    (name) => `(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM ${name} t) AS ${name}`,
  );
  return (await school.sql(`SELECT ${sums.join(', ')}`))[0];
}

async function refusal(who: Person, body: object): Promise<string> {
  const before = await everything();
  const { status, body: problem } = await desk.payOut(who, body);
  expect(await everything()).toEqual(before);
  return `${status} ${problem.code}`;
}

describe('refused, with nothing changed', () => {
  it.each([
    [{ amount: 0 }, '400 VALIDATION_FAILED'],
    [{ amount: -5_000 }, '400 VALIDATION_FAILED'],
    [{ amount: 5_000.5 }, '400 VALIDATION_FAILED'],
    [{ amount: '5000' }, '400 VALIDATION_FAILED'],
    [{ amount: 2 ** 53 }, '400 VALIDATION_FAILED'],
    [{ amount: Number.MAX_SAFE_INTEGER }, '400 INSUFFICIENT_EARNINGS'],
    [{ amount: 7_001 }, '400 INSUFFICIENT_EARNINGS'],
    [{ amount: 4_999 }, '400 PAYOUT_TOO_SMALL'],
    [{ currency: 'XXQ' }, '400 VALIDATION_FAILED'],
    [{ currency: undefined }, '400 VALIDATION_FAILED'],
    [{ provider: 'BANK' }, '400 VALIDATION_FAILED'],
    [{ provider: 'PAYMOB' }, '409 NO_PAYOUT_ACCOUNT'],
    [{ provider: 'MPESA' }, '409 NO_PAYOUT_ACCOUNT'],
    [{ instructorId: 7 }, '400 VALIDATION_FAILED'],
    [{ requestedBy: 'system' }, '400 VALIDATION_FAILED'],
    [{ destination: 'acct_other' }, '400 VALIDATION_FAILED'],
  ])('dollars, %j: %s', async (changes, told) => {
    expect(await refusal(payee, { currency: 'USD', amount: 6_000, ...changes })).toBe(told);
  });

  it.each([
    [{ amount: 150_050 }, '400 PAYOUT_TOO_SMALL'],
    [{ amount: 99_900 }, '400 PAYOUT_TOO_SMALL'],
    [{ amount: 175_100 }, '400 INSUFFICIENT_EARNINGS'],
    [{ currency: 'USD', amount: 5_000 }, '409 NO_PAYOUT_ACCOUNT'],
  ])('shillings to a phone, %j: %s', async (changes, told) => {
    expect(await refusal(kenyan, { currency: 'KES', ...changes })).toBe(told);
  });

  it('for somebody else, unless an admin asks; and nobody gets what is not there', async () => {
    const [other, unknown] = [await person(school, 'INSTRUCTOR'), `${payee.id.slice(0, -3)}000`];
    const whose = { currency: 'USD', instructorId: payee.id };
    expect(await refusal(other, whose)).toBe('403 FORBIDDEN');
    expect(await refusal(school.student, whose)).toBe('403 FORBIDDEN');
    expect(await refusal(school.student, { currency: 'USD' })).toBe('403 FORBIDDEN');
    expect(await refusal(school.admin, { currency: 'USD', instructorId: unknown })).toBe('404 NOT_FOUND');
    expect(await refusal(school.admin, { currency: 'USD', instructorId: other.id })).toBe('409 NO_PAYOUT_ACCOUNT');
    expect(await refusal({ ...other, token: '' }, whose)).toBe('401 UNAUTHENTICATED');
  });
});

describe('another instructor’s', () => {
  it.each(['', '/statement'])('earnings%s are not found; a student has none; an admin sees them', async (what) => {
    const other = await person(school, 'INSTRUCTOR');
    const path = `/finance/earnings${what}?currency=USD&instructorId=${payee.id}`.replace(
      what ? '' : 'currency=USD&',
      '',
    );
    const as = async ({ token }: Person) => (await school.get(path, token)).status;
    expect([await as(other), await as(school.student), await as(payee), await as(school.admin)]).toEqual([
      404, 403, 200, 200,
    ]);
    expect((await school.get(path)).status).toBe(401);
  });

  it('payouts are not listed, whatever is asked for', async () => {
    const [owner, other] = [await desk.stripePayee(), await person(school, 'INSTRUCTOR')];
    const { id } = expectStatus(201, await desk.payOut(owner));
    const listed = async (query: string, { token }: Person) => {
      const answer = await school.get<{ data: { id: string }[] }>(`/finance/payouts?limit=100${query}`, token);
      return expectStatus(200, answer).data.map((payout) => payout.id);
    };
    expect(await listed(`&instructorId=${owner.id}`, other)).toEqual([]);
    expect(await listed('', other)).toEqual([]);
    expect(await listed('', owner)).toEqual([id]);
    expect(await listed(`&instructorId=${owner.id}&status=PAID`, school.admin)).toEqual([id]);
    expect(await listed(`&instructorId=${other.id}`, school.admin)).toEqual([]);
    expect((await school.get('/finance/payouts', school.student.token)).status).toBe(403);
    expect((await school.get('/finance/payouts?status=LOST', owner.token)).status).toBe(400);
  });

  it.each(['x', 'ent_short:1', "ent_01m80791khfesbdsyatmpm75w1:1' OR true", 'ent_01m80791khfesbdsyatmpm75w1:1234'])(
    'statement is not to be had by the cursor %s',
    async (cursor) => {
      const path = `/finance/earnings/statement?currency=USD&cursor=${encodeURIComponent(cursor)}`;
      expect((await school.get(path, payee.token)).body).toMatchObject({ code: 'VALIDATION_FAILED' });
    },
  );
});

describe('an Idempotency-Key', () => {
  it('gives the same answer again, and none to another body', async () => {
    const one = await desk.stripePayee(20_000);
    const first = expectStatus(201, await desk.payOut(one, { currency: 'USD', amount: 6_000 }, 'key'));
    const again = await desk.payOut(one, { amount: 6_000, currency: 'USD' }, 'key');
    expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([201, 'true', first]);
    const other = await desk.payOut(one, { currency: 'USD', amount: 6_001 }, 'key');
    expect(other.body).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    expect(desk.transfersTo(one.account)).toEqual([[6_000, 0]]);
    expect(await desk.standing(one)).toEqual({ available: 8_000, inTransit: 0, paidOut: 6_000 });
  });

  it('of somebody else is another; ten at once with one are one', async () => {
    const [one, two] = await desk.stripePayees(2);
    const asked = (who: Person) => Array.from({ length: 5 }, () => desk.payOut(who, { currency: 'USD' }, 'shared'));
    const answers = await Promise.all([one!, two!].flatMap(asked));
    expect(new Set(answers.map((answer) => expectStatus(201, answer).id)).size).toBe(2);
    expect([one!, two!].map(({ account }) => desk.transfersTo(account))).toEqual([[[7_000, 0]], [[7_000, 0]]]);
  });
});

it('the least that is paid out is the minimum of the settings, and it leaves the rest', async () => {
  expectStatus(201, await desk.payOut(payee, { currency: 'USD', amount: 5_000 }));
  expect(await desk.standing(payee)).toEqual({ ...untouched, available: 2_000, paidOut: 5_000 });
  expect(await refusal(payee, { currency: 'USD' })).toBe('400 PAYOUT_TOO_SMALL');
  expectStatus(201, await desk.payOut(kenyan, { currency: 'KES', amount: 100_000 }));
  await school.quiet();
  expect(await desk.standing(kenyan)).toEqual({ available: 75_000, inTransit: 0, paidOut: 100_000 });
  expect(desk.sentTo(kenyan.account)).toEqual([1_000]);
});
