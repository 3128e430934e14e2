import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { PaymobDesk } from './support/paymob-desk.js';
import { person } from './support/people.js';
import { openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';

/* Mistakes that others have made with Paymob, by the numbers of a public list of them: whose money it is, and how much. */

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', CURRENCIES: 'USD,EGP,SAR,JPY,OMR' });
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

const sold = { session: 'COMPLETED', payment: 'COMPLETED', reason: null, entries: ['course.sold'], refunds: [] };

/** A sale that is paid, and Paymob keeps it to itself; with the transaction as Paymob would tell it. */
async function paidUnheard(terms?: Parameters<PaymobDesk['begin']>[0]) {
  const sale = await desk.begin(terms);
  desk.payUnheard(sale);
  await desk.quiet();
  return { sale, transaction: desk.transactionsOf(sale)[0]! };
}

describe('what was to be paid', () => {
  it('16. the client has no say in the amount', async () => {
    const { id: courseId } = await school.course({ price: 10_000, currency: 'EGP' });
    const buyer = await person(school);
    for (const field of ['amount', 'amount_cents', 'total', 'special_reference', 'integration_id']) {
      const answer = await school.post('/payments/sessions', { courseId, provider: 'PAYMOB', [field]: 1 }, buyer.token);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `#/${field}` }] } });
    }
  });

  it('16. and 30. money for a cheap order that names a dear one buys the cheap one only', async () => {
    const dear = await desk.begin({ price: 50_000 });
    const { sale: cheap, transaction } = await paidUnheard({ price: 100, buyer: dear.buyer });
    const lie = {
      order: { ...transaction.order, merchant_order_id: dear.paymentId, amount_cents: 50_000 },
      payment_key_claims: { ...transaction.payment_key_claims, extra: { paymentId: dear.paymentId } },
    };
    expect(await desk.deliver(transaction, { unsigned: lie })).toBe(200);
    await desk.quiet();
    expect(await desk.state(cheap)).toEqual(sold);
    expect(await desk.standing(dear)).toEqual(unpaid);
    expect(await desk.entries(dear)).toEqual([]);
  });

  it('16. the digits of the year are no part of the amount', async () => {
    const { transaction } = await paidUnheard({ price: 100 });
    const { created_at: at } = transaction;
    const dear = { amount_cents: Number(`100${at.slice(0, 2)}`), created_at: at.slice(2) };
    expect(await desk.deliver(transaction, { changes: dear })).toBe(400);
  });

  it.each([
    ['amount', { amount_cents: 9999 }, 9999, 'EGP'],
    ['amount, too much', { amount_cents: 10_001 }, 10_001, 'EGP'],
    ['currency', { currency: 'SAR' }, 10_000, 'SAR'],
    ['amount and currency', { amount_cents: 1_000_000, currency: 'JPY' }, 1_000_000, 'JPY'],
  ])('17. paid means paid the right %s: else it is booked as what it is, and nothing is given', async (...row) => {
    const [, wrong, amount, currency] = row;
    const { sale, transaction } = await paidUnheard();
    // The stand-in has never had this money, so it cannot give it back: it waits for an admin.
    const changes = { ...wrong, id: transaction.id + 1_000_000 };
    for (let turn = 0; turn < 2; turn += 1) expect(await desk.deliver(transaction, { changes })).toBe(200);
    await desk.quiet();
    expect(await desk.state(sale)).toMatchObject({ session: 'FAILED', reason: 'AMOUNT_MISMATCH' });
    expect(await desk.standing(sale)).toMatchObject({ place: null, open: false, count: 0 });
    expect(await desk.entries(sale)).toEqual(['payment.unapplied', 'refund.asked', 'refund.failed']);
    expect(await school.books()).toMatchObject({ [`liability:unapplied:${sale.paymentId} ${currency}`]: amount });
    // What was really paid still buys it.
    expect(await desk.deliver(transaction)).toBe(200);
    await desk.quiet();
    expect(await desk.state(sale)).toMatchObject({ session: 'COMPLETED' });
  });

  it.each([
    ['nothing', { amount_cents: 0 }],
    ['money that nobody knows', { currency: 'XQX' }],
  ])('17. paid of %s is not paid', async (_, changes) => {
    const { sale, transaction } = await paidUnheard();
    await desk.deliver(transaction, { changes: { ...changes, id: transaction.id + 1_000_000 } });
    await desk.quiet();
    expect(await desk.standing(sale)).toMatchObject({ place: null, open: false });
    expect(await desk.entries(sale)).toEqual([]);
  });
});

describe('30. of what is not signed nothing is believed', () => {
  it.each([
    ['a payment that calls itself a refund', { is_refund: true, is_void: true, refunded_amount_cents: 10_000 }],
    ['a payment that follows another', { parent_transaction: 1 }],
    ['other amounts beside the signed one', { order: { amount_cents: 1, paid_amount_cents: 1 }, captured_amount: 1 }],
    ['a message of another kind', { data: { message: 'Declined', txn_response_code: 'DECLINED' }, is_live: true }],
  ])('%s buys what it pays for', async (_, unsigned) => {
    const { sale, transaction } = await paidUnheard();
    const order = { ...transaction.order, ...('order' in unsigned && unsigned.order) };
    expect(await desk.deliver(transaction, { unsigned: { ...unsigned, order } })).toBe(200);
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('a declined attempt that names its success outside of the signature buys nothing', async () => {
    const sale = await desk.begin();
    const { transaction } = desk.paymob.decline(sale.stripeId);
    const unsigned = { data: { message: 'Approved' }, order: { ...transaction.order, paid_amount_cents: 10_000 } };
    expect(await desk.deliver(transaction, { unsigned })).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(unpaid);
  });

  it('declined is not the end, nor is pending, and neither undoes what was paid', async () => {
    const { sale, transaction } = await paidUnheard();
    const declined = { success: false, error_occured: true };
    const pending = { success: false, pending: true };
    for (const changes of [declined, pending, {}, declined, pending]) {
      expect(await desk.deliver(transaction, { changes })).toBe(200);
      await desk.quiet();
    }
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.inbox(transaction.id)).toEqual([
      ['payment.declined', 'PROCESSED'],
      ['payment.pending', 'PROCESSED'],
      ['payment.success', 'PROCESSED'],
    ]);
  });

  it('what was authorized is not paid, and is when it is captured', async () => {
    const { sale, transaction } = await paidUnheard();
    const capture = { id: transaction.id + 1_000_000, is_capture: true, has_parent_transaction: true };
    expect(await desk.deliver(transaction, { changes: { is_auth: true } })).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(unpaid);
    expect(await desk.deliver(transaction, { changes: capture })).toBe(200);
    await desk.quiet();
    expect(await desk.state(sale)).toEqual(sold);
    expect(await desk.payment(sale)).toMatchObject({ transactionId: String(capture.id) });
  });

  it('an order that we do not know, with the name of a payment of ours, has that asked about and no more', async () => {
    const sale = await desk.begin();
    const { transaction } = await paidUnheard();
    const order = { ...transaction.order, id: 77, merchant_order_id: sale.paymentId };
    // Its order is known by another number already.
    expect(await desk.deliver(transaction, { changes: { id: 78, order } })).toBe(200);
    await desk.quiet();
    await school.sql('UPDATE payments SET provider_reference = NULL WHERE id = $1', [sale.paymentId]);
    expect(await desk.deliver(transaction, { changes: { id: 79, order } })).toBe(200);
    await desk.quiet();
    expect([await desk.inbox(78), await desk.inbox(79)]).toEqual([
      [['payment.success', 'UNMATCHED']],
      [['payment.success', 'PROCESSED']],
    ]);
    expect(await desk.standing(sale)).toEqual(unpaid);
  });
});
