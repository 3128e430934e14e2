import { Controller, Get, HttpStatus, Param, Post } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { CancelEnrollment, EnrollmentDto, ReadEnrollments } from '../enrollments/index.js';
import { CurrentPrincipal, type Principal } from '../platform/auth/index.js';
import { Problems } from '../platform/errors/index.js';
import { Endpoint } from '../platform/http/index.js';
import { CancelSeat } from './booking/cancel-seat.js';
import { ReadSeats } from './reading/read-seats.js';
import { SeatDto } from './seats.dto.js';
import { SeatProblems } from './seats.problems.js';

const either = ApiResponse({
  status: HttpStatus.OK,
  schema: { oneOf: [{ $ref: getSchemaPath(SeatDto) }, { $ref: getSchemaPath(EnrollmentDto) }] },
});

/** What frontends call an enrollment, whatever it is in: the id's prefix tells a seat in a session from a place in a course. */
@ApiTags('enrollments')
@ApiExtraModels(SeatDto, EnrollmentDto)
@Controller('enrollments/:id')
export class PlacesController {
  constructor(
    private readonly readSeats: ReadSeats,
    private readonly cancelSeat: CancelSeat,
    private readonly readEnrollments: ReadEnrollments,
    private readonly cancelEnrollment: CancelEnrollment,
  ) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'A seat (`bkg_…`) or a place in a course (`enr_…`)',
    description: 'Your own; staff see the seats of their branches, an admin all.',
    errors: [Problems.notFound],
  })
  @either
  one(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto | EnrollmentDto> {
    return isSeat(id) ? this.readSeats.one(id, principal) : this.readEnrollments.one(id, principal);
  }

  @Post('cancel')
  @Endpoint({
    access: ['STUDENT', 'ADMIN'],
    summary: 'Give up a seat, or a place in a course',
    description:
      "A seat: its student until the class's window before the start, an admin at any time; what is held or was taken from the wallet " +
      'goes back, cash does not. A place in a course is closed and not refunded. Again is harmless.',
    errors: [Problems.notFound, SeatProblems.tooLate, SeatProblems.checkedIn],
  })
  @either
  async cancel(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<SeatDto | EnrollmentDto> {
    if (!isSeat(id)) {
      await this.cancelEnrollment.execute(id, principal);
      return this.readEnrollments.one(id, principal);
    }
    await this.cancelSeat.execute(id, principal);
    return this.readSeats.one(id, principal);
  }
}

function isSeat(id: string): boolean {
  return id.startsWith('bkg_');
}
