import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { BrandingDto, BrandingQuery, SetBrandingDto } from './branding.dto.js';
import { SetBranding } from './set-branding.js';
import { ShowBranding } from './show-branding.js';

@ApiTags('enterprise')
@Controller('enterprise')
export class BrandingController {
  constructor(
    private readonly showBranding: ShowBranding,
    private readonly setBranding: SetBranding,
  ) {}

  @Get('branding')
  @Endpoint({
    access: 'public',
    summary: 'How the school looks on a domain',
    description:
      'As the active licence on the domain says, as far as its tier includes it. Null is as the school looks everywhere.',
    answers: BrandingDto,
    errors: [Problems.notFound],
    etag: true,
  })
  show(@Query() { domain }: BrandingQuery): Promise<BrandingDto> {
    return this.showBranding.execute(domain);
  }

  @Put('licenses/:id/branding')
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: "Say how the school looks on the licence's domains",
    description:
      "All of it at once: what is left out is the school's again. Name, logo and colours, as far as the tier includes them.",
    answers: BrandingDto,
    errors: [LicensingProblems.brandingNotIncluded, Problems.notFound],
  })
  set(
    @Param('id') id: string,
    @Body() body: SetBrandingDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BrandingDto> {
    return this.setBranding.execute(id, body, principal);
  }
}
