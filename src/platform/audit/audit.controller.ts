import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { Database } from '../database/index.js';
import { Endpoint, type Page, PageQuery, Text, Moment, toPage, window } from '../http/index.js';

class AuditQuery extends PageQuery {
  @Text({ description: 'Only records of this actor (a user id)', optional: true })
  actorId?: string;

  @Text({ description: 'Only records about this object (any id)', optional: true })
  objectId?: string;

  @Text({ description: 'Only this action, such as `user.roles-changed`', optional: true })
  action?: string;
}

class AuditRecordDto {
  @Text({ description: 'Id' })
  id: string;

  @Moment({ description: 'When' })
  at: Date;

  @Text({ description: 'Who: a user id' })
  actorId: string;

  @Text({ description: 'What was done' })
  action: string;

  @Text({ description: 'Kind of the object' })
  objectType: string;

  @Text({ description: 'Id of the object' })
  objectId: string;

  @ApiProperty({
    description: 'The object before, as far as it changed',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  before: unknown;

  @ApiProperty({ description: 'The object after', type: 'object', additionalProperties: true, nullable: true })
  after: unknown;

  @Text({ description: 'The reason given', nullable: true, max: 500 })
  reason: string | null;

  @Text({ description: 'From which address', nullable: true })
  ip: string | null;

  @Text({ description: 'The request that did it', nullable: true })
  requestId: string | null;
}

@ApiTags('operations')
@Controller('admin/audit-log')
export class AuditController {
  constructor(private readonly database: Database) {}

  @Get()
  @Endpoint({ access: ['ADMIN'], summary: 'The audit log, newest first', pageOf: AuditRecordDto })
  async list(@Query() query: AuditQuery): Promise<Page<AuditRecordDto>> {
    const where = { actorId: query.actorId, objectId: query.objectId, action: query.action };
    const [data, total] = await Promise.all([
      this.database.client.auditRecord.findMany({ where, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.auditRecord.count({ where }),
    ]);
    return toPage(data, total, query);
  }
}
