import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readMpesaStatement } from '../src/payments/mpesa/mpesa-statement.js';
import { readPaymobStatement } from '../src/payments/paymob/paymob-statement.js';
import { keepBooks } from './support/keep-books.js';
import { type PortalRow, portalStatement } from './support/mpesa-statement.js';
import { type ExportRow, paymobExport } from './support/paymob-statement.js';
import { person } from './support/people.js';
import { ReconciliationDesk } from './support/reconciliation-desk.js';
import { openSchool, type School } from './support/school.js';

/* Files that cannot be read are refused by line, and nothing of them is kept. */

let school: School;
let statement: ReconciliationDesk;
beforeAll(async () => {
  school = await openSchool({ ROLE: 'api', JWT_EXPIRES_IN: '86400' });
  statement = new ReconciliationDesk(school, 'MPESA');
});
afterAll(() => school.close());
keepBooks(() => school);

const row = (changes: Partial<PortalRow> = {}): PortalRow => ({
  ...{ receipt: 'SKL0000001', at: new Date(), reason: 'Pay Bill Online', amount: 100 },
  ...changes,
});
const good = () => portalStatement([row(), row({ receipt: 'SKL0000002' })]);

const flawed: Record<string, [file: () => string | Uint8Array, detail: string]> = {
  empty: [
    () => '',
    'there is no line with the columns Receipt No., Completion Time, Transaction Status, Paid In, Withdrawn',
  ],
  'a column that is missing': [() => good().replace('Paid In', 'In'), 'Line 4: there is no column Paid In'],
  "another provider's": [
    () => paymobExport([payment]),
    'this is no statement of this provider: there is no line with the columns Receipt No.,',
  ],
  'by dots for thousands': [
    () => good().replace('"100.00","","1,000,100.00"', '"1.100,00","","1,000,100.00"'),
    'Line 6: "1.100,00" is no amount of KES',
  ],
  'no statement': [() => 'name,phone\nA,B\n', 'there is no line with the columns'],
  'a workbook': [() => Buffer.from('PK\u0003\u0004'), 'this is a workbook; save it as CSV first'],
  truncated: [() => good().slice(0, -60), 'ends in one'],
  'a row cut short': [() => good().replace(/("SKL0000001","[^"]*"),.*/, '$1'), 'Line 6: has 2 columns, not 13'],
  'an amount': [
    () => good().replace('"100.00","","1,000,100.00"', '"one hundred","","1,000,100.00"'),
    'Line 6: "one hundred" is no amount of KES',
  ],
  'a time': [() => good().replaceAll(/"\d\d-\d\d-\d{4} /g, '"31-02-2026 '), 'is no time that there is'],
  'a status': [() => good().replace('Completed', 'Imagined'), 'Line 5: "Imagined" is no status that is known'],
  'both ways': [
    () => portalStatement([row()]).replace('"100.00",""', '"100.00","-1.00"'),
    'either paid in or withdrawn',
  ],
  'a receipt': [() => portalStatement([row({ receipt: '' })]), 'Line 5: "" is no receipt'],
};

it.each(Object.entries(flawed))('%s', async (_, [file, detail]) => {
  const { status, body } = await statement.offer(file());
  expect({ status, ...body }).toMatchObject({ status: 400, code: 'STATEMENT_UNREADABLE' });
  expect(body.detail).toContain(detail);
  expect(await school.sql('SELECT 1 FROM statement_lines')).toEqual([]);
  expect(await school.sql('SELECT 1 FROM reconciliation_runs')).toEqual([]);
});

it('twenty flaws are told of, and how many more there are', async () => {
  const rows = Array.from({ length: 50 }, (_, index) => row({ receipt: `SKL${1_000_000 + index}`, status: 'Odd' }));
  const { body } = await statement.offer(portalStatement(rows));
  expect(body.detail).toMatch(/^Line 5: .*; Line 24: "Odd" is no status that is known; and 30 more$/);
});

it('who may not, gets nothing; what is no file, or is too large, or of nobody, is refused', async () => {
  const student = await person(school);
  expect((await statement.offer(good(), { token: student.token })).status).toBe(403);
  const json = await school.post(
    '/finance/reconciliation/statements?provider=MPESA',
    { csv: good() },
    school.admin.token,
  );
  expect(json).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } });
  expect((await statement.offer(' '.repeat(9_000_000))).status).toBe(413);
  const stripe = await new ReconciliationDesk(school, 'STRIPE').offer(good());
  expect(stripe).toMatchObject({ status: 400, body: { code: 'NO_STATEMENT' } });
  expect((await statement.ask({ provider: 'WALLET' })).body).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect((await statement.ask({ provider: 'MPESA', until: '2199-01-01T00:00:00Z' })).body).toMatchObject({
    code: 'VALIDATION_FAILED',
  });
  expect(await school.sql('SELECT 1 FROM statement_lines')).toEqual([]);
});

it('thirty thousand rows at once, of which thousands are discrepancies', async () => {
  const hours = 3_600_000;
  const rows = Array.from({ length: 30_000 }, (_, index) =>
    row({
      receipt: `SKM${1_000_000 + index}`,
      // What is young may still be booked.
      at: new Date(Date.now() - (index < 5_000 ? 3 * hours : 0)),
      ...(index % 100 === 0 && { reason: 'Pay Bill Charge', amount: -1 }),
    }),
  );
  const file = portalStatement(rows);
  const began = performance.now();
  const first = await statement.offer(file, { laterSeconds: 60 });
  expect(first.body).toMatchObject({ lines: 30_000, newLines: 30_000, found: 4_950, opened: 4_950 });
  // The same receipts with other balances: twice as much of each.
  const again = await statement.offer(portalStatement(rows.slice(100, 2_100)), { laterSeconds: 60 });
  expect(again.body).toMatchObject({ newLines: 2_000, found: 4_950, opened: 0, gone: 0 });
  const { totals } = await statement.list();
  expect(totals).toMatchObject([{ currency: 'KES', open: 10_000 * (4_950 + 1_980), booked: -100 * 320 }]);
  expect(performance.now() - began).toBeLessThan(90_000);
}, 120_000);

const payment: ExportRow = {
  ...{ id: '101', createdAt: '2026-11-20T10:00:00.123456', type: 'Sale', status: 'Success', amount: '1,250.00' },
  ...{ currency: 'EGP', fees: '31.25', order: 'pay_1', parent: '' },
};
const paymobFlaws: Record<string, [file: () => string, detail: string]> = {
  "another provider's": [good, 'there is no line with the columns ID, Created At, Currency, Status'],
  'a column that is missing': [
    () => paymobExport([payment]).replace('Currency', 'Money'),
    'Line 1: there is no column Currency',
  ],
  'a currency': [() => paymobExport([{ ...payment, currency: 'XXQ' }]), 'Line 2: '],
  'no amount': [() => paymobExport([payment, { ...payment, amount: '' }]), 'Line 3: there is no amount'],
  'a number that a spreadsheet has rounded': [
    () => paymobExport([{ ...payment, id: '1.01E+08' }]),
    'Line 2: "1.01E+08" is no id of a transaction',
  ],
  'a day': [
    () => paymobExport([{ ...payment, createdAt: '11/20/2026 10:00' }]),
    'Line 2: "11/20/2026 10:00" is no time',
  ],
  'a transaction twice, otherwise': [
    () => paymobExport([payment, { ...payment, fees: '30.00' }]),
    'Line 3: 101 stands in line 2 with something else',
  ],
};

it.each(Object.entries(paymobFlaws))('Paymob: %s', async (_, [file, detail]) => {
  const { status, body } = await new ReconciliationDesk(school, 'PAYMOB').offer(file());
  expect({ status, ...body }).toMatchObject({ status: 400, code: 'STATEMENT_UNREADABLE' });
  expect(body.detail).toContain(detail);
});

it("letters of Windows, a byte order mark, tabs, and a buyer's name with quotation marks and commas in it", () => {
  const row = { ...payment, type: 'Sale, "café"'.replaceAll('"', '""') };
  const text = paymobExport([row], '\t');
  const said = readPaymobStatement(Buffer.from(text));
  expect(said).toMatchObject([{ kind: 'CHARGE', details: 'Sale, "café"' }]);
  expect(readPaymobStatement(Buffer.from(text, 'latin1'))).toEqual(said);
  expect(readPaymobStatement(Buffer.from(`\uFEFF${text}`))).toEqual(said);
  expect(readPaymobStatement(Buffer.from(paymobExport([row], ';').replaceAll('\n', '\r\n')))).toEqual(said);
});

it('M-Pesa: what a payer has written into the details decides nothing', () => {
  const reversal = { receipt: 'SKL0000009', reason: 'Transaction Reversal', linked: 'SKL0000001' };
  const details = 'Pay Bill from 2547***001 - B. Charge Acc. reversal of b2c';
  const kinds = readMpesaStatement(
    Buffer.from(
      portalStatement([
        row({ details }),
        row({ ...reversal, amount: 5, details: 'Reversal of Pay Bill' }),
        row({ ...reversal, amount: 5, details: 'Reversal of Business Payment to 2547***001' }),
        row({ ...reversal, amount: -5, details }),
        row({ reason: '', details: 'Business Payment to 2547***001', amount: -5 }),
        row({ reason: '', details: 'Something new', amount: -5 }),
      ]),
    ),
  ).map(({ kind, reference }) => [kind, reference]);
  expect(kinds.toReversed()).toEqual([
    ['CHARGE', 'SKL0000001'],
    ['REFUND_FAILURE', 'SKL0000009'],
    ['PAYOUT_FAILURE', 'SKL0000001'],
    ['REFUND', 'SKL0000009'],
    ['PAYOUT', 'SKL0000001'],
    ['OTHER', 'SKL0000001'],
  ]);
});

it('Paymob: an export of transactions', () => {
  const file = [
    'ID,Created At,Type,Status,Amount,Currency,Fees,Merchant Order ID,Parent Transaction',
    '101,2026-11-20 10:00:00,Sale,Success,"1,250.00",EGP,31.25,pay_1,',
    '102,2026-11-20 11:00:00,Sale,Declined,99.00,EGP,0,pay_2,',
    '103,2026-07-20T12:00:00Z,Refund,Success,250.00,EGP,0,,101',
  ].join('\n');
  const lines = readPaymobStatement(Buffer.from(file));
  expect(
    lines.map(({ externalId, kind, amount, fee, occurredAt }) => [
      externalId,
      kind,
      amount.toString(),
      fee.toString(),
      occurredAt.toISOString(),
    ]),
  ).toEqual([
    ['101', 'CHARGE', '1250.00 EGP', '31.25 EGP', '2026-11-20T08:00:00.000Z'],
    ['103', 'REFUND', '-250.00 EGP', '0.00 EGP', '2026-07-20T12:00:00.000Z'],
  ]);
  expect(lines[0]).toMatchObject({ reference: '101', transactionId: '101', paymentId: 'pay_1' });
  expect(lines[1]).toMatchObject({ reference: '103', transactionId: '101' });
});
