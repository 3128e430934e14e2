import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CreatedSessionDto } from '../src/payments/index.js';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { freshPhone, MpesaDesk } from './support/mpesa-desk.js';
import { PackageDesk } from './support/package-desk.js';
import { person } from './support/people.js';
import { ReportDesk } from './support/report-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* What M-Pesa pays for, from the push to the receipt. */

let school: School;
let desk: MpesaDesk;
let money: Desk;

beforeAll(async () => {
  school = await openSchool({ ROLE: 'api' });
  desk = new MpesaDesk(school);
  money = new Desk(school);
});

afterAll(() => school.close());

endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const coupon = async (fields: Record<string, unknown>): Promise<string> => {
  const body = { name: 'A coupon', discountType: 'PERCENTAGE', ...fields };
  return expectStatus(201, await school.post<{ id: string }>('/coupons', body, school.admin.token)).id;
};
const usesOf = async (id: string) =>
  (await school.sql<{ status: string }>('SELECT status FROM coupon_uses WHERE coupon_id = $1 ORDER BY id', [id])).map(
    ({ status }) => status,
  );

describe('a course bought by M-Pesa', () => {
  it('rings the phone, and is given when the PIN was entered', async () => {
    const before = await school.books();
    const sale = await desk.begin({ price: 250_000, country: 'DE' });
    expect(await desk.session(sale)).toMatchObject({
      ...{ status: 'PENDING', provider: 'MPESA', redirectUrl: null, providerReference: sale.handle, currency: 'KES' },
      ...{ amount: 250_000, taxAmount: 47_500, finalAmount: 297_500 },
    });
    expect(sale.push).toMatchObject({ phone: sale.phone, amount: 2_975, status: 'ringing' });
    mpesa().accept(sale.handle);
    await school.quiet();
    const { receipt } = desk.pushOf(sale);
    expect(await desk.session(sale)).toMatchObject({ status: 'COMPLETED', failureReason: null, failureMessage: null });
    expect(await desk.payment(sale)).toMatchObject({
      ...{ status: 'COMPLETED', provider: 'MPESA', transactionId: sale.handle, receipt, total: 297_500 },
    });
    expect(await desk.hasCourse(sale)).toBe(true);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
    expect(await money.movedSince(before)).toEqual({
      'asset:provider:mpesa KES': 297_500,
      'liability:earnings-pending:instructor KES': 175_000,
      'liability:tax:de KES': 47_500,
      'revenue:courses KES': 75_000,
    });
  });

  it('is evidence of where its buyer is: the next thing is taxed as in Kenya', async () => {
    const { buyer } = await desk.buy({ country: 'DE' });
    const { session } = expectStatus(201, (await desk.ask({ buyer, country: 'DE' })).answer);
    expect(session).toMatchObject({ taxCountry: 'KE', taxAmount: 0, finalAmount: 250_000 });
  });

  it.each([
    [100, 'US', 100],
    [250_049, 'US', 250_000],
    [250_050, 'US', 250_100],
    [333_333, 'DE', 396_700],
  ])('of %d cents for somebody in %s costs whole shillings: %d', async (price, country, total) => {
    const sale = await desk.buy({ price, country });
    expect(sale.push.amount).toBe(total / 100);
    const { amount, taxAmount, finalAmount } = await desk.session(sale);
    expect([amount, finalAmount]).toEqual([price, total]);
    expect(taxAmount).toBeGreaterThanOrEqual(0);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
  });

  it.each([
    [49, 'AMOUNT_TOO_SMALL'],
    [25_000_100, 'AMOUNT_TOO_LARGE'],
  ])('of %d cents is refused, and nothing rings', async (price, code) => {
    const phone = freshPhone();
    const body = { amount: price, currency: 'KES', provider: 'MPESA', phone };
    const answer = await school.post<{ code: string }>('/finance/actions/wallet-topup', body, school.student.token);
    expect([answer.status, answer.body.code, desk.rings(phone)]).toEqual([400, code, 0]);
  });

  it('of another currency is refused, and nothing rings', async () => {
    const { id: courseId } = await school.course({ price: 5_000 });
    const phone = freshPhone();
    for (const [currency, code] of [
      ['USD', 'CURRENCY_NOT_TAKEN'],
      ['KES', 'CURRENCY_NOT_OFFERED'],
    ]) {
      const body = { courseId, provider: 'MPESA', phone, currency };
      const answer = await school.post<{ code: string }>('/payments/sessions', body, school.student.token);
      expect([answer.status, answer.body.code, desk.rings(phone)]).toEqual([400, code, 0]);
    }
  });
});

describe('a coupon', () => {
  it('is reserved while the phone rings, and consumed when it pays', async () => {
    const id = await coupon({ code: 'TENTH', discountValue: 10 });
    const sale = await desk.begin({ couponCode: 'TENTH' });
    expect([sale.push.amount, await usesOf(id)]).toEqual([2_250, ['RESERVED']]);
    mpesa().accept(sale.handle);
    await school.quiet();
    expect(await usesOf(id)).toEqual(['CONSUMED']);
    expect(await desk.session(sale)).toMatchObject({ discountAmount: 25_000, finalAmount: 225_000 });
  });

  it('comes back when nobody pays, and is taken again when somebody does after all', async () => {
    const id = await coupon({ code: 'FIFTH', discountValue: 20, maxUses: 1 });
    const sale = await desk.begin({ couponCode: 'FIFTH' });
    mpesa().noAnswer(sale.handle);
    await school.quiet();
    expect(await usesOf(id)).toEqual(['RETURNED']);
    mpesa().payLate(sale.handle);
    await school.quiet();
    expect([await usesOf(id), await desk.hasCourse(sale)]).toEqual([['CONSUMED'], true]);
  });

  it('for everything rings no phone at all', async () => {
    const id = await coupon({ code: 'GIFT', discountValue: 100 });
    const { answer, phone, buyer, courseId } = await desk.ask({ couponCode: 'GIFT' });
    expect(expectStatus(201, answer).session).toMatchObject({ status: 'COMPLETED', finalAmount: 0 });
    expect([desk.rings(phone), await usesOf(id), await desk.hasCourse({ buyer, courseId })]).toEqual([
      0,
      ['CONSUMED'],
      true,
    ]);
    expect(await school.sql('SELECT 1 FROM mpesa_requests WHERE phone = $1', [phone])).toEqual([]);
  });
});

describe('other things', () => {
  it('a package', async () => {
    const packages = new PackageDesk(school, await Lessons.open(school));
    await packages.move('KE', 'KES');
    const { id } = await packages.offer({ price: 300_000 });
    const buyer = await packages.student();
    const terms = { provider: 'MPESA', phone: freshPhone() };
    const { session } = expectStatus(201, await packages.purchase(id, buyer, terms));
    mpesa().accept(session.providerReference!);
    await school.quiet();
    const owned = await school.sql(
      'SELECT status, remaining_sessions::int AS left FROM student_packages WHERE student_id = $1',
      [buyer.id],
    );
    expect(owned).toEqual([{ status: 'ACTIVE', left: 3 }]);
    expect(await school.entriesAbout(session.paymentId)).toEqual(['package.sold']);
  });

  it('money in a wallet', async () => {
    const buyer = await person(school);
    const body = { amount: 123_400, currency: 'KES', provider: 'MPESA', phone: '0712 000 001' };
    const answer = await school.post<CreatedSessionDto>('/finance/actions/wallet-topup', body, buyer.token);
    const { session, redirectUrl } = expectStatus(201, answer);
    expect([redirectUrl, await money.wallet(buyer, 'KES')]).toEqual([null, 0]);
    mpesa().accept(session.providerReference!);
    await school.quiet();
    expect(await money.wallet(buyer, 'KES')).toBe(123_400);
    expect(desk.rings('254712000001')).toBe(1);
  });
});

describe('its buyer', () => {
  it('is sent a receipt, and told of the refund', async () => {
    const sale = await desk.buy();
    const subjects = () => school.mail.messages().filter(({ to }) => to.includes(sale.buyer.email));
    expect(subjects().map(({ subject }) => subject)).toEqual(['Your receipt: Swahili for beginners']);
    const { text } = subjects()[0]!;
    expect(text).toMatch(/KES\s2,500\.00/);
    expect(text).toContain('Paid with: M-Pesa');
    await money.refund(sale);
    await school.quiet();
    expect(subjects()).toHaveLength(2);
    expect(subjects()[1]!.subject).toBe('Your refund: Swahili for beginners');
  });

  it('sees it in the history, and the owner in the reports', async () => {
    const sale = await desk.buy();
    const history = await school.get<{ data: object[] }>('/payments/history', sale.buyer.token);
    expect(history.body.data).toMatchObject([{ id: sale.paymentId, provider: 'MPESA', status: 'COMPLETED' }]);
    const rows = await new ReportDesk(school).rowsOf<{ key: string }>('conversion');
    expect(rows.find(({ key }) => key === 'MPESA')).toMatchObject({ completed: expect.any(Number) });
  });
});
