import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal, type Principal } from '../../platform/auth/index.js';
import type { ClassSessionStatus } from '../../platform/database/index.js';
import { Problems } from '../../platform/errors/index.js';
import { Endpoint, type Page } from '../../platform/http/index.js';
import { ClassProblems, SessionProblems } from '../classes.problems.js';
import { AddSession } from './add-session.js';
import { DeleteSession } from './delete-session.js';
import { EditSeries } from './edit-series.js';
import { EditSession } from './edit-session.js';
import { MoveSession } from './move-session.js';
import { ReadSessions } from './read-sessions.js';
import { RescheduleSession } from './reschedule-session.js';
import { transitionsInWords } from './session-states.js';
import {
  CancelClassSessionDto,
  ClassSessionListQuery,
  CreateClassSessionDto,
  EditClassSessionDto,
  ScheduleSessionDto,
  SessionActionDto,
  SessionAnswerDto,
  SessionDto,
  SessionStatusDto,
} from './sessions.dto.js';

const managers = ['STAFF', 'ADMIN'] as const;
const moving = [Problems.notFound, Problems.transition];
const timing = [ClassProblems.startInPast, SessionProblems.length, SessionProblems.teacherBusy];
const ownBranches = 'Staff act on the sessions of their branches only; any other is not found.';

const moment = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

/** What a move says of itself: its rows of the table of transitions. */
const described = (to: ClassSessionStatus, effect: string) => `${effect} ${ownBranches}\n\n${transitionsInWords(to)}`;

@ApiTags('sessions')
@Controller('sessions')
export class ClassSessionsController {
  constructor(
    private readonly readSessions: ReadSessions,
    private readonly moveSession: MoveSession,
    private readonly rescheduleSession: RescheduleSession,
    private readonly addSession: AddSession,
    private readonly editSession: EditSession,
    private readonly editSeries: EditSeries,
    private readonly deleteSession: DeleteSession,
  ) {}

  @Post('check-in')
  @Endpoint({
    access: managers,
    summary: 'Open check-in',
    description: described('CHECKING_IN', 'Students who are there are checked in from now on.'),
    answers: SessionAnswerDto,
    errors: [...moving, SessionProblems.tooEarly, SessionProblems.over],
  })
  openCheckIn(@Body() { sessionId }: SessionActionDto, @CurrentPrincipal() by: Principal): Promise<SessionAnswerDto> {
    return this.move(sessionId, 'CHECKING_IN', by);
  }

  @Post('start')
  @Endpoint({
    access: managers,
    summary: 'Start a session',
    description: described('CONDUCTING', 'It is being held.'),
    answers: SessionAnswerDto,
    errors: [...moving, SessionProblems.over],
  })
  start(@Body() { sessionId }: SessionActionDto, @CurrentPrincipal() by: Principal): Promise<SessionAnswerDto> {
    return this.move(sessionId, 'CONDUCTING', by);
  }

  @Post('cancel')
  @Endpoint({
    access: managers,
    summary: 'Cancel a session',
    description: described('CANCELED', 'Everyone gets everything back, and is told.'),
    answers: SessionAnswerDto,
    errors: moving,
  })
  cancel(
    @Body() { sessionId, reason }: CancelClassSessionDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SessionAnswerDto> {
    return this.move(sessionId, 'CANCELED', by, reason);
  }

  @Post(':id/finish')
  @Endpoint({
    access: managers,
    summary: 'Finish a session',
    description: described('FINISHED', 'It has been held.'),
    answers: SessionAnswerDto,
    errors: moving,
  })
  finish(@Param('id') id: string, @CurrentPrincipal() by: Principal): Promise<SessionAnswerDto> {
    return this.move(id, 'FINISHED', by);
  }

  @Post(':id/schedule')
  @Endpoint({
    access: managers,
    summary: 'Take up a canceled session at a new time',
    description: described('SCHEDULED', 'What was given back when it was canceled stays given back.'),
    answers: SessionAnswerDto,
    errors: [...moving, ...timing],
  })
  async schedule(
    @Param('id') id: string,
    @Body() { startTime, endTime }: ScheduleSessionDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SessionAnswerDto> {
    await this.rescheduleSession.execute(id, { startTime: new Date(startTime), endTime: new Date(endTime) }, by);
    return this.answer(id, by);
  }

  @Patch(':id/status')
  @Endpoint({
    access: managers,
    summary: 'Move a session to another status',
    description: `The same as the operation named after the move. ${ownBranches}\n\n${transitionsInWords()}`,
    answers: SessionAnswerDto,
    errors: [...moving, SessionProblems.tooEarly, SessionProblems.over, SessionProblems.timeNeeded],
  })
  async setStatus(
    @Param('id') id: string,
    @Body() { status, reason }: SessionStatusDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SessionAnswerDto> {
    return this.move(id, status, by, reason);
  }

  @Post()
  @Endpoint({
    access: managers,
    status: 201,
    idempotent: true,
    summary: 'Add an extra session to a class',
    description: `Regular ones come from the recurrence rule of the class. ${ownBranches}`,
    answers: SessionDto,
    errors: [Problems.notFound, ClassProblems.unknownTeacher, ...timing],
  })
  async add(@Body() body: CreateClassSessionDto, @CurrentPrincipal() by: Principal): Promise<SessionDto> {
    return this.readSessions.one(await this.addSession.execute(body, by), by);
  }

  @Get()
  @Endpoint({
    access: managers,
    summary: 'Sessions by their start',
    description: 'Staff see those of their branches, an admin all.',
    pageOf: SessionDto,
  })
  list(@Query() query: ClassSessionListQuery, @CurrentPrincipal() by: Principal): Promise<Page<SessionDto>> {
    return this.readSessions.list(by, query);
  }

  @Get(':id')
  @Endpoint({
    access: 'signed-in',
    summary: 'One session',
    description: 'Staff see those of their branches. Only who manages it is told `taken` and `cancelReason`.',
    answers: SessionDto,
    errors: [Problems.notFound],
  })
  one(@Param('id') id: string, @CurrentPrincipal() by: Principal): Promise<SessionDto> {
    return this.readSessions.one(id, by);
  }

  @Put(':id')
  @Endpoint({
    access: managers,
    summary: 'Change a scheduled session, or it and all that follow it',
    description:
      'What is not given stays. Changed on its own, it is left alone by later edits of its series. Those who booked are told of a ' +
      `new time; a higher capacity lets the waitlist move up. ${ownBranches}`,
    answers: SessionDto,
    errors: [
      Problems.notFound,
      ClassProblems.unknownTeacher,
      ClassProblems.notOfASeries,
      ClassProblems.seriesCannotMove,
      SessionProblems.notScheduled,
      SessionProblems.capacityBelowTaken,
      ...timing,
    ],
  })
  async edit(
    @Param('id') id: string,
    @Body() body: EditClassSessionDto,
    @CurrentPrincipal() by: Principal,
  ): Promise<SessionDto> {
    const { scope, startTime, endTime, ...rest } = body;
    const changes = { ...rest, startTime: moment(startTime), endTime: moment(endTime) };
    await (scope === 'following' ? this.editSeries : this.editSession).execute(id, changes, by);
    return this.readSessions.one(id, by);
  }

  @Delete(':id')
  @Endpoint({
    access: managers,
    status: 204,
    summary: 'Delete a session that nobody ever booked',
    description: `One with seats, canceled ones too, is canceled instead. ${ownBranches}`,
    errors: [Problems.notFound, SessionProblems.hasSeats],
  })
  async remove(@Param('id') id: string, @CurrentPrincipal() by: Principal): Promise<void> {
    await this.deleteSession.execute(id, by);
  }

  private async move(id: string, to: ClassSessionStatus, by: Principal, reason?: string): Promise<SessionAnswerDto> {
    await this.moveSession.execute(id, to, by, { reason });
    return this.answer(id, by);
  }

  private async answer(id: string, by: Principal): Promise<SessionAnswerDto> {
    return { success: true, session: await this.readSessions.one(id, by) };
  }
}
