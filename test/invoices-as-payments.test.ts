import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFERRED, InvoiceDesk, REVENUE, STRIPE, TAX } from './support/invoice-desk.js';
import { endQuietly } from './support/keep-books.js';
import { expectStatus, openSchool, type School } from './support/school.js';

/* An invoice that Stripe has collected by itself is a payment here: known once, refunded, disputed and reconciled as any other. */

let school: School;
let desk: InvoiceDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new InvoiceDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const month = [['PRO', 10_000, 1900, 0, 30]] as const;

describe('an invoice that was paid', () => {
  it('is a completed payment, its tax owed and its net deferred', async () => {
    let paymentId = '';
    const moved = await desk.moved(async () => {
      paymentId = (await desk.recorded(month)).paymentId;
    });
    expect(moved).toEqual({ [STRIPE]: 11_900, [TAX]: 1900, [DEFERRED]: 10_000 });
    expect(await desk.payment(paymentId)).toMatchObject({
      status: 'COMPLETED',
      item: { kind: 'subscription', title: 'Pro, monthly' },
      provider: 'STRIPE',
      amount: 10_000,
      tax: 1900,
      total: 11_900,
      refunds: [],
    });
    expect(await desk.lines(paymentId)).toEqual([['PRO', 10_000, 0]]);
    expect(await school.entriesAbout(paymentId)).toEqual(['subscription.sold']);
    const [movement] = await school.sql('SELECT kind, fee::int FROM provider_movements WHERE payment_id = $1', [
      paymentId,
    ]);
    expect(movement).toEqual({ kind: 'CHARGE', fee: 375 });
  });

  it('is one payment however often and by how many at once it is recorded', async () => {
    const invoice = await desk.collected(month);
    const answers = await Promise.all([1, 2, 3].map(() => desk.record(invoice)));
    expect(answers.filter((answer) => answer !== undefined)).toHaveLength(1);
    expect(await desk.record(invoice)).toBeUndefined();
    const [sessions] = await school.sql<{ count: number }>(
      `SELECT count(*)::int FROM payment_sessions WHERE id NOT IN (SELECT session_id FROM payments)`,
    );
    expect(sessions).toEqual({ count: 0 });
  });

  it('is waited for by what is heard about its money before', async () => {
    const invoice = await desk.collected(month);
    school.sandbox.stripe.refund({ paymentIntent: invoice.transactionId, amount: 1190 });
    await school.quiet();
    const waiting = `SELECT type FROM provider_events WHERE waits_for = $1 AND status = 'RECEIVED' ORDER BY type`;
    expect(await school.sql(waiting, [invoice.transactionId])).toEqual([
      { type: 'charge.refunded' },
      { type: 'charge.updated' },
      { type: 'refund.created' },
    ]);
    let paymentId = '';
    const moved = await desk.moved(async () => {
      paymentId = (await desk.record(invoice))!.paymentId;
    });
    expect(moved).toEqual({ [STRIPE]: 11_900 - 1190, [TAX]: 1710, [DEFERRED]: 9000 });
    expect(await school.sql(waiting, [invoice.transactionId])).toEqual([]);
    expect(await desk.payment(paymentId)).toMatchObject({ status: 'PARTIALLY_REFUNDED', refundedAmount: 1190 });
  });

  it('whose lines do not add up to what came is booked at what came, in proportion', async () => {
    // A credit balance has paid 2380 of 14280.
    const lines = [
      ['PRO', -3000, -570, 0, 20],
      ['MAX', 15_000, 2850, 0, 20],
    ] as const;
    const moved = await desk.moved(async () => {
      const { paymentId } = await desk.recorded(lines, { came: 11_900 });
      expect(await desk.lines(paymentId)).toEqual([
        ['PRO', -2500, 0],
        ['MAX', 12_500, 0],
      ]);
    });
    expect(moved).toEqual({ [STRIPE]: 11_900, [TAX]: 1900, [DEFERRED]: 10_000 });
    const { paymentId } = await desk.recorded([], { came: 700 });
    expect(await desk.lines(paymentId)).toEqual([['OTHER', 700, 0]]);
    const back = await desk.recorded(
      [
        ['PRO', -5000, 0, 0, 20],
        ['MAX', 3000, 0, 0, 20],
      ],
      { came: 900 },
    );
    expect(await desk.lines(back.paymentId)).toEqual([['MAX', 900, 0]]);
  });
});

describe('what goes back of it', () => {
  it('is tax and deferred revenue in proportion; what was earned of it is earned no more', async () => {
    const { paymentId, sessionId } = await desk.recorded([['PRO', 3000, 571, -10, 20]]);
    await desk.aDay();
    const earned = (await desk.lines(paymentId))[0]![2];
    expect(earned).toBe(1100);
    const part = await desk.moved(() => desk.refund(paymentId, 1000));
    // 571 × 1000 / 3571 is 159.90; of the 840 that are left of the net, 11 of 30 days are 308.
    expect(part).toEqual({ [STRIPE]: -1000, [TAX]: -160, [DEFERRED]: -532, [REVENUE]: -308 });
    expect(await desk.lines(paymentId)).toEqual([['PRO', 2160, 792]]);
    expect(desk.told).toEqual([]);
    const rest = await desk.moved(() => desk.refund(paymentId));
    expect(rest).toEqual({ [STRIPE]: -2571, [TAX]: -411, [DEFERRED]: -1368, [REVENUE]: -792 });
    expect(await desk.lines(paymentId)).toEqual([['PRO', 0, 0]]);
    expect(desk.told.splice(0)).toEqual([['revoke', sessionId]]);
    expect((await desk.refund(paymentId, 1)).body.code).toBe('NOT_REFUNDABLE');
  });

  it('comes back when its refund fails later, and is earned with the next day', async () => {
    const { paymentId, sessionId } = await desk.recorded([['PRO', 3000, 570, -10, 20]]);
    await desk.aDay();
    const { body } = await desk.refund(paymentId);
    await school.quiet();
    expect(await desk.lines(paymentId)).toEqual([['PRO', 0, 0]]);
    school.sandbox.stripe.failRefund(body.providerRefundId);
    await school.quiet();
    expect(await desk.lines(paymentId)).toEqual([['PRO', 3000, 0]]);
    expect(desk.told.splice(0)).toEqual([
      ['revoke', sessionId],
      ['restore', sessionId],
    ]);
    await desk.aDay();
    expect(await desk.lines(paymentId)).toEqual([['PRO', 3000, 1300]]);
    expect(await desk.payment(paymentId)).toMatchObject({ status: 'COMPLETED', refundedAmount: 0 });
  });

  it('may be lost to the bank', async () => {
    const { paymentId, sessionId, transactionId } = await desk.recorded([['PRO', 3000, 570, -10, 20]]);
    const dispute = school.sandbox.stripe.dispute(transactionId);
    await school.quiet();
    expect(desk.told.splice(0)).toEqual([['suspend', sessionId]]);
    school.sandbox.stripe.loseDispute(dispute.id);
    await school.quiet();
    expect(desk.told.splice(0)).toEqual([['revoke', sessionId]]);
    expect(await desk.lines(paymentId)).toEqual([['PRO', 0, 0]]);
  });
});

describe('the reports', () => {
  it('know what was received, deferred and earned of subscriptions', async () => {
    const report = await school.get<{ rows: Record<string, unknown>[] }>(
      '/finance/reports/revenue?groupBy=type',
      desk.admin.token,
    );
    const [row] = expectStatus(200, report).rows.filter(({ key }) => key === 'subscription');
    const books = await desk.books();
    expect(row).toMatchObject({ currency: 'USD', earned: books[REVENUE], deferred: books[DEFERRED], tax: books[TAX] });
    expect(expectStatus(200, report).rows).toHaveLength(1);
  });
});
