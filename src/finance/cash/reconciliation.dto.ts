import { Amount, Choice, Currency, IdOf, ListOf, SignedAmount, Text } from '../../platform/http/index.js';
import { PeriodQuery } from '../reports/period.dto.js';

const RECONCILIATION_STATUSES = ['MATCHED', 'OVER', 'UNDER'] as const;
export type ReconciliationStatus = (typeof RECONCILIATION_STATUSES)[number];

export class CashReconciliationQuery extends PeriodQuery {
  @IdOf('branch', { description: 'Only this branch', optional: true })
  branchId?: string;
}

class CashReconciliationRowDto {
  @IdOf('branch', { description: 'The branch' })
  branchId: string;

  @Text({ description: "The branch's name" })
  branchName: string;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Amount({ description: 'Seats paid in cash and not cancelled, of finished sessions; minor units' })
  expected: number;

  @Amount({ description: 'Cash taken for seats, minor units' })
  actual: number;

  @SignedAmount({ description: 'Actual less expected, minor units' })
  difference: number;

  @Choice(RECONCILIATION_STATUSES, { description: 'No difference, more cash than expected, or less' })
  status: ReconciliationStatus;
}

export const CASH_RECONCILIATION_COLUMNS = [
  'branchId',
  'branchName',
  'currency',
  'expected',
  'actual',
  'difference',
  'status',
] as const satisfies (keyof CashReconciliationRowDto)[];

export class CashReconciliationDto {
  @ListOf(() => CashReconciliationRowDto, { description: 'By branch name, then currency' })
  rows: CashReconciliationRowDto[];
}
