import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LicenseDto } from '../src/licensing/licenses/licenses.dto.js';
import { winOnAppeal } from './support/dispute-desk.js';
import { DISPUTED, type Sale, SLOW_REFUNDS } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { type Customer, LicenseDesk } from './support/license-desk.js';
import { permutations } from './support/permutations.js';
import { expectStatus, told } from './support/school.js';

/* The money of licences that goes back, is disputed, or comes again, and what an admin does: in whatever order. */

let desk: LicenseDesk;
let customer: Customer;
beforeAll(async () => {
  desk = await LicenseDesk.open({ ROLE: 'api' });
  customer = await desk.customer('DE');
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const PROVIDER = 'asset:provider:stripe USD';
const DEFERRED = 'liability:deferred:licences USD';
const REVENUE = 'revenue:licences USD';
const TAX = 'liability:tax:de USD';
const stripe = () => desk.school.sandbox.stripe;

/** 178.50 for a month, 28.50 of it tax. */
async function sold(card?: string): Promise<{ license: LicenseDto; sale: Sale }> {
  const license = await desk.created(customer);
  const sale = await desk.bought(license, customer.admin, card);
  await desk.activate(license);
  return { license, sale };
}

/** The same, and renewed for another month. */
async function soldTwice(): Promise<{ license: LicenseDto; sales: [Sale, Sale] }> {
  const { license, sale } = await sold();
  await desk.renewed(license, { months: 1 });
  return { license, sales: [sale, await desk.bought(license, customer.admin)] };
}

const month = '2027-02-10';
const twoMonths = '2027-03-10';

describe('a refund', () => {
  it('of a part takes it out of tax and of what is not earned, and of all of it the term too', async () => {
    const { license, sale } = await sold();
    expect(await desk.money.moved(() => desk.money.refunded(sale, { amount: 5950 }))).toEqual({
      ...{ [PROVIDER]: -5950, [TAX]: -950, [DEFERRED]: -5000 },
    });
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'PAID']);
    expect((await desk.deferrals(license))[0]!.slice(2)).toEqual([10_000, 0]);
    expect(await desk.money.moved(() => desk.money.refunded(sale))).toEqual({
      ...{ [PROVIDER]: -11_900, [TAX]: -1900, [DEFERRED]: -10_000 },
    });
    expect(await desk.standing(license)).toEqual(['PENDING', null, 'RETURNED']);
    // It is sold again, from now.
    await desk.renewed(license, { months: 1 });
    await desk.bought(license, customer.admin);
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'RETURNED', 'PAID']);
  });

  it('that fails gives the time back', async () => {
    const { license, sale } = await sold(SLOW_REFUNDS);
    expectStatus(200, await desk.money.refund(sale));
    const [refund] = stripe().account.store.refunds.filter((one) => one.payment_intent === sale.intent);
    stripe().finishRefund(refund!.id);
    await desk.money.quiet();
    expect(await desk.standing(license)).toEqual(['PENDING', null, 'RETURNED']);
    const moved = await desk.money.moved(() => stripe().failRefund(refund!.id));
    expect(moved).toEqual({ [PROVIDER]: 17_850, [TAX]: 2850, [DEFERRED]: 15_000 });
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'PAID']);
  });

  it.each([
    [
      'the first, then the renewal',
      [0, 1],
      [
        // What was paid for has not begun.
        ['PENDING', null, 'RETURNED', 'PAID'],
        ['PENDING', null, 'RETURNED', 'RETURNED'],
      ],
    ],
    [
      'the renewal, then the first',
      [1, 0],
      [
        ['ACTIVE', month, 'PAID', 'RETURNED'],
        ['PENDING', null, 'RETURNED', 'RETURNED'],
      ],
    ],
  ])('of two terms: %s', async (_, order, after) => {
    const { license, sales } = await soldTwice();
    expect(await desk.standing(license)).toEqual(['ACTIVE', twoMonths, 'PAID', 'PAID']);
    for (const [turn, which] of order.entries()) {
      await desk.money.refunded(sales[which]!);
      expect(await desk.standing(license)).toEqual(after[turn]);
    }
  });

  it('of a renewal leaves everybody the seat that they have', async () => {
    const { license } = await sold();
    await desk.renewed(license, { months: 1, seats: 20 });
    const sale = await desk.bought(license, customer.admin);
    await desk.takeSeats(license, 15);
    await desk.money.refunded(sale);
    expect(await desk.one(license)).toMatchObject({ seats: 15, seatsTaken: 15 });
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'PAID', 'RETURNED']);
  });
});

describe('a dispute', () => {
  it('suspends the licence until it is won', async () => {
    const { license, sale } = await sold();
    await desk.takeSeats(license, 1);
    const { id } = stripe().dispute(sale.intent);
    await desk.money.quiet();
    expect(await desk.standing(license)).toEqual(['SUSPENDED', month, 'PAID']);
    expect(await seatsOpen(license)).toEqual([false]);
    expect(told(await desk.act(license, 'resume'))).toBe('NOT_IN_THIS_STATUS');
    stripe().winDispute(id);
    await desk.money.quiet();
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'PAID']);
    expect(await seatsOpen(license)).toEqual([true]);
  });

  it('that is lost takes the term, and on appeal gives it back', async () => {
    const { license, sale } = await sold();
    const { id } = stripe().dispute(sale.intent);
    await desk.money.quiet();
    const lost = await desk.money.moved(() => stripe().loseDispute(id));
    expect(lost).toEqual({ 'asset:disputed USD': -17_850, [TAX]: -2850, [DEFERRED]: -15_000 });
    expect(await desk.standing(license)).toEqual(['PENDING', null, 'RETURNED']);
    const won = await desk.money.moved(() => winOnAppeal(desk.school, id));
    expect(won).toMatchObject({ [TAX]: 2850, [DEFERRED]: 15_000 });
    expect(await desk.standing(license)).toEqual(['ACTIVE', month, 'PAID']);
  });

  it('that is heard of before the payment suspends what that gives', async () => {
    const license = await desk.created(customer);
    await desk.bought(license, customer.admin, DISPUTED);
    await desk.activate(license);
    expect(await desk.standing(license)).toEqual(['SUSPENDED', month, 'PAID']);
  });

  it('and another, and an admin suspend it each by itself, whichever ends first', async () => {
    for (const order of permutations(['first', 'second', 'admin'])) {
      const { license, sales } = await soldTwice();
      const [first, second] = sales.map(({ intent }) => stripe().dispute(intent).id) as [string, string];
      await desk.done(license, 'suspend', { reason: 'asked' });
      await desk.money.quiet();
      const ends: Record<string, () => unknown> = {
        first: () => stripe().winDispute(first),
        second: () => stripe().winDispute(second),
        admin: () => desk.done(license, 'resume'),
      };
      const seen: string[] = [];
      for (const one of order) {
        await ends[one]!();
        await desk.money.quiet();
        seen.push((await desk.one(license)).status);
      }
      expect([order, seen]).toEqual([order, ['SUSPENDED', 'SUSPENDED', 'ACTIVE']]);
    }
  });
});

describe('an admin', () => {
  it('suspends and resumes, and again is harmless', async () => {
    const { license } = await sold();
    expect(told(await desk.act(license, 'resume'))).toBe('NOT_IN_THIS_STATUS');
    expect(told(await desk.act(license, 'suspend'))).toBe('VALIDATION_FAILED');
    expect(await desk.done(license, 'suspend', { reason: 'late' })).toMatchObject({
      ...{ status: 'SUSPENDED', suspendReason: 'late' },
    });
    expect((await desk.done(license, 'suspend', { reason: 'other' })).suspendReason).toBe('late');
    // What is paid meanwhile counts, and does not resume it.
    await desk.renewed(license, { months: 1 });
    await desk.bought(license, customer.admin);
    expect(await desk.standing(license)).toEqual(['SUSPENDED', twoMonths, 'PAID', 'PAID']);
    expect(await desk.done(license, 'resume')).toMatchObject({ status: 'ACTIVE', suspendReason: null });
    expect(told(await desk.act(license, 'resume'))).toBe('NOT_IN_THIS_STATUS');
    expect(await desk.audited(license)).toEqual([
      ...['license.created', 'license.suspended', 'license.renewed', 'license.resumed'],
    ]);
    const nobodys = { id: 'lic_none' };
    expect((await desk.act(nobodys, 'suspend', { reason: 'x' })).status).toBe(404);
    expect((await desk.act(nobodys, 'resume')).status).toBe(404);
    expect((await desk.act(nobodys, 'revoke', { reason: 'x' })).status).toBe(404);
    expect((await desk.act(nobodys, 'renew', { months: 1 })).status).toBe(404);
  });

  it('revokes for good: what is to be paid is not, what was paid is earned, and still goes back by a refund', async () => {
    const { license, sale } = await sold();
    await desk.renewed(license, { months: 1 });
    const late = await desk.begun(license, customer.admin);
    expect(told(await desk.act(license, 'revoke'))).toBe('VALIDATION_FAILED');
    expect(await desk.done(license, 'revoke', { reason: 'sold on' })).toMatchObject({
      ...{ status: 'REVOKED', revokeReason: 'sold on', terms: [{ status: 'PAID' }, { status: 'WITHDRAWN' }] },
    });
    expect((await desk.done(license, 'revoke', { reason: 'again' })).revokeReason).toBe('sold on');
    desk.money.pay(late);
    await desk.money.quiet();
    expect(await desk.money.refunds(late)).toEqual([['SUCCEEDED', 17_850]]);
    const before = await desk.everything();
    expect(told(await desk.markPaid(license))).toBe('NOT_IN_THIS_STATUS');
    expect(told(await desk.begin(license, customer.admin))).toBe('NOT_IN_THIS_STATUS');
    expect(told(await desk.act(license, 'renew', { months: 1 }))).toBe('NOT_IN_THIS_STATUS');
    expect(told(await desk.act(license, 'suspend', { reason: 'x' }))).toBe('NOT_IN_THIS_STATUS');
    expect(told(await desk.act(license, 'resume'))).toBe('NOT_IN_THIS_STATUS');
    expect(await desk.everything()).toEqual(before);
    expect((await desk.deferrals(license))[0]!.slice(1)).toEqual(['2027-01-10', 15_000, 0]);
    await desk.money.refunded(sale, { amount: 5950 });
    await desk.days(1);
    expect((await desk.deferrals(license))[0]!.slice(2)).toEqual([10_000, 10_000]);
    const all = await desk.money.moved(() => desk.money.refunded(sale));
    expect(all).toEqual({ [PROVIDER]: -11_900, [TAX]: -1900, [REVENUE]: -10_000 });
    expect(await desk.standing(license)).toEqual(['REVOKED', null, 'RETURNED', 'WITHDRAWN']);
  });

  it('revokes, while money goes back and comes, many times at once: no order of it loses anything', async () => {
    const { license, sales } = await soldTwice();
    await desk.renewed(license, { months: 1, from: 'NOW' });
    const answers = await Promise.all([
      ...sales.map((sale) => desk.money.refund(sale, { amount: 1000 })),
      desk.markPaid(license),
      desk.act(license, 'revoke', { reason: 'sold on' }),
      ...sales.map((sale) => desk.money.refund(sale, { amount: 2000 })),
      desk.act(license, 'suspend', { reason: 'x' }),
    ]);
    for (const { status } of answers) expect([200, 409]).toContain(status);
    await desk.money.quiet();
    expect((await desk.one(license)).status).toBe('REVOKED');
  });
});

async function seatsOpen({ id }: LicenseDto): Promise<boolean[]> {
  const rows = await desk.school.sql<{ open: boolean }>(
    'SELECT open FROM license_seats WHERE license_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ open }) => open);
}

// Time passes in it: it stays the last.
it('a refund of the time that runs shuts it, until the time after it begins', async () => {
  const { license, sales } = await soldTwice();
  await desk.money.refunded(sales[0]);
  expect(await desk.standing(license)).toEqual(['PENDING', null, 'RETURNED', 'PAID']);
  const [, renewal] = (await desk.one(license)).terms;
  await desk.to(new Date(new Date(renewal!.from!).getTime() - 3_600_000));
  expect(await desk.standing(license)).toEqual(['PENDING', null, 'RETURNED', 'PAID']);
  await desk.to(renewal!.from!);
  expect((await desk.standing(license))[0]).toBe('ACTIVE');
  await desk.to(renewal!.until!);
  expect((await desk.standing(license))[0]).toBe('EXPIRED');
});
