import { Controller, Delete, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { SeatProblems } from '../seats.problems.js';
import { JoinWaitlist } from './join-waitlist.js';
import { LeaveWaitlist } from './leave-waitlist.js';
import { WaitlistEntryDto } from './waitlist.dto.js';
import { WaitlistProblems } from './waitlist.problems.js';

@ApiTags('sessions')
@Controller('sessions/:id/waitlist')
export class WaitlistController {
  constructor(
    private readonly joinWaitlist: JoinWaitlist,
    private readonly leaveWaitlist: LeaveWaitlist,
  ) {}

  @Post()
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    summary: 'Wait for a seat in a session that is full',
    description:
      'Until its cancellation window begins. Seats that become free go to those who wait, first come, first served, paid as any booking ' +
      'is; who cannot have one at that moment is told, and keeps their place. Two waitlists at the same time are fine. Again is the same ' +
      'place.',
    answers: WaitlistEntryDto,
    errors: [Problems.notFound, WaitlistProblems.closed, WaitlistProblems.seatsLeft, SeatProblems.enrolled],
  })
  join(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<WaitlistEntryDto> {
    return this.joinWaitlist.execute(id, principal.userId);
  }

  @Delete()
  @Endpoint({
    access: ['STUDENT'],
    status: 204,
    summary: 'Wait no longer',
    errors: [Problems.notFound],
  })
  leave(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.leaveWaitlist.execute(id, principal.userId);
  }
}
