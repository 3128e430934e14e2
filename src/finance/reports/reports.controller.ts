import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../platform/http/index.js';
import { ReportRevenue } from './report-revenue.js';
import { RevenueQuery, RevenueReportDto } from './revenue.dto.js';

@ApiTags('finance')
@Controller('finance/reports')
export class ReportsController {
  constructor(private readonly reportRevenue: ReportRevenue) {}

  @Get('revenue')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Revenue by day, course or provider',
    description: 'Summed from the journal. Currencies are never added together.',
    answers: RevenueReportDto,
  })
  revenue(@Query() query: RevenueQuery): Promise<RevenueReportDto> {
    return this.reportRevenue.execute(query);
  }
}
