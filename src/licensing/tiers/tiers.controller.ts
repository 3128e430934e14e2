import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Endpoint } from '../../platform/http/index.js';
import { TierDto } from './tiers.dto.js';
import { Tiers } from './tiers.js';
import { toTier } from './to-tier.js';

@ApiTags('enterprise')
@Controller('enterprise/tiers')
export class TiersController {
  constructor(private readonly tiers: Tiers) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'The tiers that licences are sold in',
    description: "A licence costs its seats times its months times the tier's price, unless another price was agreed.",
    answers: [TierDto],
  })
  list(): TierDto[] {
    return this.tiers.all.map(toTier);
  }
}
