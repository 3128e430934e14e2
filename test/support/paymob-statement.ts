import type { PaymobTransaction } from '../../src/sandbox/index.js';

/** A row of the export of transactions of Paymob's dashboard. */
export interface ExportRow {
  id: string;
  /** By the clocks of Cairo, as Paymob writes it. */
  createdAt: string;
  type: string;
  status: string;
  /** Pounds, as text. */
  amount: string;
  currency: string;
  fees: string;
  order: string;
  parent: string;
}

const HEAD = 'ID,Created At,Type,Status,Amount,Currency,Fees,Merchant Order ID,Parent Transaction';

/** Its lines by commas, or by what a spreadsheet writes in their place. */
export function paymobExport(rows: readonly ExportRow[], delimiter = ','): string {
  const lines = rows.map(({ id, createdAt, type, status, amount, currency, fees, order, parent }) =>
    [id, createdAt, type, status, amount, currency, fees, order, parent].map((cell) => `"${cell}"`).join(delimiter),
  );
  return [HEAD.replaceAll(',', delimiter), ...lines, ''].join('\n');
}

/** A transaction as Paymob has it. What it has kept of it is in the export alone, in piastres here. */
export function exportRow(transaction: PaymobTransaction, fee = 0, changes: Partial<ExportRow> = {}): ExportRow {
  const { id, is_void: isVoid, is_refund: isRefund, success } = transaction;
  return {
    id: String(id),
    createdAt: transaction.created_at,
    type: isVoid ? 'Void' : isRefund ? 'Refund' : 'Sale',
    status: success ? 'Success' : 'Declined',
    amount: pounds(transaction.amount_cents),
    currency: transaction.currency,
    fees: pounds(fee),
    order: transaction.order.merchant_order_id ?? '',
    parent: String(transaction.parent_transaction ?? ''),
    ...changes,
  };
}

export function pounds(piastres: number): string {
  return new Intl.NumberFormat('en-US', { minimumFractionDigits: 2 }).format(piastres / 100);
}
