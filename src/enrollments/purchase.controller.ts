import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags, OmitType } from '@nestjs/swagger';
import {
  BeginPurchase,
  CreatedSessionDto,
  CreateSessionDto,
  PaymentProblems,
  purchaseRefusals,
} from '../payments/index.js';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Endpoint } from '../platform/http/index.js';

class PurchaseCourseDto extends OmitType(CreateSessionDto, ['packageId', 'licenseId']) {}

@ApiTags('courses')
@Controller('courses/purchase')
export class PurchaseController {
  constructor(private readonly beginPurchase: BeginPurchase) {}

  @Post()
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary: 'Begin to buy a course, a bundle of courses, or a learning path',
    description: 'The same as `POST /payments/sessions`.',
    answers: CreatedSessionDto,
    errors: [...purchaseRefusals, PaymentProblems.insufficientBalance],
  })
  purchase(@Body() body: PurchaseCourseDto, @CurrentPrincipal() principal: Principal): Promise<CreatedSessionDto> {
    return this.beginPurchase.execute(body, principal);
  }
}
