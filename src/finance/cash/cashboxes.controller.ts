import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import {
  CashboxDto,
  CashCountDto,
  CashMovementDto,
  CountCashDto,
  DailySummaryDto,
  DailySummaryQuery,
  MoveCashDto,
} from './cash.dto.js';
import { CashProblems } from './cash.problems.js';
import { CountCash } from './count-cash.js';
import { FindCashBranch } from './find-cash-branch.js';
import { MoveCash } from './move-cash.js';
import { ReadCashboxes } from './read-cashboxes.js';
import { SummarizeDay } from './summarize-day.js';

@ApiTags('finance')
@Controller('finance/cashboxes')
export class CashboxesController {
  constructor(
    private readonly findBranch: FindCashBranch,
    private readonly readCashboxes: ReadCashboxes,
    private readonly moveCash: MoveCash,
    private readonly countCash: CountCash,
    private readonly summarizeDay: SummarizeDay,
  ) {}

  @Get()
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'Cash desks, one per branch, newest first',
    description:
      'Staff see those of their branches, an admin all; those of branches that are closed for good as long as there is money in them. ' +
      'Balances are null for staff: the count is blind.',
    pageOf: CashboxDto,
  })
  list(@Query() query: PageQuery, @CurrentPrincipal() principal: Principal): Promise<Page<CashboxDto>> {
    return this.readCashboxes.list(query, principal);
  }

  @Get('branch/:branchId')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: "A branch's cash desk",
    description: 'Balances are null for staff: the count is blind.',
    answers: CashboxDto,
    errors: [Problems.notFound],
  })
  async one(@Param('branchId') branchId: string, @CurrentPrincipal() principal: Principal): Promise<CashboxDto> {
    const branch = await this.findBranch.execute(branchId, principal);
    return this.readCashboxes.one(branch.id, principal);
  }

  @Get('branch/:branchId/daily-summary')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'What a cash desk took, gave and should hold on one local day',
    description:
      'Summed from the journal, from midnight to midnight at the branch; the movements always lead from opening to closing. For staff ' +
      'both are null until the drawer has been counted on that day: the count is blind.',
    answers: DailySummaryDto,
    errors: [Problems.notFound],
  })
  async summary(
    @Param('branchId') branchId: string,
    @Query() query: DailySummaryQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DailySummaryDto> {
    return this.summarizeDay.execute(await this.findBranch.execute(branchId, principal), query, principal);
  }

  @Post(':id/movements')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Bring cash into a drawer or take it out, other than for seats',
    description: 'One entry in the books. No more can be taken out than is in it, and nothing moves on a closed day.',
    answers: CashMovementDto,
    errors: [Problems.notFound, CashProblems.notInDrawer, CashProblems.currencyNotOffered, CashProblems.dayClosed],
  })
  async move(
    @Param('id') id: string,
    @Body() body: MoveCashDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CashMovementDto> {
    return this.moveCash.execute(await this.findBranch.ofCashbox(id, principal), body, principal);
  }

  @Post(':id/audit')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Count a drawer, and perhaps close its day',
    description:
      'What the books had is told once the count is in; the difference is booked as over or short. Leaves an audit record. With ' +
      '`closeDay` the branch and currency are closed for the local day: no movement, no count and no cash for a seat until the next.',
    answers: CashCountDto,
    errors: [Problems.notFound, CashProblems.currencyNotOffered, CashProblems.dayClosed, CashProblems.dayOver],
  })
  async count(
    @Param('id') id: string,
    @Body() body: CountCashDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CashCountDto> {
    return this.countCash.execute(await this.findBranch.ofCashbox(id, principal), body, principal);
  }
}
