import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { AdoptMethod } from './adopt-method.js';
import { BeginSetup } from './begin-setup.js';
import { MakeDefault } from './make-default.js';
import { AddedMethodDto, AddMethodDto, SavedMethodDto } from './methods.dto.js';
import { MethodProblems } from './methods.problems.js';
import { ReadMethods, toMethod } from './read-methods.js';
import { RemoveMethod } from './remove-method.js';

@ApiTags('payments')
@Controller('payments/methods')
export class MethodsController {
  constructor(
    private readonly beginSetup: BeginSetup,
    private readonly adoptMethod: AdoptMethod,
    private readonly readMethods: ReadMethods,
    private readonly removeMethod: RemoveMethod,
    private readonly makeDefault: MakeDefault,
  ) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Your saved payment methods, the default first',
    description:
      "One that you are just saving on the provider's page is there as soon as the provider has it: no need to poll.",
    pageOf: SavedMethodDto,
  })
  list(@Query() query: PageQuery, @CurrentPrincipal() principal: Principal): Promise<Page<SavedMethodDto>> {
    return this.readMethods.execute(query, principal);
  }

  @Post()
  @Endpoint({
    access: 'signed-in',
    status: 201,
    idempotent: true,
    summary: 'Save a card for later',
    description:
      "Answers where to send the person: the card is typed on Stripe's page, and nothing is charged. With `paymentMethodId`, a card that " +
      'your frontend has set up by Stripe.js is saved at once. The first one becomes the default.',
    answers: AddedMethodDto,
    errors: [Problems.notFound, PaymentProblems.returnUrl, MethodProblems.notKept, Problems.gateway],
  })
  async add(@Body() body: AddMethodDto, @CurrentPrincipal() principal: Principal): Promise<AddedMethodDto> {
    if (body.paymentMethodId !== undefined) {
      const method = await this.adoptMethod.execute(body.paymentMethodId, principal);
      return { setupId: null, redirectUrl: null, method: toMethod(method) };
    }
    const { id, redirectUrl } = await this.beginSetup.execute(body, principal);
    return { setupId: id, redirectUrl, method: null };
  }

  @Delete(':id')
  @Endpoint({
    access: 'signed-in',
    status: 204,
    summary: 'Remove a saved payment method',
    description: 'At the provider as well. When it was the default, the newest of the others becomes it.',
    errors: [Problems.notFound, Problems.gateway],
  })
  async remove(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    await this.removeMethod.execute(id, principal);
  }

  @Post(':id/default')
  @Endpoint({
    access: 'signed-in',
    summary: 'Make a saved payment method the default',
    description: 'The one that is charged when none is named. Doing it twice is harmless.',
    answers: SavedMethodDto,
    errors: [Problems.notFound],
  })
  async default(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SavedMethodDto> {
    return toMethod(await this.makeDefault.execute(id, principal));
  }
}
