import type { PushSale } from './mpesa-desk.js';

/** A row of M-Pesa's organization statement. */
export interface PortalRow {
  receipt: string;
  at: Date;
  details?: string;
  reason: string;
  /** Shillings: what came is more than 0. */
  amount: number;
  status?: string;
  linked?: string;
  account?: string;
}

const HEAD =
  'Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Balance Confirmed,Reason Type,' +
  'Other Party Info,Linked Transaction ID,A/C No.';

/** As the portal writes it: a few lines about the account, amounts with thousands, the clocks of Nairobi, the newest first. */
export function portalStatement(rows: readonly PortalRow[], delimiter = ','): string {
  let balance = 1_000_000;
  const lines = rows.map((row) => {
    balance += row.amount;
    return lineOf(row, balance).join(delimiter);
  });
  return [
    'Organization Name:,School',
    'Short Code:,174379',
    '',
    HEAD.replaceAll(',', delimiter),
    ...lines.toReversed(),
    '',
  ].join('\r\n');
}

/** A sale that was paid, as the portal shows it. */
export function saleRow({ push, paymentId }: PushSale, receipt: string, changes: Partial<PortalRow> = {}): PortalRow {
  return {
    receipt,
    at: new Date(),
    reason: 'Pay Bill Online',
    amount: push.amount,
    account: paymentId.slice(-12).toUpperCase(),
    ...changes,
  };
}

function lineOf(row: PortalRow, balance: number): string[] {
  const { receipt, at, reason, details = `${reason} from 2547***001`, amount, status = 'Completed' } = row;
  const time = nairobi(at);
  const [paidIn, withdrawn] = amount > 0 ? [shillings(amount), ''] : ['', shillings(amount)];
  const cells = [receipt, time, time, details, status, paidIn, withdrawn, shillings(balance), 'true', reason];
  return [...cells, '2547***001 - A. Buyer', row.linked ?? '', row.account ?? ''].map((cell) => `"${cell}"`);
}

function shillings(amount: number): string {
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 }).format(amount);
}

function nairobi(at: Date): string {
  const [day = '', time = ''] = new Date(at.getTime() + 3 * 3_600_000).toISOString().slice(0, 19).split('T');
  return `${day.split('-').toReversed().join('-')} ${time}`;
}
