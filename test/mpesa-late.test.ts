import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Desk } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { Lessons } from './support/lessons.js';
import { freshPhone, MpesaDesk, type PushSale } from './support/mpesa-desk.js';
import { PackageDesk } from './support/package-desk.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* A phone that rings cannot be made to stop: money comes after we have given it up, and is honoured, or goes back. */

let school: School;
let desk: MpesaDesk;
let money: Desk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
  money = new Desk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const mpesa = () => school.sandbox.mpesa;
const HALF_AN_HOUR = 1_805;
const DAY = 86_400;
const sold = {
  ...{ session: 'COMPLETED', payment: 'COMPLETED', reason: null, due: null },
  ...{ entries: ['course.sold'], places: 1, refunds: 0 },
};
const cancel = ({ sessionId, buyer }: PushSale) =>
  school.post(`/payments/sessions/${sessionId}/cancel`, {}, buyer.token);

describe('money that comes late and still fits', () => {
  it('after its buyer has cancelled: the phone goes on ringing, and who answers it has bought', async () => {
    const sale = await desk.begin();
    const session = { status: 'CANCELED', failureReason: 'cancelled', failureMessage: 'The payment was cancelled' };
    expect((await cancel(sale)).body).toMatchObject({ session });
    expect(await desk.traces(sale)).toMatchObject({ session: 'CANCELED', due: expect.any(Date) });
    mpesa().accept(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('after its buyer has cancelled, and nobody tells of it: it is found', async () => {
    const sale = await desk.begin();
    await cancel(sale);
    mpesa().settleSilently(sale.handle);
    await desk.later(125);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it('after its time was over, told or not', async () => {
    const [told, untold] = [await desk.begin(), await desk.begin()];
    await desk.later(HALF_AN_HOUR);
    for (const sale of [told, untold])
      expect(await desk.traces(sale)).toMatchObject({ session: 'EXPIRED', reason: 'expired', due: expect.any(Date) });
    mpesa().accept(told.handle);
    mpesa().settleSilently(untold.handle);
    await school.quiet();
    expect(await desk.traces(told)).toMatchObject(sold);
    await desk.later(3_700);
    expect(await desk.traces(untold)).toMatchObject(sold);
  });

  it('after its time was over, told of by nobody, hours later: it is asked about for a day', async () => {
    const sale = await desk.begin();
    for (const seconds of [HALF_AN_HOUR, 3_700, 3_700, 3_700]) await desk.later(seconds);
    expect(await desk.traces(sale)).toMatchObject({ session: 'EXPIRED', due: expect.any(Date) });
    mpesa().settleSilently(sale.handle);
    await desk.later(3_700);
    expect(await desk.traces(sale)).toMatchObject(sold);
  });

  it.each([1037, 1019])('after nobody has answered (%d)', async (code) => {
    const sale = await desk.begin();
    mpesa().fail(sale.handle, code);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ session: 'EXPIRED', entries: [], places: 0 });
    mpesa().payLate(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
  });
});

describe('money that comes late and fits nothing any more', () => {
  const gone = (reason: string) => ({
    ...{ session: 'FAILED', reason, due: null, refunds: 1 },
    entries: ['payment.unapplied', 'refund.asked', 'refund.done'],
  });
  /** All of it went back to the phone that it came from. */
  function expectReversed({ handle }: PushSale): void {
    const { receipt, amount } = desk.pushOf({ handle });
    const given = mpesa()
      .reversals()
      .filter(({ originalReceipt }) => originalReceipt === receipt);
    expect(given.map(({ status, amount: back }) => [status, back])).toEqual([['done', amount]]);
  }

  it('for what was bought another way meanwhile', async () => {
    const sale = await desk.begin();
    await cancel(sale);
    await desk.buy({ buyer: sale.buyer, courseId: sale.courseId });
    const moved = await money.moved(() => mpesa().accept(sale.handle));
    expect(moved).toEqual({});
    expect(await desk.traces(sale)).toMatchObject({ ...gone('ALREADY_ENROLLED'), places: 1 });
    expectReversed(sale);
    expect((await desk.session(sale)).failureMessage).toBe('This was bought already; the money goes back');
  });

  it('for a coupon whose place another has', async () => {
    const fields = { code: 'LAST-ONE', name: 'One', discountType: 'PERCENTAGE', discountValue: 50, maxUses: 1 };
    expectStatus(201, await school.post('/coupons', fields, school.admin.token));
    const sale = await desk.begin({ couponCode: 'LAST-ONE' });
    await cancel(sale);
    const other = await desk.buy({ couponCode: 'LAST-ONE' });
    expect(await desk.traces(other)).toMatchObject(sold);
    mpesa().accept(sale.handle);
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject({ ...gone('COUPON_USED_UP'), places: 0 });
    expectReversed(sale);
  });

  it('for what was taken down', async () => {
    const lessons = await Lessons.open(school);
    const packages = new PackageDesk(school, lessons);
    await packages.move('KE', 'KES');
    const { id: packageId } = await packages.offer({ price: 300_000 });
    const buyer = await packages.student();
    const terms = { provider: 'MPESA', phone: freshPhone() };
    const { session } = expectStatus(201, await packages.purchase(packageId, buyer, terms));
    await school.sql('DELETE FROM class_packages WHERE id = $1', [packageId]);
    mpesa().accept(session.providerReference!);
    await school.quiet();
    expect(await desk.traces({ sessionId: session.id })).toMatchObject(gone('NOT_ON_SALE'));
    expect(mpesa().reversals().at(-1)).toMatchObject({ status: 'done', amount: session.finalAmount / 100 });
  });

  it('and M-Pesa refuses to take it back: it lies with us until a person sees to it', async () => {
    const sale = await desk.begin();
    await cancel(sale);
    await desk.buy({ buyer: sale.buyer, courseId: sale.courseId });
    mpesa().nextRequest('reversal', { endsIn: 21 });
    const moved = await money.moved(() => mpesa().accept(sale.handle));
    expect(moved).toEqual({ 'asset:provider:mpesa KES': 250_000, 'liability:unapplied:buyer KES': 250_000 });
    expect(await money.refunds(sale)).toEqual([['FAILED', 250_000]]);
    // Asked for anew it goes.
    expect(await money.moved(() => money.refund(sale))).toEqual({
      'asset:provider:mpesa KES': -250_000,
      'liability:unapplied:buyer KES': -250_000,
    });
    expect(await money.refunds(sale)).toEqual([
      ['FAILED', 250_000],
      ['SUCCEEDED', 250_000],
    ]);
  });
});

// The last: tokens do not outlive it.
describe('money that comes a day later', () => {
  it('when nobody asks any more, is still heard of, also when M-Pesa has not made up its mind at first', async () => {
    const [sale, other] = [await desk.begin(), await desk.begin()];
    mpesa().callbacks.pause();
    await desk.later(HALF_AN_HOUR);
    for (let time = 0; time < 3; time += 1) await desk.later(DAY);
    for (const { handle } of [sale, other]) mpesa().accept(handle);
    expect(await desk.traces(sale)).toMatchObject({ session: 'EXPIRED', due: null });
    mpesa().answerQueries(other.handle, 4999, 'The transaction is still under processing');
    mpesa().callbacks.resume();
    await school.quiet();
    expect(await desk.traces(sale)).toMatchObject(sold);
    expect(await desk.traces(other)).toMatchObject({ session: 'EXPIRED', due: expect.any(Date) });
    mpesa().answerQueries(other.handle, 0, 'Done');
    await desk.later(3_700);
    expect(await desk.traces(other)).toMatchObject(sold);
  });
});
