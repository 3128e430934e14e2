import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { ReadUsage } from './read-usage.js';
import { UsageDto, UsageQuery } from './usage.dto.js';

@ApiTags('enterprise')
@Controller('enterprise/usage')
export class UsageController {
  constructor(private readonly readUsage: ReadUsage) {}

  @Get()
  @Endpoint({
    access: ['ENTERPRISE', 'ADMIN'],
    summary: 'What is made of your licences, month by month',
    description:
      'Newest licence first; an admin of the school sees all. At most 36 months, the last 12 unless told. Who was given a seat, learnt, or ' +
      'completed what, it does not say.',
    pageOf: UsageDto,
    errors: [Problems.notFound],
  })
  read(@Query() query: UsageQuery, @CurrentPrincipal() principal: Principal): Promise<Page<UsageDto>> {
    return this.readUsage.execute(query, principal);
  }
}
