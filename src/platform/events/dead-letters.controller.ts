import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../auth/index.js';
import { Problems } from '../errors/index.js';
import { Endpoint, IdOf, type Page } from '../http/index.js';
import { DeadLetterDto, DeadLetterQuery } from './dead-letters.dto.js';
import { ReadDeadLetters } from './read-dead-letters.js';
import { notDead, ReplayDeadLetter } from './replay-dead-letter.js';

class ReplayedDto {
  @IdOf('outboxMessage', { description: 'The message that is delivered again' })
  id: string;
}

@ApiTags('operations')
@Controller('admin/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly readDeadLetters: ReadDeadLetters,
    private readonly replayDeadLetter: ReplayDeadLetter,
  ) {}

  @Get()
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Events that a subscriber failed to act on 12 times, newest first',
    pageOf: DeadLetterDto,
  })
  list(@Query() query: DeadLetterQuery): Promise<Page<DeadLetterDto>> {
    return this.readDeadLetters.list(query);
  }

  @Post(':id/replay')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Deliver a dead letter again',
    description: 'At once, and up to 12 times if it fails. Only its own subscriber hears it.',
    answers: ReplayedDto,
    errors: [Problems.notFound, notDead],
  })
  async replay(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<ReplayedDto> {
    await this.replayDeadLetter.execute(principal.userId, id);
    return { id };
  }
}
