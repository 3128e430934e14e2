import { AbsenteePolicy, ClassSessionStatus } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  Moment,
  Nested,
  PageQuery,
  Text,
  Whole,
} from '../../platform/http/index.js';

const reasonField = { description: 'Why, for those who booked', optional: true, max: 500 } as const;

export class SessionActionDto {
  @IdOf('classSession', { description: 'The session' })
  sessionId: string;
}

export class CancelClassSessionDto extends SessionActionDto {
  @Text(reasonField)
  reason?: string;
}

export class SessionStatusDto {
  @Choice(ClassSessionStatus, { description: 'Where to move it' })
  status: ClassSessionStatus;

  @Text({ ...reasonField, description: 'For `CANCELED`: why, for those who booked' })
  reason?: string;
}

export class ScheduleSessionDto {
  @Moment({ description: 'Start, in the future' })
  startTime: string;

  @Moment({ description: 'End, within 24 hours of the start' })
  endTime: string;
}

export class CreateClassSessionDto {
  @IdOf('class', { description: 'Whose session it is: what is not given is as the class has it' })
  classId: string;

  @Moment({ description: 'Start, in the future' })
  startTime: string;

  @Moment({ description: 'End, within 24 hours of the start; instead of `duration`', optional: true })
  endTime?: string;

  @Whole({ description: 'Minutes; instead of `endTime`', optional: true, min: 1, max: 1440 })
  duration?: number;

  @Whole({ description: 'Seats', optional: true, min: 1, max: 100_000 })
  capacity?: number;

  @IdOf('user', { description: 'Who teaches it', optional: true })
  teacherId?: string;

  @Amount({
    description: "Of one seat, in minor units of the class's currency, taxed as its price is",
    optional: true,
    max: 1_000_000_000_000,
  })
  price?: number;
}

/** What of a session an edit reaches. */
const EDIT_SCOPES = ['one', 'following'] as const;

export class EditClassSessionDto {
  @Moment({ description: 'Start, in the future; the end moves along unless given', optional: true })
  startTime?: string;

  @Moment({ description: 'End, within 24 hours of the start', optional: true })
  endTime?: string;

  @Whole({
    description: 'Seats, not less than are taken; with `following`, a session with more taken keeps so many',
    optional: true,
    min: 1,
    max: 100_000,
  })
  capacity?: number;

  @IdOf('user', { description: 'Who teaches it', optional: true })
  teacherId?: string;

  @Choice(EDIT_SCOPES, {
    description:
      '`one`, as when left out: this session, which edits of its series then pass over. `following`: it and all after it in its series',
    optional: true,
  })
  scope?: (typeof EDIT_SCOPES)[number];
}

export class ClassSessionListQuery extends PageQuery {
  @IdOf('branch', { description: 'Only at this branch', optional: true })
  branchId?: string;

  @IdOf('class', { description: 'Only of this class', optional: true })
  classId?: string;

  @Choice(ClassSessionStatus, { description: 'Only in this status', optional: true })
  status?: ClassSessionStatus;

  @Moment({ description: 'Starts at this moment or later', optional: true })
  from?: string;

  @Moment({ description: 'Starts before this moment', optional: true })
  to?: string;
}

class SessionTeacherDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;
}

export class SessionDto {
  @IdOf('classSession', { description: 'Id' })
  id: string;

  @IdOf('class', { description: 'Its class' })
  classId: string;

  @Text({ description: 'Name of the class' })
  className: string;

  @Text({ description: 'What the class is about' })
  subject: string;

  @IdOf('branch', { description: 'Where it is held' })
  branchId: string;

  @Nested(() => SessionTeacherDto, { description: 'Who teaches it' })
  teacher: SessionTeacherDto;

  @Moment({ description: 'Start' })
  startTime: Date;

  @Moment({ description: 'End' })
  endTime: Date;

  @Choice(ClassSessionStatus, { description: 'Where it stands' })
  status: ClassSessionStatus;

  @Whole({ description: 'Seats in all' })
  capacity: number;

  @Whole({ description: 'Seats taken; only for those who manage the session', optional: true })
  taken?: number;

  @Whole({ description: 'Seats that are free' })
  seatsLeft: number;

  @Amount({ description: 'What one seat costs, tax and all, in minor units' })
  price: number;

  @Amount({ description: 'The tax in the price' })
  tax: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Choice(AbsenteePolicy, { description: 'When a held seat is charged' })
  absenteePolicy: AbsenteePolicy;

  @Amount({ description: '`FLEXIBLE`: what a held seat costs whose student does not come, in minor units' })
  noShowFee: number;

  @Moment({ description: 'Until when a student may cancel' })
  cancelUntil: Date;

  @Text({
    description: 'Why it was canceled, if anybody said; only for those who manage the session',
    optional: true,
    nullable: true,
    max: 500,
  })
  cancelReason?: string | null;
}

export class SessionAnswerDto {
  @Flag({ description: 'Always true' })
  success: true;

  @Nested(() => SessionDto, { description: 'The session as it is now' })
  session: SessionDto;
}
