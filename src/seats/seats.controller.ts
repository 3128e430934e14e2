import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint, type Page, PageQuery } from '../platform/http/index.js';
import { CheckInSeat } from './attendance/check-in-seat.js';
import { DecideSeat } from './attendance/decide-seat.js';
import { MarkNoShow } from './attendance/mark-no-show.js';
import { BookSeat } from './booking/book-seat.js';
import { RegisterCash } from './booking/register-cash.js';
import { ReadSeats } from './reading/read-seats.js';
import { BookSeatDto, RegisterCashDto, SeatDto, SeatHistoryQuery } from './seats.dto.js';
import { SeatProblems } from './seats.problems.js';

const bookingRefusals = [
  Problems.notFound,
  SeatProblems.enrolled,
  SeatProblems.overlaps,
  SeatProblems.full,
  SeatProblems.closed,
];

@ApiTags('seats')
@Controller('enrollments')
export class SeatsController {
  constructor(
    private readonly bookSeat: BookSeat,
    private readonly registerCash: RegisterCash,
    private readonly checkInSeat: CheckInSeat,
    private readonly markNoShow: MarkNoShow,
    private readonly decideSeat: DecideSeat,
    private readonly readSeats: ReadSeats,
  ) {}

  @Post('book')
  @Endpoint({
    access: ['STUDENT'],
    status: 201,
    idempotent: true,
    summary: 'Book a seat in a session',
    description:
      'Until it begins. A credit of your oldest package for the class is used (`PAID`); without one, the price with tax is held in the ' +
      'wallet (`LOCKED`) and taken by the absentee policy of the class: STRICT when check-in opens, FLEXIBLE when the student checks in, ' +
      'MANUAL when an admin says so.',
    answers: SeatDto,
    errors: [...bookingRefusals, SeatProblems.insufficient, Problems.busy],
  })
  book(@Body() { sessionId }: BookSeatDto, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    return this.bookSeat.execute(sessionId, principal.userId);
  }

  @Post('register-cash')
  @Endpoint({
    access: ['STAFF'],
    status: 201,
    idempotent: true,
    summary: 'Take cash for a seat at the door',
    description:
      "Staff of the branch, until the session is over, for a student by `studentId` or `studentEmail`. The price goes into the branch's " +
      'drawer; the seat is `PAID`.',
    answers: SeatDto,
    errors: [...bookingRefusals, SeatProblems.notAStudent, SeatProblems.cashDayClosed],
  })
  async cash(@Body() body: RegisterCashDto, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    const id = await this.registerCash.execute(body, principal);
    return this.readSeats.one(id, principal);
  }

  @Get('history')
  @Endpoint({
    access: 'signed-in',
    summary: 'Seats in class sessions',
    description: 'Your own; for staff also those of their branches; for an admin all.',
    pageOf: SeatDto,
  })
  history(@Query() query: SeatHistoryQuery, @CurrentPrincipal() principal: Principal): Promise<Page<SeatDto>> {
    return this.readSeats.history(query, principal);
  }

  @Get('undecided')
  @Endpoint({ access: ['ADMIN'], summary: 'Held seats that wait to be charged or released', pageOf: SeatDto })
  undecided(@Query() query: PageQuery): Promise<Page<SeatDto>> {
    return this.readSeats.undecided(query);
  }

  @Post(':id/check-in')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'The student is here',
    description:
      'While the session checks in or is conducted. What is held is paid now, except in a MANUAL class. Again is harmless.',
    answers: SeatDto,
    errors: [Problems.notFound, SeatProblems.notCheckingIn, SeatProblems.notLive],
  })
  async checkIn(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    await this.checkInSeat.execute(id, principal);
    return this.readSeats.one(id, principal);
  }

  @Post(':id/no-show')
  @Endpoint({
    access: ['STAFF', 'ADMIN'],
    summary: 'The student did not come',
    description:
      'Once the session has begun. What is paid stays paid; a held seat of a FLEXIBLE class costs its no-show fee, of a STRICT class its ' +
      'price. Again is harmless.',
    answers: SeatDto,
    errors: [
      Problems.notFound,
      SeatProblems.notBegun,
      SeatProblems.notLive,
      SeatProblems.checkedIn,
      SeatProblems.undecided,
    ],
  })
  async noShow(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    await this.markNoShow.execute(id, principal);
    return this.readSeats.one(id, principal);
  }

  @Post(':id/charge')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Take what is held for a seat of a MANUAL class',
    answers: SeatDto,
    errors: [Problems.notFound, SeatProblems.notUndecided],
  })
  async charge(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    await this.decideSeat.charge(id, principal);
    return this.readSeats.one(id, principal);
  }

  @Post(':id/release')
  @Endpoint({
    access: ['ADMIN'],
    summary: 'Give back what is held for a seat of a MANUAL class',
    answers: SeatDto,
    errors: [Problems.notFound, SeatProblems.notUndecided],
  })
  async release(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto> {
    await this.decideSeat.release(id, principal);
    return this.readSeats.one(id, principal);
  }
}
