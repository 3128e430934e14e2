import { IntersectionType } from '@nestjs/swagger';
import { ClassSessionStatus, SeatPaymentMethod, SeatStatus } from '../platform/database/index.js';
import { Amount, Choice, Currency, Email, IdOf, Moment, Nested, PageQuery, Text } from '../platform/http/index.js';

export class BookSeatDto {
  @IdOf('classSession', { description: 'The session' })
  sessionId: string;
}

export class RegisterCashDto extends BookSeatDto {
  @IdOf('user', { description: 'The student who pays', optional: true })
  studentId?: string;

  @Email({ description: 'Or the address that they have signed up with', optional: true })
  studentEmail?: string;
}

class SeatSessionDto {
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

  @Moment({ description: 'Begins' })
  startTime: Date;

  @Moment({ description: 'Ends' })
  endTime: Date;

  @Choice(ClassSessionStatus, { description: 'Where it stands' })
  status: ClassSessionStatus;
}

class SeatStudentDto {
  @IdOf('user', { description: 'Id' })
  id: string;

  @Text({ description: 'Name' })
  name: string;
}

export class SeatDto {
  @IdOf('seat', { description: 'Id' })
  id: string;

  @Nested(() => SeatSessionDto, { description: 'The session' })
  session: SeatSessionDto;

  @IdOf('user', { description: 'Whose seat it is' })
  studentId: string;

  @Nested(() => SeatStudentDto, { description: 'Who that is; only for staff and admins', optional: true })
  student?: SeatStudentDto;

  @Choice(SeatStatus, { description: '`LOCKED`: the price is held in the wallet and not paid yet' })
  status: SeatStatus;

  @Choice(SeatPaymentMethod, { description: 'How it is paid' })
  paymentMethod: SeatPaymentMethod;

  @IdOf('studentPackage', { description: 'The package whose credit it uses', nullable: true })
  studentPackageId: string | null;

  @Amount({ description: 'Price with tax, minor units; for a credit, what was paid for it' })
  amount: number;

  @Amount({ description: 'The tax in it, minor units' })
  tax: number;

  @Amount({ description: 'What was paid: the price, or a no-show fee; minor units' })
  paidAmount: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Moment({ description: 'The student was there', nullable: true })
  checkedInAt: Date | null;

  @Moment({ description: 'What was paid went back', nullable: true })
  givenBackAt: Date | null;

  @Text({
    description:
      'Why it was given up: `STUDENT`, `ADMIN`, `RELEASED`, `SESSION_CANCELED`, `SESSION_MISSED`, `OVERLAPS`',
    nullable: true,
  })
  cancelReason: string | null;

  @Moment({ description: 'Booked' })
  createdAt: Date;
}

const sorts = ['-date', 'date', 'status'] as const;

class HistoryFilter {
  @IdOf('classSession', { description: 'Only seats of this session', optional: true })
  sessionId?: string;

  @IdOf('class', { description: 'Only seats of this class', optional: true })
  classId?: string;

  @Text({
    description: "Part of the class's name or subject; for staff and admins also of the student's name",
    optional: true,
  })
  search?: string;

  @Choice(SeatStatus, { description: 'Only seats in this status', optional: true })
  status?: SeatStatus;

  @Choice(sorts, { description: 'By the time of the session, latest first unless told; or by status', optional: true })
  sort?: (typeof sorts)[number];
}

export class SeatHistoryQuery extends IntersectionType(HistoryFilter, PageQuery) {}
