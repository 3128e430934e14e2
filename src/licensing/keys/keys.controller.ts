import { Body, Controller, Delete, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { ActivateLicense } from './activate-license.js';
import { ActivateDto, ActivationDto, PublishedKeysDto, ValidateQuery, ValidationDto } from './keys.dto.js';
import { LeaveDomain } from './leave-domain.js';
import { SigningKeys } from './signing-keys.js';
import { ValidateLicense } from './validate-license.js';

@ApiTags('enterprise')
@Controller('enterprise/licenses')
export class KeysController {
  constructor(
    private readonly signing: SigningKeys,
    private readonly validateLicense: ValidateLicense,
    private readonly activateLicense: ActivateLicense,
    private readonly leaveDomain: LeaveDomain,
  ) {}

  @Get('keys')
  @Endpoint({
    access: 'public',
    summary: 'The public keys that licences are verified with offline',
    description: 'A JSON Web Key Set (RFC 7517). `docs/examples/verify-license.mjs` shows how in 20 lines.',
    answers: PublishedKeysDto,
    etag: true,
  })
  keys(): PublishedKeysDto {
    return { keys: this.signing.published };
  }

  @Get('validate')
  @Endpoint({
    access: 'public',
    limit: 'validation',
    summary: 'Whether a licence holds where its key is used, and why not',
    description:
      'Always answered 200, with the reason. Ask once a day and keep the file: it proves offline what was answered, for 7 days. A domain ' +
      "that is not the licence's learns nothing of it.",
    answers: ValidationDto,
  })
  validate(@Query() query: ValidateQuery): Promise<ValidationDto> {
    return this.validateLicense.execute(query);
  }

  @Post('activate')
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: 'Put a licence into use, and bind it to a domain',
    description:
      'Paid for, and one of an organization whose admin you are. On as many domains as its tier allows, each of one licence at a time. ' +
      'The same again changes nothing and gets the same answer. Audited.',
    answers: ActivationDto,
    errors: [
      LicensingProblems.keyRefused,
      LicensingProblems.notNow,
      LicensingProblems.tooManyDomains,
      LicensingProblems.domainTaken,
      Problems.notFound,
    ],
  })
  activate(@Body() body: ActivateDto, @CurrentPrincipal() principal: Principal): Promise<ActivationDto> {
    return this.activateLicense.execute(body, principal);
  }

  @Delete(':id/domains/:domain')
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    status: 204,
    summary: 'Take the activation on a domain back',
    description:
      'Another domain can take its place, and another licence the domain. Offline files for it are good until they are over. Again changes nothing. Audited.',
    errors: [Problems.notFound],
  })
  leave(
    @Param('id') id: string,
    @Param('domain') domain: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    return this.leaveDomain.execute(id, domain, principal);
  }
}
