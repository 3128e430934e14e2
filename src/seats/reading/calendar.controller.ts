import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import { Endpoint } from '../../platform/http/index.js';
import { CalendarDto, CalendarQuery } from './calendar.dto.js';
import { ShowCalendar } from './show-calendar.js';

@ApiTags('sessions')
@Controller('sessions/calendar')
export class CalendarController {
  constructor(private readonly showCalendar: ShowCalendar) {}

  @Get()
  @Endpoint({
    access: 'signed-in',
    summary: 'Class sessions of some days, with the seats that are left and your own booking',
    description:
      'Days begin and end in `timeZone`: a session late in the evening may be tomorrow where you are. Staff see the sessions of their ' +
      'branches, and those that they booked themselves.',
    answers: CalendarDto,
  })
  show(@Query() query: CalendarQuery, @CurrentPrincipal() principal: Principal): Promise<CalendarDto> {
    return this.showCalendar.execute(query, principal);
  }
}
