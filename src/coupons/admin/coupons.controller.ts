import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { CouponProblems } from '../coupons.problems.js';
import { CouponListQuery, CreateCouponDto, EditCouponDto, ManagedCouponDto, RemovedCouponDto } from './coupons.dto.js';
import { CreateCoupon } from './create-coupon.js';
import { EditCoupon } from './edit-coupon.js';
import { ReadCoupons } from './read-coupons.js';
import { RemoveCoupon } from './remove-coupon.js';

@ApiTags('coupons')
@Controller('coupons')
export class CouponsController {
  constructor(
    private readonly readCoupons: ReadCoupons,
    private readonly createCoupon: CreateCoupon,
    private readonly editCoupon: EditCoupon,
    private readonly removeCoupon: RemoveCoupon,
  ) {}

  @Get()
  @Endpoint({ access: ['ADMIN'], summary: 'All coupons, newest first', pageOf: ManagedCouponDto })
  list(@Query() query: CouponListQuery): Promise<Page<ManagedCouponDto>> {
    return this.readCoupons.list(query);
  }

  @Get(':id')
  @Endpoint({ access: ['ADMIN'], summary: 'One coupon', answers: ManagedCouponDto, errors: [Problems.notFound] })
  one(@Param('id') id: string): Promise<ManagedCouponDto> {
    return this.readCoupons.one(id);
  }

  @Post()
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    summary: 'Create a coupon',
    description: 'Leaves an audit record. The code cannot be changed later.',
    answers: ManagedCouponDto,
    errors: [CouponProblems.codeTaken],
  })
  create(@Body() body: CreateCouponDto, @CurrentPrincipal() admin: Principal): Promise<ManagedCouponDto> {
    return this.createCoupon.execute(body, admin.userId);
  }

  @Patch(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Change a coupon; what is left out stays, null takes a limit away',
    description:
      'Leaves an audit record with the terms before and after. Payment sessions already begun keep their discount. ' +
      'A limit cannot be lower than the uses that there are.',
    answers: ManagedCouponDto,
    errors: [Problems.notFound, CouponProblems.belowUses],
  })
  edit(
    @Param('id') id: string,
    @Body() body: EditCouponDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<ManagedCouponDto> {
    return this.editCoupon.execute(id, body, admin.userId);
  }

  @Delete(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Delete a coupon, or deactivate it when it has been used',
    description: 'Leaves an audit record. The answer says which of the two was done.',
    answers: RemovedCouponDto,
    errors: [Problems.notFound],
  })
  remove(@Param('id') id: string, @CurrentPrincipal() admin: Principal): Promise<RemovedCouponDto> {
    return this.removeCoupon.execute(id, admin.userId);
  }
}
