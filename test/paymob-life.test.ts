import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { InitiatedPaymentDto } from '../src/payments/checkout/initiate.dto.js';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { paymobDefaults, paymobTestCards } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { LetterBox } from './support/letter-box.js';
import { PackageDesk } from './support/package-desk.js';
import { INTENTION, PaymobDesk, SESSION_SECONDS } from './support/paymob-desk.js';
import { person } from './support/people.js';
import { expectStatus, openSchool, type School } from './support/school.js';
import { bought } from './support/standings.js';

/* What is bought through Paymob, from its page to the books. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

/** How Paymob was asked for the last page. */
const lastAsked = () =>
  desk.paymob
    .requests()
    .filter(({ path }) => path === INTENTION.path)
    .at(-1)!.body as Record<string, unknown>;

async function coupon(code: string, percent: number): Promise<void> {
  const fields = { code, name: code, discountType: 'PERCENTAGE', discountValue: percent };
  expectStatus(201, await school.post('/coupons', fields, school.admin.token));
}

describe('a course bought through Paymob', () => {
  it('is paid on a page that was asked for with all that Paymob wants to know', async () => {
    const buyer = await person(school);
    await school.sql('UPDATE users SET name = $2 WHERE id = $1', [buyer.id, ' Nour  el-Din Hassan ']);
    const sale = await desk.begin({ buyer, price: 250_000, country: 'DE' });
    const session = await desk.session(sale);
    const [intention] = desk.intentionsOf(sale);
    expect(session).toMatchObject({
      ...{ status: 'PENDING', provider: 'PAYMOB', providerReference: String(intention!.intention_order_id) },
      ...{ currency: 'EGP', amount: 250_000, taxAmount: 47_500, finalAmount: 297_500 },
      redirectUrl: `${school.sandbox.url}/paymob/unifiedcheckout/?publicKey=${paymobDefaults.publicKey}&clientSecret=${intention!.client_secret}`,
    });
    const { expiration, redirection_url: back, ...asked } = lastAsked();
    expect(asked).toEqual({
      amount: 297_500,
      currency: 'EGP',
      payment_methods: paymobDefaults.integrationIds,
      items: [{ name: session.item.title, amount: 297_500, description: session.item.title, quantity: 1 }],
      billing_data: { first_name: 'Nour', last_name: 'el-Din Hassan', email: buyer.email, phone_number: 'NA' },
      special_reference: sale.paymentId,
      extras: { paymentId: sale.paymentId, sessionId: sale.sessionId },
      notification_url: `${school.url}/api/finance/webhooks/paymob`,
    });
    expect(Math.abs(Number(expiration) - SESSION_SECONDS)).toBeLessThan(30);
    expect(new URL(String(back)).searchParams.get('session_id')).toBe(sale.sessionId);
  });

  it('is begun for somebody whose name is one word and whose address has been erased', async () => {
    const buyer = await person(school);
    await school.sql(`UPDATE users SET name = 'Nour', email = NULL WHERE id = $1`, [buyer.id]);
    await desk.begin({ buyer });
    expect(lastAsked().billing_data).toEqual({
      ...{ first_name: 'Nour', last_name: 'NA', email: 'unknown@example.com', phone_number: 'NA' },
    });
  });

  it('is given when the callback comes, and booked with its tax; a receipt follows', async () => {
    const sale = await desk.begin({ price: 250_000, country: 'DE' });
    expect(await desk.moved(() => desk.pay(sale))).toEqual({
      'asset:provider:paymob EGP': 297_500,
      'liability:tax:de EGP': 47_500,
      'liability:earnings-pending:instructor EGP': 175_000,
      'revenue:courses EGP': 75_000,
    });
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.state(sale)).toEqual({
      ...{ session: 'COMPLETED', payment: 'COMPLETED', reason: null, entries: ['course.sold'], refunds: [] },
    });
    expect(await desk.payment(sale)).toMatchObject({ transactionId: sale.intent, total: 297_500, currency: 'EGP' });
    const letters = new LetterBox(school, sale.buyer);
    expect(letters.arrived().map(({ subject }) => subject)).toEqual(['Your receipt: Swahili for beginners']);
    expect(letters.arrived()[0]!.text).toContain('2,975.00');
  });

  it('is told at the page that the buyer comes back to, which knows our id only', async () => {
    const sale = await desk.begin();
    desk.payUnheard(sale);
    const { body } = await school.get(`/payments/sessions/stripe/${sale.sessionId}`, sale.buyer.token);
    expect(body).toMatchObject({ status: 'COMPLETED', session: { id: sale.sessionId, provider: 'PAYMOB' } });
  });

  it('by whoever pays from a wallet, is taxed in Egypt from then on', async () => {
    const buyer = await person(school);
    const sale = await desk.begin({ buyer });
    desk.paymob.pay(sale.stripeId, { method: 'wallet' });
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    const next = await desk.begin({ buyer, country: 'DE' });
    expect((await desk.session(next)).taxCountry).toBe('EG');
  });

  it.each(paymobTestCards.filter(({ decline }) => !decline).map(({ number }) => number))(
    'is paid with card %s',
    async (card) => {
      const sale = await desk.begin();
      desk.pay(sale, card);
      await desk.quiet();
      expect(await desk.standing(sale)).toEqual(bought);
    },
  );
});

describe('the price', () => {
  it('is less with a coupon, to the piastre', async () => {
    await coupon('EIGHTH', 12.5);
    const sale = await desk.begin({ price: 9997, country: 'DE', couponCode: 'EIGHTH' });
    // 9997 less 1250 is 8747; 19 % of it is 1661.93.
    expect(lastAsked().amount).toBe(10_409);
    expect(await desk.moved(() => desk.pay(sale))).toEqual({
      'asset:provider:paymob EGP': 10_409,
      'liability:tax:de EGP': 1662,
      'liability:earnings-pending:instructor EGP': 6123,
      'revenue:courses EGP': 2624,
    });
  });

  it('is nothing with a coupon of 100 %: Paymob is never asked', async () => {
    await coupon('FREE', 100);
    const asked = desk.paymob.requests().length;
    const sale = await desk.begin({ couponCode: 'FREE' });
    expect(await desk.state(sale)).toMatchObject({ session: 'COMPLETED', payment: 'COMPLETED' });
    expect(desk.paymob.requests()).toHaveLength(asked);
  });

  it.each([
    [99, 'AMOUNT_TOO_SMALL'],
    [100, 'done'],
    [100_000_000, 'done'],
    [100_000_001, 'AMOUNT_TOO_LARGE'],
  ])('of %i piastres: %s', async (price, outcome) => {
    const { id: courseId } = await school.course({ currency: 'EGP' });
    await school.sql('UPDATE courses SET price = $2 WHERE id = $1', [courseId, price]);
    const { answer } = await desk.ask({ courseId });
    expect(answer.status === 201 ? 'done' : answer.body.code).toBe(outcome);
  });

  it('is in the currency of the integrations or not taken', async () => {
    const { id: courseId } = await school.course({ price: 10_000, currency: 'USD' });
    const buyer = await person(school);
    const buy = { courseId, provider: 'PAYMOB', currency: 'USD' };
    expect(await school.post('/payments/sessions', buy, buyer.token)).toMatchObject({
      ...{ status: 400, body: { code: 'CURRENCY_NOT_TAKEN', detail: 'PAYMOB does not take USD' } },
    });
  });
});

describe('other things', () => {
  it('a package of class sessions', async () => {
    const packages = new PackageDesk(school, await Lessons.open(school));
    await packages.move('DE', 'EGP');
    const { id } = await packages.offer({ price: 9000 });
    const buyer = await person(school);
    const { session } = expectStatus(201, await packages.purchase(id, buyer, { provider: 'PAYMOB' }));
    expect(await desk.moved(() => desk.paymob.pay(session.providerReference!))).toEqual({
      'asset:provider:paymob EGP': session.finalAmount,
      'liability:tax:de EGP': session.taxAmount,
      'liability:deferred:packages EGP': 9000,
    });
    expect(await packages.own(buyer)).toMatchObject([{ remainingSessions: 3 }]);
  });

  it('money in a wallet', async () => {
    const buyer = await person(school);
    const body = { amount: 5000, currency: 'EGP', provider: 'PAYMOB' };
    const answer = await school.post<CreatedSessionDto>('/finance/actions/wallet-topup', body, buyer.token);
    desk.paymob.pay(expectStatus(201, answer).session.providerReference!);
    await desk.quiet();
    expect(await desk.wallet(buyer, 'EGP')).toBe(5000);
  });

  it.each([
    ['/finance/payments/initiate', {}],
    ['/payments/initiate', { provider: 'paymob', phoneOrEmail: 'nour@example.com' }],
  ])('by %s', async (path, terms) => {
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const buyer = await person(school);
    const answer = await school.post<InitiatedPaymentDto>(path, { courseId, ...terms }, buyer.token);
    const { sessionId, paymentUrl, status } = expectStatus(201, answer);
    expect(status).toBe('PENDING');
    desk.paymob.pay(new URL(paymentUrl!).searchParams.get('clientSecret')!);
    await desk.quiet();
    expect(await desk.session({ sessionId, buyer })).toMatchObject({ status: 'COMPLETED', provider: 'PAYMOB' });
  });
});
