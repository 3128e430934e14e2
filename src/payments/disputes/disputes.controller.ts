import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { DisputeDto, DisputeListQuery } from './disputes.dto.js';
import { ReadDisputes } from './read-disputes.js';

@ApiTags('admin')
@Controller('admin/disputes')
export class DisputesController {
  constructor(private readonly readDisputes: ReadDisputes) {}

  @Get()
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Disputes with their deadlines, the most urgent first',
    description:
      'While one is open, the buyer has no access, nothing of the payment can be refunded and the payee cannot draw on it. Evidence is ' +
      "given in the provider's dashboard.",
    pageOf: DisputeDto,
  })
  list(@Query() query: DisputeListQuery): Promise<Page<DisputeDto>> {
    return this.readDisputes.execute(query);
  }
}
