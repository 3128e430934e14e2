import { applyDecorators } from '@nestjs/common';
import { ValidateBy } from 'class-validator';
import { AbsenteePolicy } from '../../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  IdOf,
  ListOf,
  Moment,
  Nested,
  PageQuery,
  Text,
  WebAddress,
  Whole,
} from '../../platform/http/index.js';
import { isLocalTime } from './local-time.js';

/** Leaves room for any tax below what a JSON number holds exactly. */
const MAX_PRICE = 1_000_000_000_000;
const MAX_WINDOW = 4 * 7 * 24 * 60;

const words = {
  price: 'Of one seat, minor units, 0 for a free class; without tax unless prices hold it',
  fee: 'Only `FLEXIBLE`: what a held seat costs whose student does not come, minor units, at most the price; 0 unless given',
  window: 'How many minutes before the start a student may still cancel; 120 unless given',
  rule: 'RFC 5545 recurrence rule, at most daily; comes with `startsAt`. Null for a class of extra sessions only',
  start:
    'Local time at the branch from which the rule counts; comes with `recurrenceRule`. The first session is the first that it gives',
};

/** A local time such as `2026-11-23T17:00`. */
function LocalTime(): PropertyDecorator {
  const real = ValidateBy({
    name: 'localTime',
    validator: {
      validate: (value) => typeof value === 'string' && isLocalTime(value),
      defaultMessage: () => '$property must be a local time such as 2026-11-23T17:00',
    },
  });
  const field = { description: words.start, optional: true, nullable: true, example: '2026-11-23T17:00' };
  return applyDecorators(Text({ ...field, min: 16, max: 16 }), real);
}

const Rule = () =>
  Text({ description: words.rule, optional: true, nullable: true, max: 500, example: 'FREQ=WEEKLY;BYDAY=MO,WE' });

export class ClassesQuery extends PageQuery {
  @IdOf('branch', { description: 'Only at this branch', optional: true })
  branchId?: string;

  @Text({ description: 'Only of this subject, in any case', optional: true })
  subject?: string;

  @IdOf('user', { description: 'Only of this teacher', optional: true })
  teacherId?: string;

  @Text({ description: 'Only with this text in the name or subject, in any case', optional: true })
  search?: string;
}

export class CreateClassDto {
  @IdOf('branch', { description: 'Where it is held' })
  branchId: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'Subject, such as `piano`' })
  subject: string;

  @Text({ description: 'What is taught', optional: true, min: 0, max: 20_000 })
  description?: string;

  @IdOf('user', { description: 'Who teaches it, an instructor' })
  teacherId: string;

  @Amount({ description: words.price, max: MAX_PRICE })
  price: number;

  @Currency({ description: 'One of the offered currencies' })
  currency: string;

  @Whole({ description: 'Seats of a session', min: 1, max: 100_000 })
  capacity: number;

  @Choice(AbsenteePolicy, { description: 'When a held seat is charged; `STRICT` unless given', optional: true })
  absenteePolicy?: AbsenteePolicy;

  @Amount({ description: words.fee, optional: true, max: MAX_PRICE })
  noShowFee?: number;

  @Whole({ description: words.window, optional: true, max: MAX_WINDOW })
  cancellationWindowMinutes?: number;

  @Whole({ description: 'Length of a session in minutes', min: 1, max: 1440 })
  durationMinutes: number;

  @Rule()
  recurrenceRule?: string | null;

  @LocalTime()
  startsAt?: string | null;
}

export class EditClassDto {
  @IdOf('branch', { description: 'A class stays at its branch: this may only say which that is', optional: true })
  branchId?: string;

  @Text({ description: 'Name', optional: true })
  name?: string;

  @Text({ description: 'Subject', optional: true })
  subject?: string;

  @Text({ description: 'What is taught', optional: true, min: 0, max: 20_000 })
  description?: string;

  @IdOf('user', { description: 'Who teaches it, an instructor', optional: true })
  teacherId?: string;

  @Amount({ description: words.price, optional: true, max: MAX_PRICE })
  price?: number;

  @Currency({ description: 'One of the offered currencies', optional: true })
  currency?: string;

  @Whole({ description: 'Seats of a session', optional: true, min: 1, max: 100_000 })
  capacity?: number;

  @Choice(AbsenteePolicy, { description: 'When a held seat is charged', optional: true })
  absenteePolicy?: AbsenteePolicy;

  @Amount({ description: 'As when it is made', optional: true, max: MAX_PRICE })
  noShowFee?: number;

  @Whole({
    description: 'How many minutes before the start a student may still cancel',
    optional: true,
    max: MAX_WINDOW,
  })
  cancellationWindowMinutes?: number;

  @Whole({ description: 'Length of a session in minutes', optional: true, min: 1, max: 1440 })
  durationMinutes?: number;

  @Rule()
  recurrenceRule?: string | null;

  @LocalTime()
  startsAt?: string | null;
}

class TeacherDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;

  @WebAddress({ description: 'Picture', nullable: true })
  profilePicture: string | null;
}

export class ClassDto {
  @IdOf('class', { description: 'Id' })
  id: string;

  @IdOf('branch', { description: 'Where it is held' })
  branchId: string;

  @Text({ description: 'Name' })
  name: string;

  @Text({ description: 'Subject' })
  subject: string;

  @Text({ description: 'What is taught', min: 0, max: 20_000 })
  description: string;

  @IdOf('user', { description: 'Who teaches it' })
  teacherId: string;

  @Nested(() => TeacherDto, { description: 'Who teaches it' })
  teacher: TeacherDto;

  @Amount({ description: words.price })
  price: number;

  @Currency({ description: 'Currency of the price' })
  currency: string;

  @Whole({ description: 'Seats of a session' })
  capacity: number;

  @Choice(AbsenteePolicy, { description: 'When a held seat is charged' })
  absenteePolicy: AbsenteePolicy;

  @Amount({ description: 'What a held seat costs whose student does not come, minor units' })
  noShowFee: number;

  @Whole({ description: 'How many minutes before the start a student may still cancel' })
  cancellationWindowMinutes: number;

  @Whole({ description: 'Length of a session in minutes' })
  durationMinutes: number;

  @Text({ description: words.rule, nullable: true, max: 500 })
  recurrenceRule: string | null;

  @Text({ description: words.start, nullable: true })
  startsAt: string | null;

  @Moment({ description: 'Created' })
  createdAt: Date;

  @Moment({ description: 'Last changed' })
  updatedAt: Date;
}

/** A session that the rule does not give any more, and that is held all the same. */
class KeptSessionDto {
  @IdOf('classSession', { description: 'Id' })
  id: string;

  @Moment({ description: 'Start' })
  startTime: Date;

  @Moment({ description: 'End' })
  endTime: Date;

  @Whole({ description: 'Seats taken in it' })
  taken: number;
}

export class EditedClassDto extends ClassDto {
  @ListOf(() => KeptSessionDto, {
    description:
      'Sessions that do not suit the new timetable and are kept as they were booked: move or cancel them, or leave them',
  })
  keptSessions: KeptSessionDto[];
}
