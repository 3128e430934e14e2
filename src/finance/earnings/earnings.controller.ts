import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, mayActFor, type Principal } from '../../platform/auth/index.js';
import { notFound, Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { PayoutAccounts } from '../payouts/payout-accounts.js';
import { toPayoutAccount } from '../payouts/read-payouts.js';
import { EarningsDto, EarningsQuery, EarningsStatementDto, EarningsStatementQuery } from './earnings.dto.js';
import { ReadEarnings } from './read-earnings.js';

@ApiTags('finance')
@Controller('finance/earnings')
export class EarningsController {
  constructor(
    private readonly readEarnings: ReadEarnings,
    private readonly payoutAccounts: PayoutAccounts,
  ) {}

  @Get()
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    summary: 'What you have earned, by currency, and where it is paid to',
    description:
      "An instructor's share is of the net: the price, less the coupon, less tax, times the share of the course at the time of sale. The " +
      "provider's fee is not taken from it. It may be paid out after the hold period; refunds and lost disputes take their part back.",
    answers: EarningsDto,
    errors: [Problems.notFound],
  })
  async of(@Query() { instructorId }: EarningsQuery, @CurrentPrincipal() principal: Principal): Promise<EarningsDto> {
    const whose = permitted(principal, instructorId);
    const [earnings, accounts] = await Promise.all([this.readEarnings.of(whose), this.payoutAccounts.of(whose)]);
    return { ...earnings, accounts: accounts.map(toPayoutAccount) };
  }

  @Get('statement')
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    summary: 'Every movement of what you have earned in one currency, newest first',
    answers: EarningsStatementDto,
    errors: [Problems.notFound],
  })
  statement(
    @Query() query: EarningsStatementQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<EarningsStatementDto> {
    return this.readEarnings.statement(permitted(principal, query.instructorId), query);
  }
}

/** @throws not found for somebody else's */
function permitted(principal: Principal, instructorId = principal.userId): string {
  if (!mayActFor(principal, instructorId)) throw notFound('Instructor');
  return instructorId;
}
