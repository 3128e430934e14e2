import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk } from './support/mpesa-desk.js';
import { openSchool, type School } from './support/school.js';

let school: School;
let desk: MpesaDesk;

beforeAll(async () => {
  school = await openSchool();
  desk = new MpesaDesk(school);
});

afterAll(() => school.close());

endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;

describe('a course bought by M-Pesa', () => {
  it('rings the phone, and is given when the PIN was entered', async () => {
    const sale = await desk.begin({ price: 250_000, country: 'DE' });
    expect(await desk.session(sale)).toMatchObject({
      ...{ status: 'PENDING', provider: 'MPESA', redirectUrl: null, providerReference: sale.handle, currency: 'KES' },
      ...{ amount: 250_000, taxAmount: 47_500, finalAmount: 297_500 },
    });
    expect(sale.push).toMatchObject({ phone: sale.phone, amount: 2_975, status: 'ringing' });
    mpesa().accept(sale.handle);
    await school.quiet();
    const { receipt } = mpesa()
      .pushes()
      .find(({ checkoutRequestId }) => checkoutRequestId === sale.handle)!;
    expect(await desk.session(sale)).toMatchObject({ status: 'COMPLETED', failureReason: null });
    expect(await desk.payment(sale)).toMatchObject({
      ...{ status: 'COMPLETED', provider: 'MPESA', transactionId: sale.handle, receipt, total: 297_500 },
    });
    expect(await desk.hasCourse(sale)).toBe(true);
    expect(await school.entriesAbout(sale.paymentId)).toEqual(['course.sold']);
    expect(await school.books()).toMatchObject({ 'asset:provider:mpesa KES': 297_500, 'liability:tax:de KES': 47_500 });
  });
});
