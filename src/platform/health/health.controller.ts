import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Database, Prisma } from '../database/index.js';
import { Endpoint, Text } from '../http/index.js';

class HealthDto {
  @Text({ description: '`ok`' })
  status: string;
}

@ApiTags('operations')
@Controller('health')
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('live')
  @Endpoint({ access: 'public', summary: 'The process runs', answers: HealthDto, limit: 'none' })
  live(): HealthDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({
    access: 'public',
    summary: 'The process can serve: its database answers',
    answers: HealthDto,
    limit: 'none',
  })
  async ready(): Promise<HealthDto> {
    await this.database.rows(Prisma.sql`SELECT 1`);
    return { status: 'ok' };
  }
}
