import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CouponDto, couponRefusals, FindCoupons } from '../../coupons/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../../platform/http/index.js';
import { itemRefusals } from '../checkout/create-session.js';
import { CouponValidationDto, ValidateCouponDto } from './coupons.dto.js';
import { ValidateForItem } from './validate-for-item.js';

const reasons = [...new Map(couponRefusals.map(({ code, title }) => [code, `\`${code}\`: ${title}`])).values()];

@ApiTags('payments')
@Controller('payments/coupons')
export class BuyersCouponsController {
  constructor(
    private readonly validateForItem: ValidateForItem,
    private readonly findCoupons: FindCoupons,
  ) {}

  @Post('validate')
  @Endpoint({
    access: 'signed-in',
    summary: 'Whether a coupon could be used for something, and what it takes off',
    description:
      "By the server's own price; nothing is reserved. A coupon that cannot be used is no error: `isValid` is false, and `code` and " +
      `\`message\` say why.\n\n${reasons.join('\n\n')}`,
    answers: CouponValidationDto,
    errors: itemRefusals,
  })
  validate(@Body() body: ValidateCouponDto, @CurrentPrincipal() principal: Principal): Promise<CouponValidationDto> {
    return this.validateForItem.execute(body, principal);
  }

  @Get('active')
  @Endpoint({ access: 'public', summary: 'Public coupons that can be used now, newest first', pageOf: CouponDto })
  active(@Query() query: PageQuery): Promise<Page<CouponDto>> {
    return this.findCoupons.active(query);
  }

  @Get(':code')
  @Endpoint({
    access: 'signed-in',
    summary: 'A coupon by its code, in any case',
    description: 'Not found unless it is active and valid now.',
    answers: CouponDto,
    errors: [Problems.notFound],
  })
  byCode(@Param('code') code: string): Promise<CouponDto> {
    return this.findCoupons.byCode(code);
  }
}
