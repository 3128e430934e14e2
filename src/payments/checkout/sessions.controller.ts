import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { CreateSession } from './create-session.js';
import { ReadSession } from './read-session.js';
import { CreatedSessionDto, CreateSessionDto, PaymentSessionDto, SessionLookupDto } from './sessions.dto.js';

@ApiTags('payments')
@Controller('payments/sessions')
export class SessionsController {
  constructor(
    private readonly createSession: CreateSession,
    private readonly readSession: ReadSession,
  ) {}

  @Post()
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Begin to buy something',
    description:
      "Answers where to send the buyer. The amount is the server's own and stays fixed for the life of the session, 30 minutes. " +
      'A free course is refused with `COURSE_IS_FREE`, one the buyer has with `ALREADY_ENROLLED`.',
    answers: CreatedSessionDto,
    errors: [
      Problems.notFound,
      PaymentProblems.courseIsFree,
      PaymentProblems.alreadyEnrolled,
      PaymentProblems.returnUrl,
      PaymentProblems.providerNotOffered,
      PaymentProblems.insufficientBalance,
      Problems.gateway,
    ],
  })
  async create(
    @Body() { courseId, ...rest }: CreateSessionDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedSessionDto> {
    const id = await this.createSession.execute({ ...rest, itemKind: 'course', itemId: courseId }, principal);
    const session = await this.readSession.one(id, principal);
    return { success: true, session, redirectUrl: session.redirectUrl };
  }

  @Get('stripe/:stripeId')
  @Endpoint({
    access: 'optional',
    summary: "A session by Stripe's id, for the page that the buyer returns to",
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

  @Get(':id')
  @Endpoint({
    access: 'signed-in',
    summary: 'One of your sessions',
    answers: PaymentSessionDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<PaymentSessionDto> {
    return this.readSession.one(id, principal);
  }
}
