import { Controller, Query, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { answerRows } from '../reports/answer-rows.js';
import { ReportEndpoint } from '../reports/report-endpoint.js';
import { ReconcileCash } from './reconcile-cash.js';
import { CASH_RECONCILIATION_COLUMNS, CashReconciliationDto, CashReconciliationQuery } from './reconciliation.dto.js';

@ApiTags('finance')
@Controller('finance/reports')
export class CashReconciliationController {
  constructor(private readonly reconcileCash: ReconcileCash) {}

  @ReportEndpoint('cash-reconciliation', {
    summary: 'Seats paid in cash against cash taken for seats, by branch and currency',
    description:
      'Expected: seats paid in cash and not cancelled, of finished sessions that began in this time. Actual: what came into the drawers ' +
      'for seats in this time. Floats, banking, pay-outs and counts are none of it.',
    answers: CashReconciliationDto,
  })
  async reconcile(@Query() query: CashReconciliationQuery): Promise<CashReconciliationDto | StreamableFile> {
    const report = await this.reconcileCash.execute(query);
    return answerRows(report, {
      name: 'cash-reconciliation',
      columns: CASH_RECONCILIATION_COLUMNS,
      format: query.format,
    });
  }
}
