import { Controller, Query, type StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { answerRows } from './answer-rows.js';
import { CONVERSION_COLUMNS, ConversionQuery, ConversionReportDto } from './conversion.dto.js';
import { COUPON_COLUMNS, CouponReportDto } from './coupon-report.dto.js';
import { DEFERRED_REVENUE_COLUMNS, DeferredRevenueReportDto } from './deferred-revenue.dto.js';
import { INSTRUCTOR_EARNINGS_COLUMNS, InstructorEarningsReportDto } from './instructor-earnings.dto.js';
import { MEASURE_COLUMNS, MeasuresReportDto } from './measures.dto.js';
import { PAYOUTS_COLUMNS, PayoutsReportDto, PayoutsReportQuery } from './payouts-report.dto.js';
import { PeriodQuery } from './period.dto.js';
import { ReportConversion } from './report-conversion.js';
import { ReportCoupons } from './report-coupons.js';
import { ReportDeferredRevenue } from './report-deferred-revenue.js';
import { ReportEndpoint } from './report-endpoint.js';
import { ReportInstructorEarnings } from './report-instructor-earnings.js';
import { ReportMeasures } from './report-measures.js';
import { ReportPayouts } from './report-payouts.js';
import { ReportRevenue } from './report-revenue.js';
import { ReportTax } from './report-tax.js';
import { REVENUE_COLUMNS, RevenueQuery, RevenueReportDto } from './revenue.dto.js';
import { TAX_COLUMNS, TaxQuery, TaxReportDto } from './tax.dto.js';

/** Figures for who runs the place. Currencies are never added together. */
@ApiTags('finance')
@Controller('finance/reports')
export class ReportsController {
  constructor(
    private readonly reportRevenue: ReportRevenue,
    private readonly reportTax: ReportTax,
    private readonly reportDeferredRevenue: ReportDeferredRevenue,
    private readonly reportInstructorEarnings: ReportInstructorEarnings,
    private readonly reportPayouts: ReportPayouts,
    private readonly reportCoupons: ReportCoupons,
    private readonly reportConversion: ReportConversion,
    private readonly reportMeasures: ReportMeasures,
  ) {}

  @ReportEndpoint('revenue', {
    summary: 'Revenue: received, given back and earned',
    description:
      'Summed from the journal, each when it was booked. Received is not earned: what is paid for lessons is deferred until they are held. ' +
      'received − refunded = tax + instructorShare + earned + deferred − losses. Wallet top-ups are no sales.',
    answers: RevenueReportDto,
  })
  async revenue(@Query() query: RevenueQuery): Promise<RevenueReportDto | StreamableFile> {
    const name = `revenue-by-${query.groupBy}`;
    return answerRows(await this.reportRevenue.execute(query), {
      name,
      columns: REVENUE_COLUMNS,
      format: query.format,
    });
  }

  @ReportEndpoint('tax', {
    summary: 'Tax charged, given back and due, by country',
    description: 'Summed from the journal. Over all time `due` is the balance of `liability:tax:…`.',
    answers: TaxReportDto,
  })
  async tax(@Query() query: TaxQuery): Promise<TaxReportDto | StreamableFile> {
    const name = `tax-by-${query.groupBy}`;
    return answerRows(await this.reportTax.execute(query), { name, columns: TAX_COLUMNS, format: query.format });
  }

  @ReportEndpoint('deferred-revenue', {
    summary: 'What is paid and not delivered yet, and how it changed',
    description: 'Summed from the journal. opening + added − recognised + moved − returned = closing.',
    answers: DeferredRevenueReportDto,
  })
  async deferredRevenue(@Query() query: PeriodQuery): Promise<DeferredRevenueReportDto | StreamableFile> {
    const report = await this.reportDeferredRevenue.execute(query);
    return answerRows(report, { name: 'deferred-revenue', columns: DEFERRED_REVENUE_COLUMNS, format: query.format });
  }

  @ReportEndpoint('instructor-earnings', {
    summary: 'What instructors have earned, and how it changed',
    description: 'Summed from the journal. opening + earned − takenBack − recovered − paidOut = closing.',
    answers: InstructorEarningsReportDto,
  })
  async instructorEarnings(@Query() query: PeriodQuery): Promise<InstructorEarningsReportDto | StreamableFile> {
    const report = await this.reportInstructorEarnings.execute(query);
    const name = 'instructor-earnings';
    return answerRows(report, { name, columns: INSTRUCTOR_EARNINGS_COLUMNS, format: query.format });
  }

  @ReportEndpoint('payouts', {
    summary: 'Payouts to instructors, and what has become of them',
    description:
      'Those asked for in the period, as they stand now. asked = waiting + inTransit + paid + rejected + failed.',
    answers: PayoutsReportDto,
  })
  async payouts(@Query() query: PayoutsReportQuery): Promise<PayoutsReportDto | StreamableFile> {
    const name = `payouts-by-${query.groupBy}`;
    return answerRows(await this.reportPayouts.execute(query), {
      name,
      columns: PAYOUTS_COLUMNS,
      format: query.format,
    });
  }

  @ReportEndpoint('coupons', {
    summary: 'Uses of coupons, what they took off and what was paid',
    description: 'A use counts once: as what it is now, in the time when it became that.',
    answers: CouponReportDto,
  })
  async coupons(@Query() query: PeriodQuery): Promise<CouponReportDto | StreamableFile> {
    const report = await this.reportCoupons.execute(query);
    return answerRows(report, { name: 'coupons', columns: COUPON_COLUMNS, format: query.format });
  }

  @ReportEndpoint('conversion', {
    summary: 'What became of payment sessions',
    description: 'Of those begun in the period, as they stand now. Top-ups are among them.',
    answers: ConversionReportDto,
  })
  async conversion(@Query() query: ConversionQuery): Promise<ConversionReportDto | StreamableFile> {
    const name = `conversion-by-${query.groupBy}`;
    const report = await this.reportConversion.execute(query);
    return answerRows(report, { name, columns: CONVERSION_COLUMNS, format: query.format });
  }

  @ReportEndpoint('measures', {
    summary: "The owner's measures",
    description:
      'No-shows whose revenue was kept (net of tax) and attendance: of sessions that began in the period. Success of payments begun in it, by ' +
      'provider. Days of branches with a cash count, and those without a difference. Credits of packages bought in it, and uses of coupons ' +
      'paid in it. Places taken in courses, and how many of them are completed.',
    answers: MeasuresReportDto,
  })
  async measures(@Query() query: PeriodQuery): Promise<MeasuresReportDto | StreamableFile> {
    const report = await this.reportMeasures.execute(query);
    return answerRows(report, { name: 'measures', columns: MEASURE_COLUMNS, format: query.format });
  }
}
