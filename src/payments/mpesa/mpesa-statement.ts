import type { MovementKind } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import type { StatementLine } from '../ports/payment-strategy.js';
import { amountOf, momentOf } from '../statements/cells.js';
import { type Columns, type CsvRow, linesOf, readTable } from '../statements/csv-table.js';

/** M-Pesa's portal shows the times of Nairobi, and says so nowhere. */
const ZONE = 'Africa/Nairobi';

type Column =
  'receipt' | 'completed' | 'details' | 'status' | 'paidIn' | 'withdrawn' | 'balance' | 'reason' | 'linked' | 'account';

/** The organization statement of the M-PESA portal: some lines about the account, then one a movement. */
const columns: Columns<Column> = {
  receipt: { title: 'Receipt No.', names: ['receiptno', 'receipt', 'receiptnumber', 'transactionid'], required: true },
  completed: { title: 'Completion Time', names: ['completiontime'], required: true },
  details: { title: 'Details', names: ['details'] },
  status: { title: 'Transaction Status', names: ['transactionstatus', 'status'], required: true },
  paidIn: { title: 'Paid In', names: ['paidin'], required: true },
  withdrawn: { title: 'Withdrawn', names: ['withdrawn'], required: true },
  balance: { title: 'Balance', names: ['balance'] },
  reason: { title: 'Reason Type', names: ['reasontype'] },
  linked: { title: 'Linked Transaction ID', names: ['linkedtransactionid'] },
  account: { title: 'A/C No.', names: ['acno', 'accountno', 'accountnumber'] },
};

/** Of these nothing has moved, or nothing yet. */
const unmoved = new Set(['failed', 'declined', 'cancelled', 'expired', 'pending', 'authorized', 'submitted']);

const payouts = ['business payment', 'salary payment', 'promotion payment', 'b2c'];

/** @throws StatementFlaws */
export function readMpesaStatement(file: Buffer): StatementLine[] {
  return linesOf(readTable(file, columns), lineOf);
}

function lineOf(cells: CsvRow<Column>['cells']): StatementLine | undefined {
  const { receipt, completed, details, balance, reason, linked, account } = cells;
  const status = cells.status.toLowerCase();
  if (unmoved.has(status)) return undefined;
  if (status !== 'completed') throw new RangeError(`"${cells.status}" is no status that is known`);
  if (!/^[A-Z0-9]{6,20}$/i.test(receipt)) throw new RangeError(`"${receipt}" is no receipt`);
  const [paidIn, withdrawn] = [amountOf(cells.paidIn, 'KES'), amountOf(cells.withdrawn, 'KES')];
  if (paidIn.isZero() === withdrawn.isZero()) throw new RangeError('something is either paid in or withdrawn');
  if (paidIn.isNegative()) throw new RangeError(`"${cells.paidIn}" is less than nothing`);
  // Some portals write it with its sign, some without.
  const amount = withdrawn.isZero() ? paidIn : withdrawn.isNegative() ? withdrawn : withdrawn.negated();
  const kind = kindOf(reason.toLowerCase(), details.toLowerCase(), amount);
  return {
    // A payment and its charge have one receipt; two movements never leave the same balance under it.
    externalId: [receipt, kind, amount.minor, amountOf(balance, 'KES').minor].join(':'),
    kind,
    // What came back of a payout is about the payout.
    reference: kind === 'PAYOUT_FAILURE' && linked ? linked : receipt,
    amount,
    fee: Money.zero('KES'),
    original: amount,
    occurredAt: momentOf(completed, ZONE),
    transactionId: kind === 'CHARGE' ? receipt : linked || undefined,
    paymentId: kind === 'CHARGE' && account ? account.toUpperCase() : undefined,
    details: details || reason,
  };
}

/**
 * By the words of its reason, or where it has none of its details, in which whoever pays may have written anything. M-Pesa has no codes for
 * them. What is not known is `OTHER`, for a person to look at.
 */
function kindOf(reason: string, details: string, amount: Money): MovementKind {
  const says = (...any: string[]) => any.some((word) => (reason === '' ? details : reason).includes(word));
  const isPayout = (words: string) => payouts.some((word) => words.includes(word));
  if (says('charge') && amount.isNegative()) return 'FEE';
  if (says('reversal', 'reversed')) {
    if (amount.isNegative()) return 'REFUND';
    // Only its details say what it was that came back.
    return isPayout(reason) || isPayout(details) ? 'PAYOUT_FAILURE' : 'REFUND_FAILURE';
  }
  if (amount.isNegative()) {
    if (says(...payouts)) return 'PAYOUT';
    return says('settlement', 'withdrawal of funds', 'to bank') ? 'SETTLEMENT' : 'OTHER';
  }
  return says('pay bill', 'paybill', 'merchant payment', 'buy goods', 'pay merchant', 'online payment', 'pay utility')
    ? 'CHARGE'
    : 'OTHER';
}
