import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { OwnLicense } from '../licenses/own-license.js';
import { LicensingProblems } from '../licensing.problems.js';
import { EndSeat } from './end-seat.js';
import { GiveSeat } from './give-seat.js';
import { MoveSeat } from './move-seat.js';
import { takerOf } from './seat-taker.js';
import { GivenSeatDto, GiveSeatDto, SeatDto, SeatsQuery } from './seats.dto.js';
import { ShowSeats } from './show-seats.js';

const handlers = ['ENTERPRISE', 'ADMIN'] as const;

/** Handled by the admins of the licence's organization; the school's may too. */
@ApiTags('enterprise')
@Controller('enterprise/licenses/:licenseId/seats')
export class SeatsController {
  constructor(
    private readonly ownLicense: OwnLicense,
    private readonly giveSeat: GiveSeat,
    private readonly moveSeat: MoveSeat,
    private readonly endSeat: EndSeat,
    private readonly showSeats: ShowSeats,
  ) {}

  @Get()
  @Endpoint({
    access: handlers,
    summary: "A licence's seats, newest first, and who has them",
    pageOf: SeatDto,
    errors: [Problems.notFound],
  })
  async list(
    @Param('licenseId') licenseId: string,
    @Query() query: SeatsQuery,
    @CurrentPrincipal() principal: Principal,
  ): Promise<Page<SeatDto>> {
    await this.ownLicense.find(licenseId, principal);
    return this.showSeats.list(licenseId, query);
  }

  @Post()
  @Endpoint({
    access: handlers,
    status: 201,
    summary: 'Give somebody a seat, or offer one to an address',
    description:
      'By `userId` it is theirs at once. By `email` it is offered for 14 days, and kept free for them. It takes one of the seats that are paid ' +
      'for, from then on. Again is the seat that they have or are offered, and nothing new.',
    answers: GivenSeatDto,
    errors: [Problems.notFound, LicensingProblems.notNow, LicensingProblems.noSeatLeft],
  })
  async give(
    @Param('licenseId') licenseId: string,
    @Body() body: GiveSeatDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<GivenSeatDto> {
    const taker = takerOf(body);
    await this.ownLicense.find(licenseId, principal);
    return this.showSeats.given(await this.giveSeat.execute(licenseId, taker, principal.userId));
  }

  @Put(':who')
  @Endpoint({
    access: handlers,
    summary: 'Move a seat to somebody else, or offer it to them',
    description:
      'At once, so that no third has it in between. `who` is the user who has it, or the id of the seat, such as of one that is only offered.',
    answers: GivenSeatDto,
    errors: [Problems.notFound, LicensingProblems.notNow, LicensingProblems.seated],
  })
  async move(
    @Param('licenseId') licenseId: string,
    @Param('who') who: string,
    @Body() body: GiveSeatDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<GivenSeatDto> {
    const taker = takerOf(body);
    await this.ownLicense.find(licenseId, principal);
    return this.showSeats.given(await this.moveSeat.execute(licenseId, who, taker, principal.userId));
  }

  @Delete(':who')
  @Endpoint({
    access: handlers,
    status: 204,
    summary: 'Take a seat away, or back what was offered',
    description:
      '`who` is the user who has it, or the id of the seat. What it gave them is lost with it; their progress stays. Again is harmless.',
    errors: [Problems.notFound],
  })
  async end(
    @Param('licenseId') licenseId: string,
    @Param('who') who: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<void> {
    await this.ownLicense.find(licenseId, principal);
    await this.endSeat.execute(licenseId, who);
  }
}
