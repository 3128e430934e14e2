import { ApiSchema } from '@nestjs/swagger';
import { LicenseSeatStatus } from '../../platform/database/index.js';
import { Choice, Email, IdOf, Moment, PageQuery, Secret, Text } from '../../platform/http/index.js';

export class SeatsQuery extends PageQuery {
  @Choice(LicenseSeatStatus, { description: 'Only in this status', optional: true })
  status?: LicenseSeatStatus;
}

export class GiveSeatDto {
  @IdOf('user', { description: 'Whose it is at once; or `email`', optional: true })
  userId?: string;

  @Email({ description: 'Whom it is offered to; or `userId`', optional: true })
  email?: string;
}

export class AcceptSeatDto {
  @Secret({ description: 'The code of the offer' })
  code: string;
}

/** The seat of a class has the name already. */
@ApiSchema({ name: 'LicenseSeatDto' })
export class SeatDto {
  @IdOf('licenseSeat', { description: 'Id' })
  id: string;

  @IdOf('license', { description: 'The licence' })
  licenseId: string;

  @Text({ description: 'Its tier, such as `BUSINESS`' })
  tier: string;

  @Choice(LicenseSeatStatus, {
    description: 'INVITED: offered, and kept free; ENDED: taken away, or not accepted in time',
  })
  status: LicenseSeatStatus;

  @IdOf('user', { description: 'Whose it is, or was', nullable: true })
  userId: string | null;

  @Text({ description: 'Their name', nullable: true })
  name: string | null;

  @Email({ description: 'Whom it was offered to', nullable: true })
  email: string | null;

  @Moment({ description: 'Until when it can be accepted', nullable: true })
  invitedUntil: Date | null;

  @Moment({ description: 'Since when it is theirs', nullable: true })
  assignedAt: Date | null;

  @Moment({ description: 'Until when it was', nullable: true })
  endedAt: Date | null;

  @Moment({ description: 'Given or offered at' })
  createdAt: Date;
}

export class GivenSeatDto extends SeatDto {
  @Secret({
    description: 'For `POST /enterprise/seats/accept`, by whoever has it; null unless it is INVITED. Kept nowhere',
    nullable: true,
  })
  code: string | null;
}
