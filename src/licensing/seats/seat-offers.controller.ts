import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { AcceptSeat } from './accept-seat.js';
import { AcceptSeatDto, SeatDto } from './seats.dto.js';
import { ShowSeats } from './show-seats.js';

@ApiTags('enterprise')
@Controller('enterprise/seats')
export class SeatOffersController {
  constructor(
    private readonly acceptSeat: AcceptSeat,
    private readonly showSeats: ShowSeats,
  ) {}

  @Post('accept')
  @Endpoint({
    access: 'signed-in',
    summary: 'Accept a seat that was offered',
    description:
      'By the code of the offer, whichever address it was sent to. Who has a seat of the licence leaves the offer as it is. Again, by the same ' +
      'person, is harmless.',
    answers: SeatDto,
    errors: [Problems.notFound, LicensingProblems.invitationOver, LicensingProblems.seated, LicensingProblems.notNow],
  })
  async accept(@Body() { code }: AcceptSeatDto, @CurrentPrincipal() { userId }: Principal): Promise<SeatDto> {
    return this.showSeats.one(await this.acceptSeat.execute(code, userId));
  }
}
