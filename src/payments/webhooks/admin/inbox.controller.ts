import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../../platform/auth/index.js';
import { Problems } from '../../../platform/errors/index.js';
import { Endpoint, type Page } from '../../../platform/http/index.js';
import { PaymentProblems } from '../../payments.problems.js';
import { InboxEventDetailDto, InboxEventDto, InboxQuery } from './inbox.dto.js';
import { ReadInbox } from './read-inbox.js';
import { ReplayEvent } from './replay-event.js';

@ApiTags('operations')
@Controller('admin/webhook-events')
export class InboxController {
  constructor(
    private readonly readInbox: ReadInbox,
    private readonly replayEvent: ReplayEvent,
  ) {}

  @Get()
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Webhooks that providers sent us, newest first',
    description: 'Every one that proved its origin, without its body.',
    pageOf: InboxEventDto,
  })
  list(@Query() query: InboxQuery): Promise<Page<InboxEventDto>> {
    return this.readInbox.list(query);
  }

  @Get(':id')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'One webhook with its body',
    answers: InboxEventDetailDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string): Promise<InboxEventDetailDto> {
    return this.readInbox.one(id);
  }

  @Post(':id/replay')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Act on a stored webhook again',
    description:
      'In any status, as if it had just come: at once, and up to 12 times if it fails. One that was already acted on changes nothing a ' +
      'second time.',
    answers: InboxEventDetailDto,
    errors: [Problems.notFound, PaymentProblems.bodyRemoved],
  })
  async replay(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<InboxEventDetailDto> {
    await this.replayEvent.execute(principal.userId, id);
    return this.readInbox.one(id);
  }
}
