import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readPaymobStatement } from '../src/payments/paymob/paymob-statement.js';
import { keepBooks } from './support/keep-books.js';
import { type PortalRow, portalStatement } from './support/mpesa-statement.js';
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
  empty: [() => '', 'there is no line with the columns receipt, completed, status, paidIn, withdrawn'],
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

it('ten thousand rows in seconds', async () => {
  const rows = Array.from({ length: 10_000 }, (_, index) =>
    row({ receipt: `SKM${1_000_000 + index}`, ...(index % 10 === 0 && { reason: 'Pay Bill Charge', amount: -1 }) }),
  );
  const file = portalStatement(rows);
  const began = performance.now();
  expect(await statement.import(file)).toMatchObject({ lines: 10_000, newLines: 10_000, found: 9000, opened: 9000 });
  const took = performance.now() - began;
  expect(await statement.import(file)).toMatchObject({ newLines: 0, found: 9000, opened: 0 });
  expect(took).toBeLessThan(60_000);
}, 180_000);

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
