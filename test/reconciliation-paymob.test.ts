import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Sweeps } from '../src/platform/jobs/index.js';
import type { Sale } from './support/giving-back.js';
import { endQuietly } from './support/keep-books.js';
import { PaymobDesk } from './support/paymob-desk.js';
import { type ExportRow, exportRow, paymobExport, pounds } from './support/paymob-statement.js';
import { agreed, ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* Paymob's statement comes as a file: known by the numbers of its transactions, with what it has kept of each, by the clocks of Cairo. */

const FEE = 250;
let school: School;
let desk: PaymobDesk;
let statement: ReconciliationDesk;
/** All rows so far: the export of the month. */
const rows: ExportRow[] = [];
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  desk = new PaymobDesk(school);
  statement = new ReconciliationDesk(school, 'PAYMOB');
});
afterAll(() => school.close());
endQuietly(() => school);

async function sold(): Promise<[Sale, ExportRow]> {
  const sale = await desk.buy();
  const row = exportRow(desk.transactionsOf(sale).at(-1)!, FEE);
  rows.push(row);
  return [sale, row];
}

const lastOf = (sale: Sale) => desk.transactionsOf(sale).at(-1)!;
const imported = () => statement.import(paymobExport(rows));

describe('a clean month', () => {
  it('sales, refunds, voids, fees and what went to the bank: nothing is found, and what only the file tells is booked', async () => {
    const [[part], [whole]] = [await sold(), await sold()];
    const declined = await desk.begin();
    desk.pay(declined, '4111111111111111');
    rows.push(exportRow(lastOf(declined), 0, { status: 'Declined' }));
    await desk.refunded(whole);
    await desk.refunded(part, { amount: 1_234 });
    rows.push(exportRow(lastOf(whole)), exportRow(lastOf(part), 10));
    const createdAt = rows[0]!.createdAt;
    rows.push(
      { ...rows[0]!, id: '900001', type: 'Settlement', amount: '50.00', fees: '1.00', order: '', createdAt },
      { ...rows[0]!, id: '900002', type: 'Monthly fee', amount: '3.00', fees: '0.00', order: '', createdAt },
    );
    const moved = await desk.moved(async () => {
      expect(await imported()).toMatchObject({ lines: 6, newLines: 6, found: 0 });
    });
    expect(moved).toEqual({
      'asset:bank EGP': 5_000,
      'asset:provider:paymob EGP': -5_000 - 100 - 300 - 2 * FEE - 10,
      'expense:provider-fees EGP': 100 + 300 + 2 * FEE + 10,
    });
    expect(await statement.totals()).toEqual({ EGP: agreed });
  });

  it('the same file again, at once, by semicolons, and with a row twice, changes nothing', async () => {
    const moved = await desk.moved(async () => {
      const files = [paymobExport(rows), paymobExport(rows, ';'), paymobExport([...rows, ...rows])];
      const answers = await Promise.all(files.map((file) => statement.offer(file)));
      expect(answers.map(({ body }) => body)).toMatchObject(files.map(() => ({ lines: 6, newLines: 0, found: 0 })));
    });
    expect(moved).toEqual({});
  });

  it('a fee that is told with a later file is booked with that one', async () => {
    const [, row] = await sold();
    row.fees = '';
    expect(await desk.moved(imported)).toEqual({});
    row.fees = pounds(FEE);
    expect(await desk.moved(imported)).toEqual({
      'asset:provider:paymob EGP': -FEE,
      'expense:provider-fees EGP': FEE,
    });
    expect(await statement.list('&status=OPEN')).toMatchObject({ data: [] });
    expect(await statement.totals()).toEqual({ EGP: agreed });
  });
});

describe('what differs', () => {
  let sale: Sale;
  let row: ExportRow;
  const net = 10_000 - FEE;
  beforeEach(async () => {
    await sold();
    [sale, row] = await sold();
  });

  /** Nothing else is found, what is proposed is done, and then both sides agree. */
  async function foundAndResolved(expected: object, action?: string): Promise<Record<string, number>> {
    expect(await statement.only()).toMatchObject(expected);
    const moved = await desk.moved(() => statement.resolved(action));
    expect(await imported()).toMatchObject({ found: 0, newLines: 0 });
    expect(await statement.totals()).toEqual({ EGP: agreed, ...((await statement.totals()).USD && { USD: agreed }) });
    return moved;
  }

  it('missing here: a transaction that nobody knows', async () => {
    rows.push({ ...row, id: '900003', order: 'a payment link', amount: '7.00', fees: '0.20' });
    await imported();
    expect(
      await foundAndResolved({
        ...{ kind: 'MISSING_HERE', matter: 'CHARGE', reference: '900003', paymentId: null },
        ...{ proposedAction: 'BOOK_UNIDENTIFIED', sums: [{ currency: 'EGP', stated: 680, booked: 0, statedFee: 20 }] },
      }),
    ).toEqual({
      'asset:provider:paymob EGP': 680,
      'expense:provider-fees EGP': 20,
      'liability:unidentified:paymob EGP': 700,
    });
  });

  it('missing here: paid, and never told; asked about, it is gone', async () => {
    const unheard = await desk.begin();
    desk.payUnheard(unheard);
    rows.push(exportRow(lastOf(unheard), FEE));
    await imported();
    const found = { kind: 'MISSING_HERE', paymentId: unheard.paymentId, proposedAction: 'ASK_PROVIDER' };
    expect(await statement.only()).toMatchObject(found);
    await statement.resolved();
    await school.app.get(Sweeps).settle();
    expect(await desk.state(unheard)).toMatchObject({ payment: 'COMPLETED' });
    expect(await imported()).toMatchObject({ found: 0, gone: 1 });
    expect(await statement.totals()).toEqual({ EGP: agreed });
  });

  it('missing there: booked, and not in the file', async () => {
    rows.splice(rows.indexOf(row), 1);
    await imported();
    const sums = [{ currency: 'EGP', stated: 0, booked: 10_000, difference: -10_000 }];
    const found = { kind: 'MISSING_THERE', reference: row.id, paymentId: sale.paymentId, proposedAction: 'WAIT', sums };
    expect(await foundAndResolved(found, 'WRITE_OFF')).toEqual({
      'asset:provider:paymob EGP': -10_000,
      'expense:provider-differences EGP': 10_000,
    });
  });

  it('another amount', async () => {
    row.amount = '99.00';
    await imported();
    const sums = [{ currency: 'EGP', stated: net - 100, booked: net }];
    expect(
      await foundAndResolved({ kind: 'AMOUNT', reference: row.id, proposedAction: 'BOOK_DIFFERENCE', sums }),
    ).toEqual({ 'asset:provider:paymob EGP': -100, 'expense:provider-differences EGP': 100 });
  });

  it('another currency', async () => {
    Object.assign(row, { currency: 'USD', fees: '' });
    await imported();
    const sums = [
      { currency: 'EGP', stated: 0, booked: 10_000 },
      { currency: 'USD', stated: 10_000, booked: 0 },
    ];
    expect(
      await foundAndResolved({ kind: 'CURRENCY', reference: row.id, proposedAction: 'BOOK_DIFFERENCE', sums }),
    ).toEqual({
      'asset:provider:paymob EGP': -10_000,
      'asset:provider:paymob USD': 10_000,
      'equity:fx EGP': -10_000,
      'equity:fx USD': 10_000,
    });
  });

  it('another fee than was booked', async () => {
    await imported();
    row.fees = pounds(FEE + 25);
    await imported();
    const sums = [{ currency: 'EGP', difference: -25, statedFee: FEE + 25, bookedFee: FEE }];
    expect(await foundAndResolved({ kind: 'FEE', reference: row.id, proposedAction: 'BOOK_FEE', sums })).toEqual({
      'asset:provider:paymob EGP': -25,
      'expense:provider-fees EGP': 25,
    });
  });

  it('twice: an order that was paid twice, of which we were told once', async () => {
    desk.paymob.behave({ payableTwice: true });
    const unheard = { ...sale };
    desk.payUnheard(unheard);
    rows.push(exportRow(lastOf(sale), 0));
    await imported();
    expect(await statement.only()).toMatchObject({
      ...{ kind: 'DUPLICATE', matter: 'CHARGE', reference: unheard.intent, paymentId: sale.paymentId },
      ...{ proposedAction: 'ASK_PROVIDER', sums: [{ stated: 10_000, booked: 0 }] },
      details: `The statement has, for a payment that is booked already, charge ${unheard.intent}: 100.00 EGP on the statement, 0.00 EGP in the books`,
    });
    await statement.resolved();
    await school.app.get(Sweeps).settle();
    await school.quiet();
    // It is taken in as money that nobody is owed anything for, and goes back.
    expect(await desk.state(sale)).toMatchObject({ session: 'COMPLETED', refunds: [['SUCCEEDED', 10_000]] });
    rows.push(exportRow(lastOf(sale)));
    expect(await imported()).toMatchObject({ found: 0, gone: 1 });
    expect(await statement.totals()).toMatchObject({ EGP: agreed });
  });

  it('a refund at the dashboard of which nobody told', async () => {
    rows.push({ ...row, id: '900004', type: 'Refund', amount: '20.00', fees: '', order: '', parent: row.id });
    await imported();
    const sums = [{ currency: 'EGP', stated: -2_000, booked: 0 }];
    await foundAndResolved({ kind: 'MISSING_HERE', matter: 'REFUND', proposedAction: 'BOOK_UNIDENTIFIED', sums });
  });
});
