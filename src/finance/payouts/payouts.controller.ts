import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PaymentProblems } from '../../payments/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { DecidePayout } from './decide-payout.js';
import { PayoutAccounts } from './payout-accounts.js';
import {
  DecidePayoutDto,
  PayoutDto,
  PayoutQuery,
  RequestPayoutDto,
  SetPayoutAccountAnswerDto,
  SetPayoutAccountDto,
} from './payouts.dto.js';
import { PayoutProblems } from './payouts.problems.js';
import { ReadPayouts, toPayout, toPayoutAccount } from './read-payouts.js';
import { RequestPayout } from './request-payout.js';

@ApiTags('finance')
@Controller('finance')
export class PayoutsController {
  constructor(
    private readonly requestPayout: RequestPayout,
    private readonly decidePayout: DecidePayout,
    private readonly readPayouts: ReadPayouts,
    private readonly payoutAccounts: PayoutAccounts,
  ) {}

  @Post('payouts')
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Pay earnings out',
    description:
      'What may be paid out is what is past its hold period and not paid out yet. It leaves the earnings at once; up to the limit of the ' +
      'settings it is on its way at once too, else it waits for an admin other than who asked. Refused while the instructor owes. Audited.',
    answers: PayoutDto,
    errors: [
      Problems.forbidden,
      Problems.notFound,
      PayoutProblems.noAccount,
      PayoutProblems.owing,
      PayoutProblems.tooSmall,
      PayoutProblems.tooLarge,
      PayoutProblems.insufficient,
    ],
  })
  async request(@Body() body: RequestPayoutDto, @CurrentPrincipal() principal: Principal): Promise<PayoutDto> {
    return toPayout(await this.requestPayout.execute(body, principal));
  }

  @Get('payouts')
  @Endpoint({
    access: ['INSTRUCTOR', 'ADMIN'],
    summary: "Payouts, newest first: your own, or an admin's view of all",
    pageOf: PayoutDto,
  })
  list(@Query() query: PayoutQuery, @CurrentPrincipal() principal: Principal): Promise<Page<PayoutDto>> {
    return this.readPayouts.list(query, principal);
  }

  @Post('payouts/:id/approve')
  @Endpoint({
    access: ['ADMIN'],
    idempotent: true,
    summary: 'Let a payout go, or refuse it',
    description:
      'By an admin other than who asked for it or is paid by it. The same decision again changes nothing. Audited.',
    answers: PayoutDto,
    errors: [Problems.notFound, Problems.transition, PayoutProblems.ownRequest],
  })
  async approve(
    @Param('id') id: string,
    @Body() body: DecidePayoutDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PayoutDto> {
    return toPayout(await this.decidePayout.execute(id, body, principal));
  }

  @Put('payout-account')
  @Endpoint({
    access: ['INSTRUCTOR'],
    summary: 'Say where your earnings are paid to',
    description:
      'One account for each provider; which one is used follows from the currency. With `STRIPE`, Stripe asks who you are on its own page; ' +
      'the same call again leads back to that page until it is satisfied. Audited.',
    answers: SetPayoutAccountAnswerDto,
    errors: [PaymentProblems.providerNotOffered, PaymentProblems.phone, Problems.gateway],
  })
  async setAccount(
    @Body() body: SetPayoutAccountDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<SetPayoutAccountAnswerDto> {
    const { account, redirectUrl } = await this.payoutAccounts.set(body, principal);
    return { ...toPayoutAccount(account), redirectUrl };
  }
}
