import { Controller, Post, type RawBodyRequest, Req } from '@nestjs/common';
import { ApiBody, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { ReceivedDto } from './received.dto.js';
import { ReceiveWebhook } from './receive-webhook.js';

@ApiTags('webhooks')
@Controller()
export class StripeWebhookController {
  constructor(private readonly receiveWebhook: ReceiveWebhook) {}

  @Post(['webhooks/stripe', 'payments/webhooks/stripe'])
  @ApiBody({
    description: "Stripe's event, byte for byte as it was signed",
    schema: { type: 'object', additionalProperties: true },
  })
  @Endpoint({
    access: 'public',
    limit: 'none',
    summary: 'Where Stripe reports what happened',
    description:
      'Proven by the header Stripe-Signature over the raw body, no older than 5 minutes. Answered as soon as the event is stored; ' +
      'repetitions and events of no interest are answered the same.',
    answers: ReceivedDto,
    errors: [PaymentProblems.signature],
  })
  async receive(@Req() request: RawBodyRequest<Request>): Promise<ReceivedDto> {
    await this.receiveWebhook.execute('STRIPE', request);
    return { received: true };
  }
}
