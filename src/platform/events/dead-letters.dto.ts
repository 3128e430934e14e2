import { ApiProperty } from '@nestjs/swagger';
import { IdOf, Moment, PageQuery, Text, Whole } from '../http/index.js';

export class DeadLetterQuery extends PageQuery {
  @Text({ description: 'Only those of this subscriber, such as `courses.enrollment-count`', optional: true })
  subscriber?: string;

  @Text({ description: 'Only those of this event, such as `Enrolled`', optional: true })
  eventName?: string;
}

export class DeadLetterDto {
  @IdOf('outboxMessage', { description: 'Id' })
  id: string;

  @IdOf('event', { description: 'The event; each subscriber has a message of its own' })
  eventId: string;

  @Text({ description: 'What happened' })
  eventName: string;

  @Text({ description: 'Who failed to act on it' })
  subscriber: string;

  @ApiProperty({ description: 'The event: ids and codes', type: 'object', additionalProperties: true })
  payload: unknown;

  @Whole({ description: 'How often it was tried' })
  attempts: number;

  @Text({ description: 'Why the last attempt failed', nullable: true, max: 2000 })
  lastError: string | null;

  @Moment({ description: 'When it happened' })
  occurredAt: Date;
}
