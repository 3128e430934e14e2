import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RevenueReportDto } from '../src/finance/reports/revenue.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { keepBooks } from './support/keep-books.js';
import { type Person, person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';

let school: School;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', DEFAULT_TAX_RATE: '7.5' });
});
afterAll(() => school.close());
keepBooks(() => school);

type Place = { country?: string; region?: string };

async function begin(buyer: Person, place: Place, price = 9999, fields: object = {}) {
  const course = await school.course({ price });
  const body = { courseId: course.id, ...place, ...fields };
  const { session } = expectStatus(201, await school.post<CreatedSessionDto>('/payments/sessions', body, buyer.token));
  return { ...session, courseId: course.id, stripeId: session.providerReference! };
}

async function buy(buyer: Person, place: Place, price?: number) {
  const session = await begin(buyer, place, price);
  school.sandbox.stripe.pay(session.stripeId);
  await school.quiet();
  return session;
}

const wallet = { provider: 'WALLET' };
async function rich(amount = 100_000): Promise<Person> {
  const who = await person(school);
  const body = { amount, currency: 'USD' };
  const { session } = expectStatus(
    201,
    await school.post<CreatedSessionDto>('/finance/actions/wallet-topup', body, who.token),
  );
  expect(session).toMatchObject({ amount, taxAmount: 0, taxRate: 0, taxCountry: null, finalAmount: amount });
  school.sandbox.stripe.pay(session.providerReference!);
  await school.quiet();
  return who;
}

/** Legs of everything booked about a payment but the provider's fee, debits positive; the instructor's and the buyer's ids left out. */
async function legsOf({ paymentId }: { paymentId: string }): Promise<[string, number][]> {
  const legs = await school.sql<{ code: string; amount: number }>(
    `SELECT regexp_replace(a.code, ':usr_.*', '') AS code, p.amount::int FROM ledger_postings p
     JOIN ledger_accounts a ON a.id = p.account_id JOIN ledger_entries e ON e.id = p.entry_id
     WHERE e.object_id = $1 AND e.kind <> 'provider.settled' ORDER BY e.id, p.position`,
    [paymentId],
  );
  return legs.map(({ code, amount }) => [code, amount]);
}

/** The provider says where the buyer is, as only a real one knows. */
async function payFrom(country: string, stripeId: string, first: 'checkout' | 'intent'): Promise<void> {
  const { stripe } = school.sandbox;
  stripe.pauseWebhooks();
  stripe.pay(stripeId);
  const paid = stripe.session(stripeId);
  const told = stripe.emit('checkout.session.completed', {
    ...paid,
    customer_details: { ...paid.customer_details, address: { country } },
  });
  if (first === 'intent') await stripe.deliverNow('payment_intent.succeeded');
  await school.settle();
  await stripe.deliverNow(told.id);
  await school.settle();
  stripe.resumeWebhooks();
  await school.quiet();
}

describe('a sale', () => {
  it.each<[string, Place, number, number, string | null, string | null, string]>([
    ['Germany', { country: 'DE' }, 19, 1900, 'DE', null, 'de'],
    ['the United Kingdom', { country: 'GB' }, 20, 2000, 'GB', null, 'gb'],
    ['the United Kingdom by its other code', { country: 'uk' }, 20, 2000, 'GB', null, 'gb'],
    ['the United States', { country: 'US' }, 0, 0, 'US', null, 'us'],
    ['Québec', { country: 'CA', region: 'QC' }, 14.975, 1497, 'CA', 'QC', 'ca'],
    ['Québec in small letters', { country: 'ca', region: 'qc' }, 14.975, 1497, 'CA', 'QC', 'ca'],
    ['a province without a rate of its own', { country: 'CA', region: 'ZZ' }, 13, 1300, 'CA', null, 'ca'],
    ['a country that is not listed', { country: 'KE' }, 7.5, 750, 'KE', null, 'ke'],
    ['nobody knows where', {}, 7.5, 750, null, null, 'other'],
  ])(
    'to %s is taxed on top, charged with it, and booked apart, to the unit',
    async (_, place, rate, tax, country, region, office) => {
      const session = await buy(await person(school), place);
      expect(session).toMatchObject({
        amount: 9999,
        taxAmount: tax,
        taxRate: rate,
        taxCountry: country,
        taxRegion: region,
        finalAmount: 9999 + tax,
      });
      expect(school.sandbox.stripe.session(session.stripeId).amount_total).toBe(9999 + tax);
      expect(await legsOf(session)).toEqual([
        ['asset:provider:stripe', 9999 + tax],
        ...(tax > 0 ? [[`liability:tax:${office}`, -tax]] : []),
        ['liability:earnings-pending', -6999],
        ['revenue:courses', -3000],
      ]);
    },
  );

  it('is not begun for a place that is none', async () => {
    const course = await school.course();
    for (const place of [{ country: 'DEU' }, { country: '' }, { country: 'D1' }, { country: 'CA', region: 'Québec' }])
      expect(
        await school.post('/payments/sessions', { courseId: course.id, ...place }, school.student.token),
      ).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  });

  it('out of a wallet is taxed alike; the money that came into the wallet was not', async () => {
    const buyer = await rich();
    const session = await begin(buyer, { country: 'DE' }, 9999, wallet);
    expect(session).toMatchObject({ status: 'COMPLETED', taxAmount: 1900, taxRate: 19, finalAmount: 11_899 });
    expect(await legsOf(session)).toEqual([
      ['liability:wallet', 11_899],
      ['liability:tax:de', -1900],
      ['liability:earnings-pending', -6999],
      ['revenue:courses', -3000],
    ]);
  });

  it('out of a wallet that holds the price and not the tax is refused', async () => {
    const buyer = await rich(9999);
    const course = await school.course();
    const body = { courseId: course.id, country: 'DE', ...wallet };
    expect(await school.post('/payments/sessions', body, buyer.token)).toMatchObject({
      status: 400,
      body: { code: 'INSUFFICIENT_BALANCE' },
    });
  });
});

describe("the provider's evidence of where the buyer is", () => {
  it.each(['checkout', 'intent'] as const)('outweighs what the next request says (%s first)', async (first) => {
    const buyer = await person(school);
    const session = await begin(buyer, { country: 'US' });
    expect(session).toMatchObject({ taxCountry: 'US', taxAmount: 0 });
    await payFrom('GB', session.stripeId, first);
    expect(await school.sql('SELECT buyer_country FROM payments WHERE id = $1', [session.paymentId])).toEqual([
      { buyer_country: 'GB' },
    ]);
    // What was bought is taxed as it was begun.
    expect(await legsOf(session)).toHaveLength(3);
    expect(await begin(buyer, { country: 'US' })).toMatchObject({ taxCountry: 'GB', taxAmount: 2000, taxRate: 20 });
    expect(await begin(buyer, {})).toMatchObject({ taxCountry: 'GB', taxAmount: 2000 });
    expect(await begin(await person(school), { country: 'US' })).toMatchObject({ taxCountry: 'US', taxAmount: 0 });
  });

  it('keeps a region that was said of the same country, and drops one of another', async () => {
    const buyer = await person(school);
    const { stripeId } = await begin(buyer, { country: 'DE' });
    await payFrom('CA', stripeId, 'checkout');
    expect(await begin(buyer, { country: 'ca', region: 'qc' })).toMatchObject({ taxRegion: 'QC', taxAmount: 1497 });
    expect(await begin(buyer, { country: 'US', region: 'QC' })).toMatchObject({ taxRegion: null, taxAmount: 1300 });
  });

  it('counts for what is paid from the wallet', async () => {
    const buyer = await rich();
    const { stripeId } = await begin(buyer, { country: 'US' });
    await payFrom('DE', stripeId, 'intent');
    expect(await begin(buyer, { country: 'US' }, 9999, wallet)).toMatchObject({ taxCountry: 'DE', taxAmount: 1900 });
  });
});

describe('the revenue report', () => {
  const report = async (groupBy: string) =>
    expectStatus(
      200,
      await school.get<RevenueReportDto>(`/finance/reports/revenue?groupBy=${groupBy}`, school.admin.token),
    ).rows;

  it('shows tax apart, of sales through a provider and out of a wallet alike', async () => {
    const buyer = await rich();
    const [card, balance] = [await buy(buyer, { country: 'DE' }), await begin(buyer, { country: 'DE' }, 5000, wallet)];
    const rows = await report('course');
    const figures = { currency: 'USD', sales: 1, refunded: 0, deferred: 0, losses: 0 };
    expect(rows.find(({ key }) => key === card.courseId)).toEqual({
      ...figures,
      key: card.courseId,
      received: 11_899,
      tax: 1900,
      instructorShare: 6999,
      earned: 3000,
    });
    expect(rows.find(({ key }) => key === balance.courseId)).toEqual({
      ...figures,
      key: balance.courseId,
      received: 5950,
      tax: 950,
      instructorShare: 3500,
      earned: 1500,
    });
  });

  it('sums to the books, whatever it is grouped by, and leaves top-ups out', async () => {
    const books = Object.entries(await school.books());
    const balance = (prefix: string) =>
      books.filter(([code]) => code.startsWith(prefix)).reduce((sum, [, amount]) => sum + amount, 0);
    const expected = {
      tax: balance('liability:tax:'),
      instructorShare: balance('liability:earnings-pending:'),
      earned: balance('revenue:courses'),
    };
    for (const groupBy of ['day', 'course', 'provider']) {
      const rows = await report(groupBy);
      const total = (of: 'received' | 'tax' | 'instructorShare' | 'earned') =>
        rows.reduce((sum, row) => sum + row[of], 0);
      expect({
        tax: total('tax'),
        instructorShare: total('instructorShare'),
        earned: total('earned'),
      }).toEqual(expected);
      expect(total('received')).toBe(total('tax') + total('instructorShare') + total('earned'));
    }
    expect((await report('provider')).map(({ key }) => key)).toEqual(['STRIPE', 'WALLET']);
  });
});
