import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paymobDefaults } from '../src/sandbox/index.js';
import { endQuietly } from './support/keep-books.js';
import { PaymobDesk } from './support/paymob-desk.js';
import { openSchool, type School } from './support/school.js';
import { bought, unpaid } from './support/standings.js';

/* Mistakes that others have made with Paymob, or with webhooks at all, by the numbers of a public list of them: taking a callback in. */

const OLD_SECRET = 'the-secret-before-this-one';

let school: School;
let desk: PaymobDesk;
beforeAll(async () => {
  const { hmacSecret } = paymobDefaults;
  school = await openSchool({ ROLE: 'api', PAYMOB_HMAC_SECRET: `${hmacSecret},${OLD_SECRET}` });
  desk = new PaymobDesk(school);
});
afterAll(() => school.close());
endQuietly(() => school);

/** A sale that is paid, and Paymob keeps it to itself; with the transaction as Paymob would tell it. */
async function paidUnheard(terms?: Parameters<PaymobDesk['begin']>[0]) {
  const sale = await desk.begin(terms);
  desk.payUnheard(sale);
  await desk.quiet();
  return { sale, transaction: desk.transactionsOf(sale)[0]! };
}

describe('a callback', () => {
  it('1. that cannot be acted on now is kept, and acted on when it can be', async () => {
    const { sale, transaction } = await paidUnheard();
    await school.sql('ALTER TABLE access_grants RENAME TO grants_elsewhere');
    try {
      expect(await desk.deliver(transaction)).toBe(200);
      await school.settle();
      expect(await desk.state(sale)).toMatchObject({ session: 'PENDING', entries: [] });
    } finally {
      await school.sql('ALTER TABLE grants_elsewhere RENAME TO access_grants');
    }
    await desk.later();
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('2. about something that is not ours, or says nothing, is taken all the same', async () => {
    const { transaction } = await paidUnheard();
    const token = {
      ...{ id: 1, token: 'tok_secret', masked_pan: 'xxxx-xxxx-xxxx-0010', merchant_id: 2, card_subtype: 'Visa' },
      ...{ created_at: '2026-08-14T12:00:00.000000', email: 'test@example.com', order_id: '3' },
    };
    expect(await desk.deliverToken(token)).toBe(200);
    const foreign = { id: 41, integration_id: 999_999 };
    const unknown = { id: 42, order: { id: 1 } };
    expect(await desk.deliver(transaction, { changes: foreign })).toBe(200);
    expect(await desk.deliver(transaction, { changes: unknown })).toBe(200);
    await desk.quiet();
    expect(await desk.inbox(1)).toEqual([['token', 'IGNORED']]);
    expect(await desk.inbox(41)).toEqual([['payment.success', 'IGNORED']]);
    expect(await desk.inbox(42)).toEqual([['payment.success', 'UNMATCHED']]);
    expect(await school.sql(`SELECT 1 FROM provider_events WHERE body LIKE '%tok_secret%'`)).toEqual([]);
  });

  it('3. is read as its values, however its bytes are written', async () => {
    const { sale, transaction } = await paidUnheard();
    const shuffled = Object.fromEntries(Object.entries(transaction).toReversed());
    expect(await desk.deliver(shuffled)).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('4. is neither asked who it is nor too many: two hundred at once', async () => {
    const { sale, transaction } = await paidUnheard();
    const answers = await Promise.all(Array.from({ length: 200 }, () => desk.deliver(transaction)));
    expect(new Set(answers)).toEqual(new Set([200]));
    await desk.quiet();
    expect(await desk.inbox(transaction.id)).toEqual([['payment.success', 'PROCESSED']]);
    expect(await desk.state(sale)).toMatchObject({ entries: ['course.sold'], refunds: [] });
  });

  it('5. may be signed by either secret while they are changed, by no other', async () => {
    const { sale, transaction } = await paidUnheard();
    expect(await desk.deliver(transaction, { secret: 'stripe-secret' })).toBe(400);
    expect(await desk.deliver(transaction, { secret: '' })).toBe(400);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(unpaid);
    expect(await desk.deliver(transaction, { secret: OLD_SECRET })).toBe(200);
    expect(await desk.deliver(transaction)).toBe(200);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
    expect(await desk.inbox(transaction.id)).toHaveLength(1);
  });

  it('6. and 7. is one effect, told twice, twice at once, or again after a day', async () => {
    const { sale, transaction } = await paidUnheard();
    await Promise.all([desk.deliver(transaction), desk.deliver(transaction)]);
    await desk.quiet();
    for (let turn = 0; turn < 2; turn += 1) expect(await desk.deliver(transaction)).toBe(200);
    // As Paymob tells it to the browser: the same, dated otherwise.
    expect(await desk.deliver(transaction, { changes: { created_at: '2026-11-20T12:00:00.000001+02:00' } })).toBe(200);
    await desk.quiet();
    expect(await desk.state(sale)).toMatchObject({ session: 'COMPLETED', entries: ['course.sold'], refunds: [] });
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it('8. is answered before anything is done', async () => {
    const { sale, transaction } = await paidUnheard();
    expect(await desk.deliver(transaction)).toBe(200);
    expect(await desk.state(sale)).toMatchObject({ session: 'PENDING', entries: [] });
    expect(await desk.inbox(transaction.id)).toEqual([['payment.success', 'RECEIVED']]);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(bought);
  });

  it.each([
    ['without a signature', ''],
    ['with an empty one', '?hmac='],
    ['with two', `?hmac=${'a'.repeat(128)}&hmac=${'b'.repeat(128)}`],
    ['with one that is not hex', `?hmac=${'z'.repeat(128)}`],
    ['with one of another length', '?hmac=abc'],
    ['with one by another name', `?HMAC=${'a'.repeat(128)}`],
    ['with one of somebody else', `?hmac=${'0'.repeat(128)}`],
  ])('29. %s is refused', async (_, path) => {
    const { sale, transaction } = await paidUnheard();
    expect(await desk.deliver(transaction, { path })).toBe(400);
    await desk.quiet();
    expect(await desk.inbox(transaction.id)).toEqual([]);
    expect(await desk.standing(sale)).toEqual(unpaid);
  });

  it.each([
    { success: true, pending: false },
    { amount_cents: 1 },
    { currency: 'SAR' },
    { order: { id: 1 } },
    { integration_id: 1 },
    { id: 1 },
    { is_refunded: true },
  ])('29. and 30. whose signed fields are changed to %j is refused', async (unsigned) => {
    const sale = await desk.begin();
    const { transaction } = desk.paymob.decline(sale.stripeId);
    expect(await desk.deliver(transaction, { unsigned })).toBe(400);
    await desk.quiet();
    expect(await desk.standing(sale)).toEqual(unpaid);
  });

  it.each([
    '',
    '[]',
    'null',
    '{"type":"TRANSACTION"}',
    '{"type":"TRANSACTION","obj":[]}',
    '{"obj":{"id":1}}',
    '{"type":"TRANSACTION","obj":{"__proto__":{"id":1}}}',
    'no json',
  ])('29. that is %j is refused', async (body) => {
    const answer = await fetch(`${school.url}/api/finance/webhooks/paymob?hmac=${'a'.repeat(128)}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
  });
});
