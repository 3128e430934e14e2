import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { PaymentProblems } from '../../payments/index.js';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { CreateLicense } from './create-license.js';
import { CreateLicenseDto, LicenseDto, LicensesQuery, MarkPaidDto, RenewLicenseDto, WhyDto } from './licenses.dto.js';
import { MarkPaid } from './mark-paid.js';
import { ReadLicenses } from './read-licenses.js';
import { RenewLicense } from './renew-license.js';
import { ResumeLicense } from './resume-license.js';
import { RevokeLicense } from './revoke-license.js';
import { SuspendLicense } from './suspend-license.js';

const offerRefusals = [
  Problems.notFound,
  LicensingProblems.tierUnknown,
  LicensingProblems.tooManySeats,
  PaymentProblems.currencyNotOffered,
];
const payRefusals = [LicensingProblems.notNow, LicensingProblems.seatsInUse, LicensingProblems.termOver];

@ApiTags('enterprise')
@Controller('enterprise/licenses')
export class LicensesController {
  constructor(
    private readonly readLicenses: ReadLicenses,
    private readonly createLicense: CreateLicense,
    private readonly markPaid: MarkPaid,
    private readonly renewLicense: RenewLicense,
    private readonly suspendLicense: SuspendLicense,
    private readonly resumeLicense: ResumeLicense,
    private readonly revokeLicense: RevokeLicense,
  ) {}

  @Post('create')
  @Endpoint({
    access: ['ADMIN'],
    status: 201,
    idempotent: true,
    summary: 'Sell a licence to an organization',
    description:
      'It is `PENDING` until its first term is paid: by who handles the licences of the organization, in a payment session with `licenseId`, or ' +
      'by an invoice that is marked as paid. Audited.',
    answers: LicenseDto,
    errors: [LicensingProblems.notOffered, ...offerRefusals],
  })
  async create(@Body() body: CreateLicenseDto, @CurrentPrincipal() admin: Principal): Promise<LicenseDto> {
    return this.readLicenses.one(await this.createLicense.execute(body, admin), admin);
  }

  @Get()
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: 'Licences, newest first',
    description: 'An admin sees all, others those of the organizations whose licences they handle.',
    pageOf: LicenseDto,
  })
  list(@Query() query: LicensesQuery, @CurrentPrincipal() principal: Principal): Promise<Page<LicenseDto>> {
    return this.readLicenses.list(query, principal);
  }

  @Get(':id')
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: 'One licence, as it stands now',
    answers: LicenseDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<LicenseDto> {
    return this.readLicenses.one(id, principal);
  }

  @Post(':id/mark-paid')
  @Endpoint({
    access: ['ADMIN'],
    idempotent: true,
    summary: 'Say that the invoice of the term that is to be paid has been paid',
    description:
      "Booked as money at the bank, with the tax of the organization's country in it. From now on, or from where the licence expires, the term " +
      'runs. Again it is refused with `NOTHING_TO_PAY`. Audited.',
    answers: LicenseDto,
    errors: [Problems.notFound, LicensingProblems.nothingToPay, ...payRefusals],
  })
  async pay(
    @Param('id') id: string,
    @Body() body: MarkPaidDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<LicenseDto> {
    await this.markPaid.execute(id, body, admin);
    return this.readLicenses.one(id, admin);
  }

  @Post(':id/renew')
  @Endpoint({
    access: ['ADMIN'],
    idempotent: true,
    summary: 'Offer a licence for another time',
    description:
      'It runs on once that is paid, as the first one was. From its expiry nothing is lost, however early or late it is paid; from now, what is ' +
      'left of the time before is given up. What was to be paid before is to be paid no more. Audited.',
    answers: LicenseDto,
    errors: [...offerRefusals, ...payRefusals],
  })
  async renew(
    @Param('id') id: string,
    @Body() body: RenewLicenseDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<LicenseDto> {
    await this.renewLicense.execute(id, body, admin);
    return this.readLicenses.one(id, admin);
  }

  @Post(':id/suspend')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Stop what a licence gives, until it is resumed',
    description: 'Its time goes on. Again is harmless. Audited.',
    answers: LicenseDto,
    errors: [Problems.notFound, LicensingProblems.notNow],
  })
  async suspend(
    @Param('id') id: string,
    @Body() { reason }: WhyDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<LicenseDto> {
    await this.suspendLicense.execute(id, reason, admin);
    return this.readLicenses.one(id, admin);
  }

  @Post(':id/resume')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Let a suspended licence give again what it gave',
    description: "Takes an admin's suspension back; one by a dispute about its money ends with the dispute. Audited.",
    answers: LicenseDto,
    errors: [Problems.notFound, LicensingProblems.notNow],
  })
  async resume(@Param('id') id: string, @CurrentPrincipal() admin: Principal): Promise<LicenseDto> {
    await this.resumeLicense.execute(id, admin);
    return this.readLicenses.one(id, admin);
  }

  @Post(':id/revoke')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'End a licence for good',
    description:
      'Nothing is given back by itself: a payment is refunded like any other, and what stays of it is earned. Again is harmless. Audited.',
    answers: LicenseDto,
    errors: [Problems.notFound],
  })
  async revoke(
    @Param('id') id: string,
    @Body() { reason }: WhyDto,
    @CurrentPrincipal() admin: Principal,
  ): Promise<LicenseDto> {
    await this.revokeLicense.execute(id, reason, admin);
    return this.readLicenses.one(id, admin);
  }
}
