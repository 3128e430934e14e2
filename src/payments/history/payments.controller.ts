import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { PaymentDto, PaymentListQuery } from './payments.dto.js';
import { ReadPayments } from './read-payments.js';

@ApiTags('payments')
@Controller()
export class PaymentsController {
  constructor(private readonly readPayments: ReadPayments) {}

  @Get('payments/history')
  @Endpoint({ access: 'signed-in', summary: 'Your payments, newest first', pageOf: PaymentDto })
  history(@Query() query: PaymentListQuery, @CurrentPrincipal() principal: Principal): Promise<Page<PaymentDto>> {
    return this.readPayments.history(principal.userId, query);
  }

  @Get(['payments', 'finance/payments'])
  @Endpoint({ access: ['ADMIN'], summary: 'All payments, newest first', pageOf: PaymentDto })
  all(@Query() query: PaymentListQuery): Promise<Page<PaymentDto>> {
    return this.readPayments.all(query);
  }

  @Get('payments/:paymentId')
  @Endpoint({ access: 'signed-in', summary: 'One of your payments', answers: PaymentDto, errors: [Problems.notFound] })
  one(@Param('paymentId') id: string, @CurrentPrincipal() principal: Principal): Promise<PaymentDto> {
    return this.readPayments.one(id, principal);
  }

  @Get('finance/payments/:id')
  @Endpoint({ access: ['ADMIN'], summary: 'One payment', answers: PaymentDto, errors: [Problems.notFound] })
  any(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<PaymentDto> {
    return this.readPayments.one(id, principal);
  }
}
