import { ClassSessionStatus, SeatStatus } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Day,
  IdOf,
  Moment,
  Nested,
  Text,
  TimeZone,
  Whole,
} from '../../platform/http/index.js';

export class CalendarQuery {
  @Day({ description: 'First day, in `timeZone`' })
  from: string;

  @Day({ description: 'Last day, at most 92 days later' })
  to: string;

  @TimeZone({ description: 'In which days begin and end; the one of your profile unless told', optional: true })
  timeZone?: string;

  @IdOf('branch', { description: 'Only sessions of this branch', optional: true })
  branchId?: string;

  @IdOf('class', { description: 'Only sessions of this class', optional: true })
  classId?: string;
}

class OwnSeatDto {
  @IdOf('seat', { description: 'Id' })
  id: string;

  @Choice(SeatStatus, { description: 'Where it stands' })
  status: SeatStatus;
}

export class CalendarSessionDto {
  @IdOf('classSession', { description: 'Id' })
  id: string;

  @IdOf('class', { description: 'Its class' })
  classId: string;

  @Text({ description: "The class's name" })
  className: string;

  @Text({ description: "The class's subject" })
  subject: string;

  @IdOf('branch', { description: 'Where it is held' })
  branchId: string;

  @Text({ description: "The branch's name" })
  branchName: string;

  @Text({ description: "The teacher's name" })
  teacherName: string;

  @Choice(ClassSessionStatus, { description: 'Where it stands' })
  status: ClassSessionStatus;

  @Moment({ description: 'Begins' })
  startTime: Date;

  @Moment({ description: 'Ends' })
  endTime: Date;

  @Text({ description: 'Begins, by the clock of `timeZone`: `2026-11-23T17:00:00`' })
  localStart: string;

  @Text({ description: 'Ends, by the clock of `timeZone`' })
  localEnd: string;

  @Whole({ description: 'Seats in all', min: 1 })
  capacity: number;

  @Whole({ description: 'Seats that are free' })
  seatsLeft: number;

  @Amount({ description: 'Of one seat, with tax, minor units' })
  price: number;

  @Currency({ description: 'Currency of the price' })
  currency: string;

  @Nested(() => OwnSeatDto, { description: 'Your own seat in it', nullable: true })
  booking: OwnSeatDto | null;

  @Whole({ description: 'Your own place in its waitlist, 1 is next', nullable: true, min: 1 })
  waitlistPosition: number | null;
}

export class CalendarDto {
  @TimeZone({ description: 'In which days and local times are' })
  timeZone: string;

  @Nested(() => CalendarSessionDto, { description: 'Sessions, by their start', isArray: true })
  sessions: CalendarSessionDto[];
}
