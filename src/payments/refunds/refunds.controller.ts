import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { RefundPayment } from './refund-payment.js';
import { RefundDto, RefundPaymentDto, RefundTermsDto } from './refunds.dto.js';
import { toRefund } from './to-refund.js';

const refunding = {
  access: ['ADMIN'],
  status: 200,
  idempotent: true,
  description:
    'Whole or in part, any number of times until nothing is left; never more than came. It is booked at once and given back by the ' +
    'provider: `PENDING` means that the provider has not done it yet and is asked again until it has. A full refund takes access away, ' +
    'unless the course says keep. Audited.',
  answers: RefundDto,
  errors: [
    Problems.notFound,
    PaymentProblems.notRefundable,
    PaymentProblems.refundTooMuch,
    PaymentProblems.usedUp,
    PaymentProblems.refundRefused,
  ],
} as const;

@ApiTags('payments')
@Controller()
export class RefundsController {
  constructor(private readonly refundPayment: RefundPayment) {}

  @Post('payments/refund')
  @Endpoint({ ...refunding, summary: 'Give a payment back' })
  async refund(@Body() body: RefundPaymentDto, @CurrentPrincipal() principal: Principal): Promise<RefundDto> {
    return toRefund(await this.refundPayment.execute(body, principal));
  }

  @Post('finance/payments/:id/refund')
  @Endpoint({ ...refunding, summary: 'Give this payment back' })
  async refundOne(
    @Param('id') paymentId: string,
    @Body() body: RefundTermsDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<RefundDto> {
    return toRefund(await this.refundPayment.execute({ ...body, paymentId }, principal));
  }
}
