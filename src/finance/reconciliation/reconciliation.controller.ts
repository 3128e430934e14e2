import { Body, Controller, HttpCode, Param, Post, Query, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import { gatewayError, ProviderFailure } from '../../payments/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Clock, dayOf, spanOf } from '../../platform/clock/index.js';
import { invalid, Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { answerRows } from '../reports/answer-rows.js';
import { ReportEndpoint } from '../reports/report-endpoint.js';
import { ImportStatement } from './import-statement.js';
import { DISCREPANCY_COLUMNS, ReadDiscrepancies, toDiscrepancy, toRows } from './read-discrepancies.js';
import type { Span } from './read-sides.js';
import {
  DiscrepanciesQuery,
  DiscrepancyDto,
  ImportStatementQuery,
  ReconciliationDto,
  ReconciliationRunDto,
  ResolveDiscrepancyDto,
  RunReconciliationDto,
} from './reconciliation.dto.js';
import { ReconciliationProblems } from './reconciliation.problems.js';
import { ResolveDiscrepancy } from './resolve-discrepancy.js';
import { RunReconciliation, type RunRow } from './run-reconciliation.js';

const LONGEST_DAYS = 366;

/** Providers' statements against the ledger, difference by difference. */
@ApiTags('finance')
@Controller('finance')
export class ReconciliationController {
  constructor(
    private readonly readDiscrepancies: ReadDiscrepancies,
    private readonly runReconciliation: RunReconciliation,
    private readonly importStatement: ImportStatement,
    private readonly resolveDiscrepancy: ResolveDiscrepancy,
    private readonly clock: Clock,
  ) {}

  @ReportEndpoint('reconciliation', {
    summary: "Where providers' statements and the books differ",
    description:
      'Each difference with what either side says and what to do about it, and per provider and currency how far the sides are apart: ' +
      'difference = open − underWay.',
    answers: ReconciliationDto,
  })
  async list(@Query() query: DiscrepanciesQuery): Promise<ReconciliationDto | StreamableFile> {
    const found = await this.readDiscrepancies.execute(query);
    if (query.format === 'json') return found;
    const rows = toRows(found.data);
    return answerRows(
      { rows },
      { name: 'discrepancies', columns: DISCREPANCY_COLUMNS, format: 'csv' },
    ) as StreamableFile;
  }

  @Post('reconciliation/run')
  @Endpoint({
    access: ['ADMIN'],
    summary: "Compare a provider's statement with the books",
    description:
      'Stripe is asked for its statement; of M-Pesa and Paymob, what was imported is compared once more. Settlements to the bank and the ' +
      "provider's own charges are booked on the way, each once. A time may be compared as often as you like: what is found again stays the " +
      'same discrepancy, what has vanished is GONE. Each night yesterday is compared by itself, for providers that can be asked.',
    answers: ReconciliationRunDto,
    errors: [ReconciliationProblems.noStatement, Problems.gateway],
  })
  async run(
    @Body() { provider, from, until }: RunReconciliationDto,
    @CurrentPrincipal() { userId }: Principal,
  ): Promise<ReconciliationRunDto> {
    const span = this.spanOf(from, until);
    try {
      return toRun(await this.runReconciliation.execute(provider, span, userId));
    } catch (error) {
      throw error instanceof ProviderFailure ? gatewayError(error) : error;
    }
  }

  @Post('reconciliation/statements')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Import a statement that was saved as a file, and compare it with the books',
    description:
      "The file itself is the body, as the provider's portal gives it: M-Pesa's organization statement, Paymob's export of transactions; CSV " +
      'with commas, semicolons or tabs, up to 8 MB. A file that cannot be read whole is refused by line, and nothing of it is kept. The ' +
      'same file again changes nothing.',
    answers: ReconciliationRunDto,
    errors: [ReconciliationProblems.noStatement, ReconciliationProblems.unreadable],
  })
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' }, description: 'The statement', required: true })
  @HttpCode(200)
  async import(
    @Query() { provider, from, until }: ImportStatementQuery,
    @Body() file: unknown,
    @CurrentPrincipal() { userId }: Principal,
  ): Promise<ReconciliationRunDto> {
    if (!Buffer.isBuffer(file))
      throw invalid('header/content-type', 'The body must be the statement itself, as text/csv');
    const told = { from: from ? new Date(from) : undefined, until: until ? new Date(until) : undefined };
    return toRun(await this.importStatement.execute(provider, file, told, userId));
  }

  @Post('reconciliation/:id/resolve')
  @Endpoint({
    access: ['ADMIN'],
    idempotent: true,
    summary: 'Do something about a discrepancy',
    description:
      'One entry that brings the books to what the statement says, or a question to the provider. Of many at once one is done. Audited, ' +
      'with the reason.',
    answers: DiscrepancyDto,
    errors: [
      Problems.notFound,
      ReconciliationProblems.closed,
      ReconciliationProblems.changed,
      ReconciliationProblems.notPossible,
    ],
  })
  async resolve(
    @Param('id') id: string,
    @Body() body: ResolveDiscrepancyDto,
    @CurrentPrincipal() { userId }: Principal,
  ): Promise<DiscrepancyDto> {
    return toDiscrepancy(await this.resolveDiscrepancy.execute(id, { ...body, by: userId }));
  }

  private spanOf(from: string | undefined, until: string | undefined): Span {
    const now = this.clock.now();
    const { from: today } = spanOf(dayOf(now, 'UTC'), 'UTC');
    const span = {
      until: until ? new Date(until) : today,
      from: from ? new Date(from) : new Date((until ? new Date(until) : today).getTime() - 86_400_000),
    };
    if (span.from >= span.until) throw invalid('until', 'until must be after from');
    if (span.until > now) throw invalid('until', 'until must not be in the future');
    if (span.until.getTime() - span.from.getTime() > LONGEST_DAYS * 86_400_000)
      throw invalid('from', `At most ${LONGEST_DAYS} days are compared at once`);
    return span;
  }
}

function toRun({ id, provider, from, until, lines, newLines, found, opened, gone }: RunRow): ReconciliationRunDto {
  return { id, provider, from, until, lines, newLines, found, opened, gone };
}
