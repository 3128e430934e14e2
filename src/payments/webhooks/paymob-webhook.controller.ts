import { Controller, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiBody, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { ReceivedDto } from './received.dto.js';
import { ReceiveWebhook } from './receive-webhook.js';

@ApiTags('webhooks')
@Controller('finance/webhooks/paymob')
export class PaymobWebhookController {
  constructor(private readonly receiveWebhook: ReceiveWebhook) {}

  @Post()
  @ApiQuery({
    name: 'hmac',
    description: "HMAC-SHA512 over Paymob's twenty fields, in hex",
    type: String,
    required: true,
  })
  @ApiBody({
    description: "Paymob's transaction callback",
    schema: { type: 'object', additionalProperties: true },
  })
  @Endpoint({
    access: 'public',
    limit: 'none',
    summary: 'Where Paymob reports what happened',
    description:
      'Proven by `hmac` over the fields that Paymob signs; nothing else in the body is believed. Answered as soon as the event is stored; ' +
      'repetitions and events of no interest are answered the same.',
    answers: ReceivedDto,
    errors: [PaymentProblems.signature],
  })
  async receive(@Req() request: RawBodyRequest<Request>): Promise<ReceivedDto> {
    await this.receiveWebhook.execute('PAYMOB', request);
    return { received: true };
  }
}
