import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EarningsDto } from '../src/finance/earnings/earnings.dto.js';
import type { PayoutDto } from '../src/finance/payouts/payouts.dto.js';
import { Desk, type Refusal } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, publishedCourse, type School } from './support/school.js';

const DAY = 86_400;
let school: School;
let desk: Desk;

beforeAll(async () => {
  school = await openSchool({ PAYOUT_APPROVAL_ABOVE: 'USD:100,KES:100000' });
  desk = new Desk(school);
});

afterAll(() => school.close());

endQuietly(() => school);

const stripe = () => school.sandbox.stripe;

async function instructorWithSale(price = 10_000, currency = 'USD'): Promise<Person> {
  const instructor = await person(school, 'INSTRUCTOR');
  const { id: courseId } = await publishedCourse(school, instructor, { price, currency });
  await desk.buy({ courseId, card: '4000000000000077' });
  return instructor;
}

async function released(): Promise<void> {
  await school.clock.at(school.clock.in(14 * DAY + 60), () => school.quiet());
}

async function earnings({ token }: Person): Promise<EarningsDto> {
  return expectStatus(200, await school.get<EarningsDto>('/finance/earnings', token));
}

const payOut = (who: Person, body: object = { currency: 'USD' }, headers?: Record<string, string>) =>
  school.post<PayoutDto & Refusal>('/finance/payouts', body, who.token, headers);

/** An account at Stripe that can be paid. */
async function onboarded(instructor: Person): Promise<string> {
  const answer = await school.request<{ externalId: string; redirectUrl: string; ready: boolean }>(
    'PUT',
    '/finance/payout-account',
    {
      body: { provider: 'STRIPE', country: 'US' },
      token: instructor.token,
    },
  );
  const { externalId, redirectUrl, ready } = expectStatus(200, answer);
  expect([ready, redirectUrl]).toEqual([false, expect.stringMatching(/^http/)]);
  stripe().connect.onboard(externalId);
  await school.quiet();
  return externalId;
}

describe('a payout', () => {
  it('goes from the sale over its hold period to the instructor, and back into the books when it is reversed', async () => {
    const instructor = await instructorWithSale();
    expect((await earnings(instructor)).currencies).toMatchObject([{ currency: 'USD', pending: 7_000, available: 0 }]);
    expect((await payOut(instructor)).body).toMatchObject({ status: 409, code: 'NO_PAYOUT_ACCOUNT' });
    await onboarded(instructor);
    expect((await payOut(instructor)).body).toMatchObject({ status: 400, code: 'PAYOUT_TOO_SMALL' });
    await released();
    stripe().balance.makeAvailable();
    const payout = expectStatus(201, await payOut(instructor));
    expect(payout).toMatchObject({ status: 'PAID', amount: 7_000, externalId: expect.stringMatching(/^tr_/) });
    expect((await earnings(instructor)).currencies).toEqual([
      { currency: 'USD', pending: 0, available: 0, inTransit: 0, paidOut: 7_000, owed: 0, nextReleaseAt: null },
    ]);
    stripe().connect.reverse(payout.externalId!);
    await school.quiet();
    expect((await earnings(instructor)).currencies).toMatchObject([{ available: 7_000, paidOut: 0 }]);
  });

  it('above the limit waits for a second admin, who lets it go or not', async () => {
    const instructor = await instructorWithSale(20_000);
    await onboarded(instructor);
    await released();
    stripe().balance.makeAvailable();
    const { id, status } = expectStatus(
      201,
      await payOut(school.admin, { currency: 'USD', instructorId: instructor.id }),
    );
    expect(status).toBe('REQUESTED');
    const decide = (who: Person, body: object = {}) =>
      school.post<PayoutDto & Refusal>(`/finance/payouts/${id}/approve`, body, who.token);
    expect((await decide(school.admin)).body).toMatchObject({ status: 403, code: 'SECOND_ADMIN_NEEDED' });
    expect((await decide(instructor)).status).toBe(403);
    const second = await person(school, 'ADMIN');
    expect(expectStatus(200, await decide(second)).status).toBe('PAID');
    expect(expectStatus(200, await decide(second)).status).toBe('PAID');
    expect((await decide(second, { approve: false })).body).toMatchObject({ code: 'INVALID_TRANSITION' });
  });

  it('asked for twice at once is paid once', async () => {
    const instructor = await instructorWithSale();
    await onboarded(instructor);
    await released();
    stripe().balance.makeAvailable();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => payOut(instructor, { currency: 'USD', amount: 7_000 })),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await earnings(instructor)).currencies).toMatchObject([{ available: 0, paidOut: 7_000 }]);
  });

  it('waits while what was collected is not available at Stripe yet', async () => {
    const instructor = await instructorWithSale();
    await onboarded(instructor);
    await released();
    const transfer = stripe().intercept({ method: 'POST', path: '/v1/transfers' }, () => ({
      status: 400,
      body: {
        error: {
          type: 'invalid_request_error',
          code: 'balance_insufficient',
          message: 'You have insufficient available funds.',
        },
      },
    }));
    const payout = expectStatus(201, await payOut(instructor));
    expect(payout.status).toBe('IN_TRANSIT');
    transfer();
    stripe().balance.makeAvailable();
    school.clock.advance(60);
    await school.quiet();
    expect((await earnings(instructor)).currencies).toMatchObject([{ available: 0, inTransit: 0, paidOut: 7_000 }]);
  });

  it('to a phone is told of later', async () => {
    const instructor = await person(school, 'INSTRUCTOR');
    const { id: courseId } = await publishedCourse(school, instructor, { price: 250_000, currency: 'KES' });
    await desk.buy({ courseId });
    await released();
    const body = { provider: 'MPESA', phone: '0712 345 678' };
    const account = await school.request('PUT', '/finance/payout-account', { body, token: instructor.token });
    expect(account.body).toMatchObject({ externalId: '254712345678', ready: true, redirectUrl: null });
    const payout = expectStatus(201, await payOut(instructor, { currency: 'KES' }));
    expect(payout).toMatchObject({ amount: 175_000, provider: 'MPESA' });
    await school.quiet();
    expect((await earnings(instructor)).currencies).toMatchObject([
      { currency: 'KES', available: 0, paidOut: 175_000 },
    ]);
    expect(school.sandbox.mpesa.disbursements().at(-1)).toMatchObject({ amount: 1_750, status: 'done' });
  });
});

it('what was paid out and refunded later is owed, and recovered from the next sale', async () => {
  const instructor = await person(school, 'INSTRUCTOR');
  const { id: courseId } = await publishedCourse(school, instructor, { price: 10_000, currency: 'USD' });
  const sale = await desk.buy({ courseId, card: '4000000000000077' });
  await onboarded(instructor);
  await released();
  stripe().balance.makeAvailable();
  expectStatus(201, await payOut(instructor));
  await desk.refund(sale);
  await school.quiet();
  expect((await earnings(instructor)).currencies).toMatchObject([{ available: 0, owed: 7_000 }]);
  expect((await payOut(instructor)).body).toMatchObject({ code: 'PAYEE_OWES' });
  await desk.buy({ courseId });
  await released();
  expect((await earnings(instructor)).currencies).toMatchObject([{ pending: 0, available: 0, owed: 0 }]);
  const statement = await school.get<{ data: { kind: string; account: string; amount: number }[] }>(
    '/finance/earnings/statement?currency=USD',
    instructor.token,
  );
  expect(statement.body.data.map(({ kind, account, amount }) => `${kind} ${account} ${amount}`)).toEqual([
    'receivable.settled OWED 7000',
    'receivable.settled AVAILABLE -7000',
    'earnings.released AVAILABLE 7000',
    'earnings.released PENDING -7000',
    'course.sold PENDING 7000',
    'refund.asked OWED -7000',
    'payout.started AVAILABLE -7000',
    'earnings.released AVAILABLE 7000',
    'earnings.released PENDING -7000',
    'course.sold PENDING 7000',
  ]);
});
