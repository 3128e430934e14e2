import { ApiProperty } from '@nestjs/swagger';
import { PaymentProvider, ProviderEventStatus } from '../../../platform/database/index.js';
import { Choice, IdOf, Moment, PageQuery, Text, Whole } from '../../../platform/http/index.js';

export class InboxQuery extends PageQuery {
  @Choice(PaymentProvider, { description: 'Only events of this provider', optional: true })
  provider?: PaymentProvider;

  @Choice(ProviderEventStatus, { description: 'Only events in this status', optional: true })
  status?: ProviderEventStatus;

  @Text({
    description: 'Only events of this type; with `*` at the end, of all types that begin so: `checkout.session.*`',
    optional: true,
  })
  type?: string;

  @Text({ description: "Only the event with this id of the provider's, such as `evt_1NG8…`", optional: true })
  externalId?: string;

  @Moment({ description: 'Only events received at or after this moment', optional: true })
  from?: string;

  @Moment({ description: 'Only events received before this moment', optional: true })
  to?: string;
}

export class InboxEventDto {
  @IdOf('providerEvent', { description: 'Id' })
  id: string;

  @Choice(PaymentProvider, { description: 'Who sent it' })
  provider: PaymentProvider;

  @Text({ description: "The provider's id of it: a second delivery with the same one is no second event" })
  externalId: string;

  @Text({ description: 'What it is about, in the words of the provider' })
  type: string;

  @Choice(ProviderEventStatus, {
    description:
      '`RECEIVED` until it is acted on; `IGNORED`: says nothing we act on; `UNMATCHED`: about a payment that is not ours; `DEAD`: ' +
      'failed too often, waits for a person',
  })
  status: ProviderEventStatus;

  @Whole({ description: 'How often it was begun to act on it, since it came or since it was last replayed' })
  attempts: number;

  @Text({ description: 'Why the last attempt failed; null when none did', nullable: true, max: 2000 })
  lastError: string | null;

  @Moment({ description: 'Stored' })
  receivedAt: Date;

  @Moment({ description: 'Acted on, or found to be nothing to act on', nullable: true })
  processedAt: Date | null;
}

export class InboxEventDetailDto extends InboxEventDto {
  @ApiProperty({
    description: 'What the provider sent; null once it was removed (after 90 days, unless it still waits or is dead)',
    type: 'object',
    additionalProperties: true,
    nullable: true,
  })
  body: unknown;
}
