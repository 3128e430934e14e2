import type { MovementKind } from '../../platform/database/index.js';
import type { StatementLine } from '../ports/payment-strategy.js';
import { amountOf, momentOf } from '../statements/cells.js';
import { type Columns, type CsvRow, linesOf, readTable } from '../statements/csv-table.js';

/** Paymob's dashboard shows the times of Cairo where it names no zone. */
const ZONE = 'Africa/Cairo';

type Column = 'id' | 'time' | 'amount' | 'cents' | 'currency' | 'status' | 'type' | 'parent' | 'order' | 'fee';

/** The export of transactions of the dashboard. What it calls its columns is not documented: each is known by the names that it may have. */
const columns: Columns<Column> = {
  id: { title: 'ID', names: ['id', 'transactionid', 'trxid', 'txnid'], required: true },
  time: {
    title: 'Created At',
    names: ['createdat', 'date', 'datetime', 'transactiondate', 'time', 'created'],
    required: true,
  },
  amount: { title: 'Amount', names: ['amount', 'grossamount', 'transactionamount'] },
  cents: { title: 'Amount Cents', names: ['amountcents'] },
  currency: { title: 'Currency', names: ['currency'], required: true },
  status: { title: 'Status', names: ['success', 'status', 'transactionstatus', 'state'], required: true },
  type: { title: 'Type', names: ['type', 'transactiontype', 'operation'] },
  parent: { title: 'Parent Transaction', names: ['parenttransaction', 'parentid', 'parenttransactionid'] },
  order: { title: 'Merchant Order ID', names: ['merchantorderid', 'specialreference', 'merchantreference'] },
  fee: { title: 'Fees', names: ['fees', 'fee', 'transactionfees', 'commission'] },
};

const moved = new Set([
  'true',
  'success',
  'successful',
  'succeeded',
  'approved',
  'paid',
  'settled',
  'refunded',
  'voided',
]);
const unmoved = new Set(['false', 'failed', 'declined', 'pending', 'rejected', 'expired', 'unpaid', 'cancelled']);

/** By words in the kind of the transaction, the first that fits. */
const kinds: readonly (readonly [word: string, kind: MovementKind])[] = [
  ['refund', 'REFUND'],
  ['void', 'REFUND'],
  ['chargeback', 'DISPUTE'],
  ['dispute', 'DISPUTE'],
  ['settlement', 'SETTLEMENT'],
  ['transfer', 'SETTLEMENT'],
  ['fee', 'FEE'],
];
const sales = ['', 'sale', 'payment', 'purchase', 'capture', 'standalone', 'online', 'card', 'wallet', 'kiosk'];

/** @throws StatementFlaws */
export function readPaymobStatement(file: Buffer): StatementLine[] {
  return linesOf(readTable(file, columns), lineOf);
}

function lineOf(cells: CsvRow<Column>['cells']): StatementLine | undefined {
  const { id, time, order, parent } = cells;
  const status = cells.status.toLowerCase();
  if (unmoved.has(status)) return undefined;
  if (!moved.has(status)) throw new RangeError(`"${cells.status}" is no status that is known`);
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(id)) throw new RangeError(`"${id}" is no id of a transaction`);
  const currency = currencyOf(cells.currency);
  const kind = kindOf(cells.type.toLowerCase());
  const said = cells.cents === '' ? amountOf(cells.amount, currency) : amountOf(cells.cents, currency).times(1n, 100n);
  if (said.isZero()) throw new RangeError('there is no amount');
  const out = kind !== 'CHARGE' && kind !== 'OTHER';
  const fee = amountOf(cells.fee, currency);
  return {
    externalId: id,
    kind,
    reference: id,
    amount: out && !said.isNegative() ? said.negated() : said,
    fee: fee.isNegative() ? fee.negated() : fee,
    original: out && !said.isNegative() ? said.negated() : said,
    occurredAt: momentOf(time, ZONE),
    transactionId: kind === 'CHARGE' ? id : parent || undefined,
    paymentId: kind === 'CHARGE' && order ? order : undefined,
    details: cells.type || kind,
  };
}

function currencyOf(cell: string): string {
  // Throws where there is no such currency.
  return amountOf('0', cell.toUpperCase()).currency;
}

function kindOf(type: string): MovementKind {
  const found = kinds.find(([word]) => type.includes(word));
  if (found) return found[1];
  return sales.some((word) => (word === '' ? type === '' : type.includes(word))) ? 'CHARGE' : 'OTHER';
}
