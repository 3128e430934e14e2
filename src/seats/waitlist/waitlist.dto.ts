import { WaitlistStatus } from '../../platform/database/index.js';
import { Choice, IdOf, Moment, Whole } from '../../platform/http/index.js';

export class WaitlistEntryDto {
  @IdOf('waitlistEntry', { description: 'Id' })
  id: string;

  @IdOf('classSession', { description: 'The session' })
  sessionId: string;

  @Choice(WaitlistStatus, { description: 'Where it stands' })
  status: WaitlistStatus;

  @Whole({ description: 'Place in the line: 1 is next', min: 1 })
  position: number;

  @Moment({ description: 'Joined' })
  createdAt: Date;
}
