import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { couponRefusals } from '../../coupons/index.js';
import { CreatedSessionDto, PaymentProblems, ReadSession, sessionRefusals } from '../../payments/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { PackageProblems } from '../packages.problems.js';
import { RefundStudentPackage } from '../sale/refund-student-package.js';
import { PurchasePackage } from './purchase-package.js';
import { ReadStudentPackages } from './read-student-packages.js';
import {
  PackageSummaryDto,
  PurchasePackageDto,
  RefundedStudentPackageDto,
  RefundStudentPackageDto,
  StudentPackageDto,
  StudentPackagesQuery,
} from './student-packages.dto.js';

@ApiTags('packages')
@Controller('student-packages')
export class StudentPackagesController {
  constructor(
    private readonly readStudentPackages: ReadStudentPackages,
    private readonly purchasePackage: PurchasePackage,
    private readonly refundStudentPackage: RefundStudentPackage,
    private readonly readSession: ReadSession,
  ) {}

  @Get()
  @Endpoint({ access: ['STUDENT'], summary: 'The packages you have bought, newest first', pageOf: StudentPackageDto })
  own(
    @Query() query: StudentPackagesQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<StudentPackageDto>> {
    return this.readStudentPackages.own(query, principal);
  }

  @Get('summary')
  @Endpoint({ access: ['STUDENT'], summary: 'Your credits, class by class', answers: [PackageSummaryDto] })
  summary(@CurrentPrincipal() principal: Principal): Promise<PackageSummaryDto[]> {
    return this.readStudentPackages.summary(principal);
  }

  @Post('purchase')
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary: 'Buy a package',
    description:
      'A payment session like any other: paid at once out of the wallet, with a saved method, or on the page that `redirectUrl` leads to. ' +
      "The tax is that of the branch's country, wherever the buyer is.",
    answers: CreatedSessionDto,
    errors: [
      Problems.notFound,
      PaymentProblems.notOnSale,
      PaymentProblems.insufficientBalance,
      ...couponRefusals,
      ...sessionRefusals,
    ],
  })
  async purchase(
    @Body() body: PurchasePackageDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<CreatedSessionDto> {
    const session = await this.readSession.one(await this.purchasePackage.execute(body, principal), principal);
    return { success: true, session, redirectUrl: session.redirectUrl };
  }

  @Post(':id/refund')
  @Endpoint({
    access: ['ADMIN'],
    idempotent: true,
    summary: 'Give the unused credits of a package back for money',
    description:
      "Into its owner's wallet, at the price paid for each, tax in proportion; the credits are gone. Seats that are booked stay: a credit " +
      'that comes back from one later can be given back like this again. Audited.',
    answers: RefundedStudentPackageDto,
    errors: [
      Problems.notFound,
      PackageProblems.nothingLeft,
      PaymentProblems.notRefundable,
      PaymentProblems.refundTooMuch,
    ],
  })
  async refund(
    @Param('id') id: string,
    @Body() { reason }: RefundStudentPackageDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<RefundedStudentPackageDto> {
    const refundedAmount = await this.refundStudentPackage.execute(id, reason, admin);
    return { ...(await this.readStudentPackages.one(id)), refundedAmount };
  }
}
