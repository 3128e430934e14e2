import { Body, Controller, Get, Param, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { BeginPurchase } from './begin-purchase.js';
import { CancelSession } from './cancel-session.js';
import { purchaseRefusals } from './create-session.js';
import { itemOf } from './item-of.js';
import { EditMetadata } from './edit-metadata.js';
import { ProcessPayment } from './process-payment.js';
import { ReadSession } from './read-session.js';
import {
  CreatedSessionDto,
  CreateSessionDto,
  EditSessionDto,
  PaymentSessionDto,
  ProcessPaymentDto,
  SessionLookupDto,
} from './sessions.dto.js';

@ApiTags('payments')
@Controller('payments')
export class SessionsController {
  constructor(
    private readonly beginPurchase: BeginPurchase,
    private readonly processPayment: ProcessPayment,
    private readonly readSession: ReadSession,
    private readonly cancelSession: CancelSession,
    private readonly editMetadata: EditMetadata,
  ) {}

  @Post('sessions')
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Begin to buy something',
    description:
      "Answers where to send the buyer. The amount is the server's own and stays fixed for the life of the session, 30 minutes. " +
      'A free course is refused with `COURSE_IS_FREE`, one the buyer has with `ALREADY_ENROLLED`. A coupon is reserved with the ' +
      'session and returned when it ends unpaid; one that takes everything off completes the purchase at once, without a provider.',
    answers: CreatedSessionDto,
    errors: [...purchaseRefusals, PaymentProblems.insufficientBalance],
  })
  create(@Body() body: CreateSessionDto, @CurrentPrincipal() principal: Principal): Promise<CreatedSessionDto> {
    return this.beginPurchase.execute(body, principal);
  }

  @Post('process')
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Buy with a saved payment method',
    description:
      'Charged at once. When the bank wants to see the buyer (3-D Secure), the session is `PENDING` and `redirectUrl` is where to send ' +
      'them; they come back to `returnUrl`, in which `{CHECKOUT_SESSION_ID}` becomes our session id. A card that is declined answers 402 ' +
      'in words; that session is `FAILED`, and the next attempt is a new one.',
    answers: CreatedSessionDto,
    errors: purchaseRefusals,
  })
  async process(@Body() body: ProcessPaymentDto, @CurrentPrincipal() principal: Principal): Promise<CreatedSessionDto> {
    const { paymentMethodId, ...purchase } = body;
    const id = await this.processPayment.execute(itemOf(purchase), paymentMethodId, principal);
    return this.beginPurchase.answer(id, principal);
  }

  @Get('sessions/stripe/:stripeId')
  @Endpoint({
    access: 'optional',
    summary: "A session by Stripe's id or ours, for the page that the buyer returns to",
    description:
      'A session that is still open is reconciled with Stripe before the answer: there is no need to poll. ' +
      'The owner gets the session, anyone else only its id and status.',
    answers: SessionLookupDto,
    errors: [Problems.notFound],
  })
  byStripeId(
    @Param('stripeId') stripeId: string,
    @CurrentPrincipal() principal?: Principal,
  ): Promise<SessionLookupDto> {
    return this.readSession.byProviderReference('STRIPE', stripeId, principal);
  }

  @Get('sessions/:id')
  @Endpoint({
    access: 'signed-in',
    summary: 'One of your sessions',
    answers: PaymentSessionDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<PaymentSessionDto> {
    return this.readSession.one(id, principal);
  }

  @Patch('sessions/:id')
  @Endpoint({
    access: 'signed-in',
    idempotent: true,
    summary: "Add to a session's metadata",
    description: 'While it is `PENDING`, key by key; nothing else about a session can be edited.',
    answers: PaymentSessionDto,
    errors: [Problems.notFound, PaymentProblems.sessionNotPending, PaymentProblems.tooMuchMetadata],
  })
  async edit(
    @Param('id') id: string,
    @Body() { metadata }: EditSessionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PaymentSessionDto> {
    await this.editMetadata.execute(id, metadata, principal);
    return this.readSession.one(id, principal);
  }

  @Post('sessions/:id/cancel')
  @Endpoint({
    access: 'signed-in',
    summary: 'Cancel a session that is not paid',
    description:
      'Ended at the provider first, so that it cannot be paid any more; its coupon is free again. Cancelling twice is harmless. One that ' +
      'is paid, perhaps in this moment, answers `INVALID_TRANSITION`.',
    answers: CreatedSessionDto,
    errors: [Problems.notFound, Problems.transition, Problems.gateway],
  })
  async cancel(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<CreatedSessionDto> {
    await this.cancelSession.execute(id, principal);
    return this.beginPurchase.answer(id, principal);
  }
}
