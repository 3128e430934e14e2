import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { LicenseDesk } from './support/license-desk.js';
import { person } from './support/people.js';
import { expectStatus, told } from './support/school.js';

/* How a licence is offered and paid for: by a payment session, or by an invoice that an admin marks as paid. */

let desk: LicenseDesk;
beforeAll(async () => {
  desk = await LicenseDesk.open();
});
afterAll(() => desk.school.close());
endQuietly(() => desk.school);

const BANK = 'asset:bank USD';
const DEFERRED = 'liability:deferred:licences USD';
const TAX = 'liability:tax:de USD';

describe('a licence', () => {
  it('is offered for what its tier costs, or for what was agreed, and gives nothing yet', async () => {
    const customer = await desk.customer('DE');
    const license = await desk.created(customer, { tier: 'BUSINESS', seats: 20, months: 12 });
    expect(license).toMatchObject({
      organization: { id: customer.id },
      tier: { id: 'BUSINESS', name: 'Business', features: ['premium-courses', 'live-questions', 'reports'] },
      ...{ status: 'PENDING', seats: 20, seatsTaken: 0, expiresAt: null, activatedAt: null, domains: [] },
      terms: [
        {
          ...{ status: 'OPEN', start: 'EXPIRY', months: 12, seats: 20, price: 288_000, currency: 'USD' },
          ...{ from: null, until: null, paidAt: null, paymentSessionId: null, invoiceReference: null, total: null },
        },
      ],
    });
    expect(license.terms).toHaveLength(1);
    expect(await desk.audited(license)).toEqual(['license.created']);
    const agreed = await desk.created(customer, { tier: 'BUSINESS', seats: 20, months: 12, price: 200_000 });
    expect(agreed.terms[0]!.price).toBe(200_000);
    expect((await desk.created(customer, { currency: 'EUR' })).terms[0]).toMatchObject({
      price: 14_000,
      currency: 'EUR',
    });
  });

  it('is created once under one key', async () => {
    const customer = await desk.customer();
    const [first, second] = await Promise.all([1, 2].map(() => desk.create(customer, {}, { key: 'create-once' })));
    expect([first!.status, second!.status]).toEqual([201, 201]);
    expect(second!.body.id).toBe(first!.body.id);
    const { body } = await desk.school.get<{ pagination: { total: number } }>(
      `/enterprise/licenses?organizationId=${customer.id}`,
      desk.school.admin.token,
    );
    expect(body.pagination.total).toBe(1);
  });

  it.each([
    ['an organization that is not there', 404, 'NOT_FOUND', { organizationId: 'org_none' }],
    ['a tier that is not there', 400, 'TIER_NOT_OFFERED', { tier: 'GOLD' }],
    ['more seats than the tier has', 400, 'SEATS_NOT_OFFERED', { seats: 51 }],
    ['a currency that the tier is not sold in', 400, 'CURRENCY_NOT_OFFERED', { currency: 'JPY' }],
    ['such a currency at an agreed price', 400, 'CURRENCY_NOT_OFFERED', { currency: 'JPY', price: 10_000 }],
    ['no seats', 400, 'VALIDATION_FAILED', { seats: 0 }],
    ['half a seat', 400, 'VALIDATION_FAILED', { seats: 1.5 }],
    ['no months', 400, 'VALIDATION_FAILED', { months: 0 }],
    ['more than ten years', 400, 'VALIDATION_FAILED', { months: 121 }],
    ['nothing to pay', 400, 'VALIDATION_FAILED', { price: 0 }],
    ['no currency', 400, 'VALIDATION_FAILED', { currency: 'XXZ' }],
    ['a field that there is not', 400, 'VALIDATION_FAILED', { status: 'ACTIVE' }],
  ])('is refused for %s', async (_, status, code, terms) => {
    const customer = await desk.customer();
    const before = await desk.everything();
    expect(await desk.create(customer, terms)).toMatchObject({ status, body: { code } });
    expect(await desk.everything()).toEqual(before);
  });

  it("is the school's admins' to sell, and seen by its organization alone", async () => {
    const [mine, theirs] = [await desk.customer(), await desk.customer()];
    const license = await desk.created(mine);
    for (const by of [mine.admin, desk.school.student]) {
      expect((await desk.create(mine, {}, { by })).status).toBe(403);
      for (const what of ['mark-paid', 'renew', 'suspend', 'resume', 'revoke'] as const)
        expect((await desk.act(license, what, {}, { by })).status).toBe(403);
    }
    expect((await desk.read(license, mine.admin)).body).toEqual(await desk.one(license));
    expect((await desk.read(license, theirs.admin)).status).toBe(404);
    expect((await desk.read(license, desk.school.student)).status).toBe(403);
    const listed = async (query: string, token: string) =>
      expectStatus(
        200,
        await desk.school.get<{ data: { id: string }[] }>(`/enterprise/licenses${query}`, token),
      ).data.map(({ id }) => id);
    expect(await listed('', mine.admin.token)).toEqual([license.id]);
    expect(await listed('', theirs.admin.token)).toEqual([]);
    expect(await listed(`?organizationId=${mine.id}`, theirs.admin.token)).toEqual([]);
    expect(await listed(`?organizationId=${mine.id}`, desk.school.admin.token)).toEqual([license.id]);
  });

  it('is sold in tiers that everybody who signs in may see', async () => {
    const { body } = await desk.school.get<{ id: string }[]>('/enterprise/tiers', desk.school.student.token);
    expect(body.map(({ id }) => id)).toEqual(['TEAM', 'BUSINESS', 'ENTERPRISE']);
    expect(body[1]).toMatchObject({
      ...{ allCourses: true, courses: [], mostSeats: 1000, mostDomains: 3, branding: ['NAME', 'LOGO'] },
      prices: [
        { currency: 'USD', perSeatAndMonth: 1200 },
        { currency: 'EUR', perSeatAndMonth: 1100 },
        { currency: 'KES', perSeatAndMonth: 150_000 },
      ],
    });
  });
});

describe('an invoice', () => {
  it('that is marked as paid is money at the bank, tax, and what is to be delivered', async () => {
    const license = await desk.created(await desk.customer('DE'));
    let paid;
    const moved = await desk.money.moved(async () => {
      paid = expectStatus(200, await desk.markPaid(license, { reference: 'INV-2027-1' }));
    });
    expect(moved).toEqual({ [BANK]: 17_850, [TAX]: 2850, [DEFERRED]: 15_000 });
    expect(paid).toMatchObject({
      ...{ status: 'PENDING', seats: 10 },
      terms: [{ status: 'PAID', invoiceReference: 'INV-2027-1', total: 17_850, tax: 2850, paymentSessionId: null }],
    });
    await desk.activate(license);
    expect((await desk.one(license)).status).toBe('ACTIVE');
    expect(await desk.audited(license)).toEqual(['license.created', 'license.marked-paid']);
  });

  it('is trade like what a payment session paid for, in every report of it', async () => {
    const reports = async () => {
      const row = async (report: string, key: string) => {
        const { body } = await desk.school.get<{ rows: Record<string, unknown>[] }>(
          `/finance/reports/${report}`,
          desk.school.admin.token,
        );
        return body.rows.find((one) => Object.values(one).includes(key)) ?? {};
      };
      const { sales, received, tax, deferred } = await row('revenue?groupBy=type', 'license');
      const { charged } = await row('tax?groupBy=month', 'DE');
      const { added } = await row('deferred-revenue', 'licences');
      return [sales, received, tax, deferred, charged, added].map((amount) => Number(amount ?? 0));
    };
    const customer = await desk.customer('DE');
    const before = await reports();
    expectStatus(200, await desk.markPaid(await desk.created(customer)));
    const invoiced = await reports();
    await desk.bought(await desk.created(customer), customer.admin);
    const both = await reports();
    const grown = [1, 17_850, 2850, 15_000, 2850, 15_000];
    expect(invoiced.map((amount, index) => amount - before[index]!)).toEqual(grown);
    expect(both.map((amount, index) => amount - invoiced[index]!)).toEqual(grown);
  });

  it('may have brought another amount, with the tax in it', async () => {
    const license = await desk.created(await desk.customer('DE'));
    const moved = await desk.money.moved(async () =>
      expectStatus(200, await desk.markPaid(license, { total: 17_800 })),
    );
    expect(moved).toEqual({ [BANK]: 17_800, [TAX]: 2842, [DEFERRED]: 14_958 });
    expect(await desk.deferrals(license)).toMatchObject([[expect.anything(), expect.anything(), 14_958, 0]]);
  });

  it.each([
    ['under one key', ['once', 'once', 'once', 'once'], ['done', 'done', 'done', 'done']],
    ['under several', ['a', 'b', 'c', 'd'], ['NOTHING_TO_PAY', 'NOTHING_TO_PAY', 'NOTHING_TO_PAY', 'done']],
  ])('is booked once, however often it is marked at once, %s', async (name, keys, outcomes) => {
    const license = await desk.created(await desk.customer());
    const moved = await desk.money.moved(async () => {
      const answers = await Promise.all(keys.map((key) => desk.markPaid(license, {}, { key: `${name} ${key}` })));
      expect(answers.map(told).toSorted()).toEqual(outcomes);
    });
    expect(moved).toEqual({ [BANK]: 15_000, [DEFERRED]: 15_000 });
    expect(told(await desk.markPaid(license))).toBe('NOTHING_TO_PAY');
    expect((await desk.one(license)).terms.map(({ status }) => status)).toEqual(['PAID']);
  });

  it.each([
    ['without a reference', { reference: '' }],
    ['of nothing', { total: 0 }],
    ['of less than nothing', { total: -1 }],
    ['in fractions', { total: 1.5 }],
  ])('is refused %s', async (_, body) => {
    const license = await desk.created(await desk.customer());
    const before = await desk.everything();
    expect(await desk.markPaid(license, body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
    expect((await desk.markPaid({ id: 'lic_none' })).status).toBe(404);
    expect(await desk.everything()).toEqual(before);
  });
});

describe('a payment session', () => {
  it("is begun by who handles the organization's licences, taxed there, and pays for it once its money is heard of", async () => {
    const customer = await desk.customer('DE');
    const license = await desk.created(customer);
    const { session } = expectStatus(201, await desk.begin(license, customer.admin, { country: 'FR' }));
    expect(session).toMatchObject({
      item: { kind: 'license', id: license.id, title: 'Team: 10 seats for 1 month' },
      ...{ amount: 15_000, taxAmount: 2850, finalAmount: 17_850 },
    });
    expect((await desk.one(license)).terms[0]!.status).toBe('OPEN');
    const moved = await desk.money.moved(() => desk.school.sandbox.stripe.pay(session.providerReference!));
    expect(moved).toMatchObject({ [TAX]: 2850, [DEFERRED]: 15_000 });
    expect((await desk.one(license)).terms).toMatchObject([
      { status: 'PAID', paymentSessionId: session.id, invoiceReference: null, total: null },
    ]);
    expect(await desk.school.entriesAbout(session.paymentId)).toEqual(['license.sold']);
    expect(told(await desk.begin(license, customer.admin))).toBe('NOTHING_TO_PAY');
    expect(told(await desk.markPaid(license))).toBe('NOTHING_TO_PAY');
  });

  it('is nobody else’s', async () => {
    const [mine, theirs] = [await desk.customer(), await desk.customer()];
    const license = await desk.created(mine);
    for (const by of [theirs.admin, desk.school.admin, await person(desk.school)])
      expect((await desk.begin(license, by)).status).toBe(404);
    expect(told(await desk.begin(license, mine.admin, { currency: 'EUR' }))).toBe('CURRENCY_NOT_OFFERED');
    expect((await desk.begin(license, mine.admin, { courseId: 'crs_1' })).status).toBe(400);
    const bought = await desk.school.post('/courses/purchase', { licenseId: license.id }, mine.admin.token);
    expect(bought.status).toBe(400);
  });

  it('gives its money back when the licence was paid for otherwise, or is offered for something else', async () => {
    const customer = await desk.customer();
    const license = await desk.created(customer);
    const [first, second] = [await desk.begun(license, customer.admin), await desk.begun(license, customer.admin)];
    for (const sale of [first, second]) desk.money.pay(sale);
    await desk.money.quiet();
    const paid = await desk.one(license);
    expect(paid.terms.map(({ paymentSessionId }) => paymentSessionId)).toEqual([first.sessionId]);
    expect(await desk.money.refunds(second)).toEqual([['SUCCEEDED', 15_000]]);

    await desk.renewed(license, { months: 1 });
    const late = await desk.begun(license, customer.admin);
    // For as much money, and for something else.
    await desk.renewed(license, { months: 2, price: 15_000 });
    desk.money.pay(late);
    await desk.money.quiet();
    expect(await desk.money.refunds(late)).toEqual([['SUCCEEDED', 15_000]]);
    expect((await desk.one(license)).terms.map(({ status }) => status)).toEqual(['PAID', 'WITHDRAWN', 'OPEN']);
    expect((await desk.one(license)).expiresAt).toBe(paid.expiresAt);
  });

  it('may be paid from a wallet, and with a coupon that takes all of it off', async () => {
    const customer = await desk.customer();
    await desk.money.topUp(15_000, 'USD', customer.admin);
    const license = await desk.created(customer);
    expectStatus(201, await desk.begin(license, customer.admin, { provider: 'WALLET' }));
    expect((await desk.standing(license))[2]).toBe('PAID');
    expect(await desk.money.wallet(customer.admin)).toBe(0);
    const coupon = { code: 'ALLOFIT', name: 'All of it', discountType: 'PERCENTAGE', discountValue: 100 };
    expectStatus(201, await desk.school.post('/coupons', coupon, desk.school.admin.token));
    const free = await desk.created(customer);
    expectStatus(201, await desk.begin(free, customer.admin, { couponCode: 'ALLOFIT' }));
    expect((await desk.standing(free))[2]).toBe('PAID');
    expect(await desk.deferrals(free)).toEqual([]);
  });
});
