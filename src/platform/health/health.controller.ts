import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Database, Prisma } from '../database/index.js';
import { DomainError, Problems } from '../errors/index.js';
import { Endpoint, Text } from '../http/index.js';
import { Degradations } from './degradations.js';

class HealthDto {
  @Text({ description: '`ok`' })
  status: string;
}

class ReadinessDto extends HealthDto {
  @Text({
    description:
      'What works less well just now, such as `provider:STRIPE` while it is out of reach; left out when nothing does',
    optional: true,
    isArray: true,
  })
  degraded?: string[];
}

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly degradations: Degradations,
  ) {}

  @Get('live')
  @Endpoint({ access: 'public', summary: 'The process runs', answers: HealthDto, limit: 'none' })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({
    access: 'public',
    summary: 'The process can serve: its database answers and can be written to',
    description: 'A provider out of reach does not make it unready: most of the system works without.',
    answers: ReadinessDto,
    limit: 'none',
  })
  async ready(): Promise<ReadinessDto> {
    // A standby answers every question and takes nothing.
    const asked = await this.database.row<{ readOnly: boolean }>(
      Prisma.sql`SELECT current_setting('transaction_read_only')::boolean AS "readOnly"`,
    );
    if (asked?.readOnly) throw new DomainError(Problems.busy, 'The database can only be read', undefined, 1);
    const degraded = this.degradations.current;
    return { status: 'ok', ...(degraded.length > 0 && { degraded }) };
  }
}
