import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { PaymentProvider } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { CreateSession, type NewSession, purchaseRefusals } from './create-session.js';
import { Gateway, InitiatedPaymentDto, InitiateFinancePaymentDto, InitiatePaymentDto } from './initiate.dto.js';
import { itemOf } from './item-of.js';
import { ReadSession } from './read-session.js';

const providers: Record<Gateway, PaymentProvider> = { stripe: 'STRIPE', mpesa: 'MPESA', paymob: 'PAYMOB' };

const initiating = {
  status: 201,
  idempotent: true,
  description:
    'The same as `POST /payments/sessions`, with a shorter answer. With `mpesa` the phone rings, and its owner pays by entering a PIN; a ' +
    'second push for the same thing is refused with `ALREADY_CHARGING` while the first one rings. What M-Pesa refuses at once answers 402 in words.',
  answers: InitiatedPaymentDto,
  errors: purchaseRefusals,
} as const;

@ApiTags('payments')
@Controller()
export class InitiateController {
  constructor(
    private readonly createSession: CreateSession,
    private readonly readSession: ReadSession,
  ) {}

  @Post('payments/initiate')
  @Endpoint({ ...initiating, access: ['STUDENT'], summary: 'Begin to pay for something' })
  initiate(
    @Body() { provider, phoneOrEmail, ...rest }: InitiatePaymentDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<InitiatedPaymentDto> {
    const request = { ...itemOf(rest), provider: providers[provider], phone: phoneOrEmail };
    return this.begin(request, principal).catch(atPhoneOrEmail);
  }

  @Post('finance/payments/initiate')
  @Endpoint({ ...initiating, access: 'signed-in', summary: 'Begin to pay for something, through Paymob unless told' })
  initiateFinance(
    @Body() { provider = 'paymob', ...rest }: InitiateFinancePaymentDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<InitiatedPaymentDto> {
    return this.begin({ ...itemOf(rest), provider: providers[provider] }, principal);
  }

  private async begin(request: NewSession, principal: Principal): Promise<InitiatedPaymentDto> {
    const session = await this.readSession.one(await this.createSession.execute(request, principal), principal);
    return { sessionId: session.id, paymentUrl: session.redirectUrl, status: session.status };
  }
}

/** What is wrong with the phone is said of the field that it came in. */
function atPhoneOrEmail(error: unknown): never {
  if (!(error instanceof DomainError && error.problem === PaymentProblems.phone)) throw error;
  const errors = error.errors?.map(({ detail }) => ({ pointer: '#/phoneOrEmail', detail }));
  throw new DomainError(error.problem, error.detail, errors);
}
