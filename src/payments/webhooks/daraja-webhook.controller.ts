import { Controller, Param, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Endpoint, Text, Whole } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { ReceiveWebhook } from './receive-webhook.js';

class AcceptedDto {
  @Whole({ description: 'Always 0: the outcome is stored', example: 0 })
  ResultCode: number;

  @Text({ description: 'Always `Accepted`' })
  ResultDesc: string;
}

@ApiTags('webhooks')
@Controller('webhooks/daraja')
export class DarajaWebhookController {
  constructor(private readonly receiveWebhook: ReceiveWebhook) {}

  @Post(':token')
  @ApiBody({
    description: "M-Pesa's outcome of one request, as Daraja words it",
    schema: { type: 'object', additionalProperties: true },
  })
  @Endpoint({
    access: 'public',
    limit: 'none',
    summary: 'Where M-Pesa reports what became of a request',
    description:
      'Each request has an address of its own. M-Pesa signs nothing: it must know the address, come from one of MPESA_CALLBACK_ADDRESSES if ' +
      'these are set, and name the request and its amount; a payment is asked back before it counts. Repetitions are answered the same.',
    answers: AcceptedDto,
    errors: [PaymentProblems.signature],
  })
  async receive(@Param('token') token: string, @Req() request: RawBodyRequest<Request>): Promise<AcceptedDto> {
    await this.receiveWebhook.execute('MPESA', request, token);
    return { ResultCode: 0, ResultDesc: 'Accepted' };
  }
}
