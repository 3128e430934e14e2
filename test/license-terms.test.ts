import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { LicenseDesk, spansOf } from './support/license-desk.js';
import { expectStatus, told } from './support/school.js';

/*
 * The times that a licence is paid for: from when until when, what is earned of them, and what is told before they end. The tests follow one
 * another in one year: each goes on where the one before it has ended.
 */

let desk: LicenseDesk;
beforeAll(async () => {
  desk = await LicenseDesk.open({ ROLE: 'api' });
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const DEFERRED = 'liability:deferred:licences USD';
const REVENUE = 'revenue:licences USD';

describe('a term', () => {
  it('ends with the last day of a month that has not so many, and is earned day by day', async () => {
    await desk.to('2027-01-31T00:00:00Z');
    const license = await desk.invoiced(await desk.customer(), { price: 28_000 });
    expect(spansOf(license.terms)).toEqual(['2027-01-31 – 2027-02-28']);
    const half = await desk.money.moved(() => desk.to('2027-02-14T00:00:01Z'));
    // It was paid a moment after midnight.
    expect(half).toEqual({ [DEFERRED]: -14_000, [REVENUE]: 14_000 });
    expect(await desk.money.moved(() => desk.to('2027-03-01T00:00:01Z'))).toEqual({
      [DEFERRED]: -14_000,
      [REVENUE]: 14_000,
    });
    expect(await desk.deferrals(license)).toEqual([['2027-01-31', '2027-02-28', 28_000, 28_000]]);
  });

  it('runs on from where the one before it ends, however early it is paid', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.activate(license);
    const offered = await desk.renewed(license, { months: 2, seats: 12 });
    expect(offered).toMatchObject({
      ...{ status: 'ACTIVE', seats: 10, expiresAt: license.expiresAt },
      terms: [{ status: 'PAID' }, { status: 'OPEN', start: 'EXPIRY', seats: 12, price: 36_000, currency: 'USD' }],
    });
    const paid = expectStatus(200, await desk.markPaid(license, { reference: 'INV-2' }));
    expect(paid).toMatchObject({ status: 'ACTIVE', seats: 12 });
    expect(spansOf(paid.terms)).toEqual(['2027-03-01 – 2027-04-01', '2027-04-01 – 2027-06-01']);
    expect(paid.expiresAt).toBe(paid.terms[1]!.until);
    expect(paid.terms[1]!.from).toBe(license.expiresAt);
    expect(await desk.audited(license)).toEqual([
      'license.created',
      'license.marked-paid',
      'license.renewed',
      'license.marked-paid',
    ]);
  });

  it('begins where the one before it has ended when it is paid late, unless it would be over by then', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.activate(license);
    await desk.renewed(license, { months: 2 });
    await desk.to('2027-04-15T00:00:00Z');
    expect((await desk.one(license)).status).toBe('EXPIRED');
    const paid = expectStatus(200, await desk.markPaid(license));
    expect(paid.status).toBe('ACTIVE');
    expect(spansOf(paid.terms)).toEqual(['2027-03-01 – 2027-04-01', '2027-04-01 – 2027-06-01']);

    const buyer = await desk.customer();
    const late = await desk.invoiced(buyer);
    await desk.renewed(late, { months: 1 });
    await desk.to('2027-06-16T00:00:00Z');
    const before = await desk.everything();
    expect(told(await desk.markPaid(late))).toBe('TERM_WOULD_BE_OVER');
    expect(told(await desk.begin(late, buyer.admin))).toBe('TERM_WOULD_BE_OVER');
    expect(told(await desk.act(late, 'renew', { months: 1 }))).toBe('TERM_WOULD_BE_OVER');
    expect(await desk.everything()).toEqual(before);
    await desk.renewed(late, { months: 1, from: 'NOW' });
    expect(spansOf(expectStatus(200, await desk.markPaid(late)).terms)).toEqual([
      ...['2027-04-15 – 2027-05-15', 'none'],
      '2027-06-16 – 2027-07-16',
    ]);
  });

  it('that would be over when its money comes gives it back', async () => {
    const buyer = await desk.customer();
    const license = await desk.invoiced(buyer);
    await desk.renewed(license, { months: 1 });
    await desk.to('2027-08-15T23:50:00Z');
    const sale = await desk.begun(license, buyer.admin);
    desk.school.clock.advance(900);
    desk.money.pay(sale);
    await desk.money.quiet();
    expect(await desk.money.refunds(sale)).toEqual([['SUCCEEDED', 15_000]]);
    expect((await desk.standing(license)).slice(2)).toEqual(['PAID', 'OPEN']);
  });

  it('from now gives up what was left of those before, also of one that has not begun', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.renewed(license, { months: 1 });
    expectStatus(200, await desk.markPaid(license));
    await desk.days(1);
    const day = desk.now.toISOString().slice(0, 10);
    await desk.renewed(license, { months: 2, from: 'NOW', price: 12_000 });
    const paid = expectStatus(200, await desk.markPaid(license));
    expect(spansOf(paid.terms)[2]!.slice(0, 10)).toBe(day);
    await desk.days(1);
    const [first, second, third] = await desk.deferrals(license);
    expect([first!.slice(1, 4), second!.slice(1, 4)]).toEqual([
      [day, 15_000, 15_000],
      [day, 15_000, 15_000],
    ]);
    expect(third!.slice(2, 3)).toEqual([12_000]);
    expect(third![3]).toBeLessThan(300);
  });

  it('has no fewer seats than are taken, and no more than the tier', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.activate(license);
    await desk.takeSeats(license, 5);
    expect(told(await desk.act(license, 'renew', { months: 1, seats: 4 }))).toBe('SEATS_IN_USE');
    expect(told(await desk.act(license, 'renew', { months: 1, seats: 51 }))).toBe('SEATS_NOT_OFFERED');
    expect(told(await desk.act(license, 'renew', { months: 1, currency: 'JPY' }))).toBe('CURRENCY_NOT_OFFERED');
    expect(told(await desk.act(license, 'renew', { months: 0 }))).toBe('VALIDATION_FAILED');
    expect(told(await desk.act(license, 'renew', { months: 1, from: 'THEN' }))).toBe('VALIDATION_FAILED');
    expect((await desk.one(license)).terms).toHaveLength(1);
    await desk.renewed(license, { months: 1, seats: 5 });
    await desk.takeSeats(license, 1);
    expect(told(await desk.markPaid(license))).toBe('SEATS_IN_USE');
    expect((await desk.one(license)).seats).toBe(10);
    await desk.renewed(license, { months: 1, seats: 6, currency: 'EUR' });
    expect(expectStatus(200, await desk.markPaid(license))).toMatchObject({
      ...{ seats: 6, seatsTaken: 6 },
      terms: [{}, { status: 'WITHDRAWN' }, { status: 'PAID', currency: 'EUR', price: 8400 }],
    });
  });

  it('is offered and paid for by several at once: one of them is paid, once', async () => {
    const license = await desk.invoiced(await desk.customer());
    const expires = Date.parse(String(license.expiresAt));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        turn % 2 === 0 ? desk.act(license, 'renew', { months: 1 }) : desk.markPaid(license),
      ),
    );
    const paid = answers.filter((answer, turn) => turn % 2 === 1 && answer.status === 200).length;
    const { terms, expiresAt } = await desk.one(license);
    expect(terms.filter(({ status }) => status === 'PAID')).toHaveLength(1 + paid);
    expect(terms.filter(({ status }) => status === 'OPEN').length).toBeLessThanOrEqual(1);
    expect(Date.parse(String(expiresAt))).toBe(
      Math.max(expires, ...terms.map(({ until }) => Date.parse(String(until ?? 0)) || 0)),
    );
  });
});

describe('before its end', () => {
  it('30, 7 and 1 days are told once each, and again after it was renewed', async () => {
    await desk.to('2027-09-01T00:00:00Z');
    const license = await desk.invoiced(await desk.customer(), { months: 2 });
    await desk.activate(license);
    const toldOn: Record<string, unknown[]> = {};
    let known = 0;
    for (const day of ['10-01', '10-02', '10-03', '10-24', '10-25', '10-31']) {
      await desk.to(`2027-${day}T12:00:00Z`);
      const notices = desk.notices(license);
      if (notices.length > known) toldOn[day] = notices.slice(known);
      known = notices.length;
    }
    expect(toldOn).toEqual({
      '10-02': [[30, '2027-11-01']],
      '10-25': [[7, '2027-11-01']],
      '10-31': [[1, '2027-11-01']],
    });
    await desk.renewed(license, { months: 2 });
    expectStatus(200, await desk.markPaid(license));
    await desk.to('2027-12-03T00:00:00Z');
    expect(desk.notices(license).slice(known)).toEqual([[30, '2028-01-01']]);
  });

  it('what is due at once is told by its most urgent, and then what is left', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.renewed(license, { months: 1 });
    // It expired on 3 January; the second month ends on 3 February.
    await desk.to('2028-01-30T12:00:00Z');
    const known = desk.notices(license).length;
    expectStatus(200, await desk.markPaid(license));
    await desk.school.quiet();
    await desk.to('2028-02-02T12:00:00Z');
    expect(desk.notices(license).slice(known)).toEqual([
      [7, '2028-02-03'],
      [1, '2028-02-03'],
    ]);
    await desk.to('2028-02-04T00:00:00Z');
    expect(desk.notices(license)).toHaveLength(known + 2);
    // Of 29 days, which begin now: nobody needs to be told that they end in 30.
    const short = await desk.invoiced(await desk.customer(), { months: 1 });
    await desk.school.quiet();
    expect(desk.notices(short)).toEqual([]);
  });

  it('and at it, to the moment, it expires: whether or not anybody has looked', async () => {
    const license = await desk.invoiced(await desk.customer());
    await desk.activate(license);
    const { clock, admin } = { clock: desk.school.clock, admin: desk.school.admin };
    const end = new Date(String(license.expiresAt));
    const shown = async (query: string) => {
      const path = `/enterprise/licenses?organizationId=${license.organization.id}${query}`;
      return (await desk.school.get<{ data: { status: string }[] }>(path, admin.token)).body.data.map(
        (one) => one.status,
      );
    };
    await desk.to(new Date(end.getTime() - 60_000));
    await clock.at(new Date(end.getTime() - 1), async () => {
      expect((await desk.one(license)).status).toBe('ACTIVE');
      expect([await shown('&status=ACTIVE'), await shown('&status=EXPIRED')]).toEqual([['ACTIVE'], []]);
    });
    await clock.at(end, async () => {
      expect((await desk.one(license)).status).toBe('EXPIRED');
      expect([await shown('&status=ACTIVE'), await shown('&status=EXPIRED')]).toEqual([[], ['EXPIRED']]);
    });
    const column = async () =>
      (await desk.school.sql<{ status: string }>('SELECT status FROM licenses WHERE id = $1', [license.id]))[0]!.status;
    expect(await column()).toBe('ACTIVE');
    await desk.to(end);
    expect(await column()).toBe('EXPIRED');
  });
});
