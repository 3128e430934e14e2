import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endQuietly } from './support/keep-books.js';
import { MpesaDesk, type PushSale } from './support/mpesa-desk.js';
import { type PortalRow, portalStatement, saleRow } from './support/mpesa-statement.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* M-Pesa's statement comes as a file: known by receipts, in shillings, by the clocks of Nairobi. */

let school: School;
let desk: MpesaDesk;
let statement: ReconciliationDesk;
/** All rows so far: the portal's statement of the month. */
const rows: PortalRow[] = [];
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new MpesaDesk(school);
  statement = new ReconciliationDesk(school, 'MPESA');
});
afterAll(() => school.close());
endQuietly(() => school);

const receiptOf = ({ handle }: PushSale) =>
  school.sandbox.mpesa.pushes().find(({ checkoutRequestId }) => checkoutRequestId === handle)!.receipt!;

async function sold(): Promise<[PushSale, string]> {
  const sale = await desk.buy();
  rows.push(saleRow(sale, receiptOf(sale)));
  return [sale, receiptOf(sale)];
}

const refund = async ({ paymentId }: PushSale, amount: number) => {
  const body = { paymentId, amount, reason: 'not as described' };
  await school.post('/payments/refund', body, school.admin.token);
  await school.quiet();
  const [row] = await school.sql<{ receipt: string }>(
    `SELECT m.receipt FROM mpesa_requests m JOIN refunds r ON r.id = m.subject WHERE r.payment_id = $1 ORDER BY r.id DESC LIMIT 1`,
    [paymentId],
  );
  return row!.receipt;
};

describe('a clean month', () => {
  it('sales, a reversal, charges and what went to the bank: nothing is found, and what only the file tells is booked', async () => {
    const before = await school.books();
    const [sale, receipt] = await sold();
    await sold();
    const at = new Date();
    rows.push({
      receipt: await refund(sale, 100_000),
      at,
      reason: 'Transaction Reversal',
      amount: -1000,
      linked: receipt,
    });
    rows.push({ receipt, at, reason: 'Pay Bill Charge', amount: -23 });
    rows.push({ receipt: 'SKL0BANK01', at, reason: 'Organization Settlement to Bank', amount: -2000 });
    rows.push({ receipt: 'SKL0FAILED', at, reason: 'Pay Bill Online', amount: 999, status: 'Failed' });
    expect(await statement.import(portalStatement(rows))).toMatchObject({ lines: 5, newLines: 5, found: 0 });
    expect(await statement.totals()).toEqual({ KES: agreed });
    expect(await statement.stated()).toEqual({ KES: 197_700 });
    const after = await school.books();
    expect(after).toMatchObject({
      'asset:provider:mpesa KES': 197_700,
      'asset:bank KES': 200_000,
      'expense:provider-fees KES': 2300,
    });
    expect(before).not.toHaveProperty('asset:bank KES');
  });

  it('the same file again, and again at once, changes nothing', async () => {
    const before = await school.books();
    const again = await Promise.all([statement.offer(portalStatement(rows)), statement.offer(portalStatement(rows))]);
    expect(again.map(({ body }) => body)).toMatchObject([
      { lines: 5, newLines: 0, found: 0 },
      { lines: 5, newLines: 0, found: 0 },
    ]);
    expect(await school.books()).toEqual(before);
  });

  it('saved by a spreadsheet: semicolons, a byte order mark, UTF-16', async () => {
    const semicolons = portalStatement(rows, ';');
    for (const file of [
      `\uFEFF${portalStatement(rows)}`,
      semicolons,
      Buffer.from(`\uFEFF${portalStatement(rows)}`, 'utf16le'),
    ])
      expect(await statement.import(file)).toMatchObject({ lines: 5, newLines: 0, found: 0 });
  });
});

describe('what differs', () => {
  it('a payment whose callback never came is known by its account number, asked about, and gone with the next run', async () => {
    school.sandbox.mpesa.callbacks.pause();
    const sale = await desk.begin();
    school.sandbox.mpesa.accept(sale.handle);
    rows.push(saleRow(sale, receiptOf(sale)));
    await statement.import(portalStatement(rows));
    const found = await statement.only();
    expect(found).toMatchObject({ kind: 'MISSING_HERE', paymentId: sale.paymentId, proposedAction: 'ASK_PROVIDER' });
    expect((await statement.resolve(found.id, 'ASK_PROVIDER')).body).toMatchObject({ status: 'OPEN', entryId: null });
    await school.app.get((await import('../src/platform/jobs/index.js')).Sweeps).settle();
    expect(await desk.payment(sale)).toMatchObject({ status: 'COMPLETED', receipt: null });
    expect(await statement.run()).toMatchObject({ found: 0, gone: 1 });
    expect((await statement.list('&status=GONE')).data).toMatchObject([{ id: found.id, action: null }]);
    expect(await statement.totals()).toEqual({ KES: agreed });
    // Its receipt comes at last, and it is the same matter still.
    school.sandbox.mpesa.callbacks.resume();
    await school.quiet();
    expect(await statement.run()).toMatchObject({ found: 0, gone: 0 });
  });

  it('missing here and there, another amount, twice, and a reversal by hand', async () => {
    const [[, there], [, amount], [, twice], [, reversed]] = [await sold(), await sold(), await sold(), await sold()];
    const at = new Date();
    const month = rows.filter(({ receipt }) => receipt !== there);
    month.find(({ receipt }) => receipt === amount)!.amount = 2400;
    month.push({ receipt: 'SKL0NOBODY', at, reason: 'Pay Bill Online', amount: 700, account: 'RENT NOVEMBER' });
    month.push({ ...month.find(({ receipt }) => receipt === twice)! });
    month.push({ receipt: 'SKL0BYHAND', at, reason: 'Transaction Reversal', amount: -2500, linked: reversed });
    expect(await statement.import(portalStatement(month))).toMatchObject({ found: 5, opened: 5 });
    expect(await statement.found()).toEqual([
      'AMOUNT CHARGE KES 240000/250000',
      'DUPLICATE CHARGE KES 500000/250000',
      'MISSING_HERE CHARGE KES 70000/0',
      'MISSING_HERE REFUND KES -250000/0',
      'MISSING_THERE CHARGE KES 0/250000',
    ]);
    for (const { id, proposedAction } of await statement.open())
      await statement.resolve(id, proposedAction === 'WAIT' ? 'WRITE_OFF' : proposedAction);
    expect(await statement.run()).toMatchObject({ found: 0 });
    expect(await statement.totals()).toEqual({ KES: agreed });
  });
});
