import {
  EnrollmentPaymentStatus,
  EnrollmentSource,
  EnrollmentStatus,
  EnrollmentType,
  LectureKind,
  SaleSource,
} from '../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
  ListOf,
  Moment,
  Nested,
  Text,
  WebAddress,
  Whole,
} from '../platform/http/index.js';

export class EnrollDto {
  @IdOf('course', { description: 'A published course: a free one, one that you are invited to, or one to wait for' })
  courseId: string;

  @Text({ description: 'The code of an invitation, for a course that is by invitation only', optional: true, max: 100 })
  invitation?: string;

  @Flag({ description: 'Whether to wait for a place when there is none', optional: true })
  waitlist?: boolean;

  @Choice(SaleSource, { description: 'How you came to it; `DIRECT` unless told otherwise', optional: true })
  source?: SaleSource;
}

class EnrolledLectureDto {
  @IdOf('lecture', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @Whole({ description: 'Place in its module, from 1' })
  position: number;

  @Choice(LectureKind, { description: 'Something to read or to watch, or a quiz' })
  kind: LectureKind;

  @Flag({ description: 'Whether the student has completed it' })
  completed: boolean;
}

class EnrolledModuleDto {
  @IdOf('module', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @Whole({ description: 'Place in the course, from 1' })
  position: number;

  @ListOf(() => EnrolledLectureDto, { description: 'Its lectures, in order' })
  lectures: EnrolledLectureDto[];
}

class EnrolledCourseDto {
  @IdOf('course', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @WebAddress({ description: 'Picture', nullable: true })
  thumbnail: string | null;

  @ListOf(() => EnrolledModuleDto, { description: 'Its modules, in order' })
  modules: EnrolledModuleDto[];
}

export class EnrollmentDto {
  @IdOf('enrollment', { description: 'Id' })
  id: string;

  @Nested(() => EnrolledCourseDto, { description: 'The course' })
  course: EnrolledCourseDto;

  @Choice(EnrollmentStatus, { description: 'Where it stands' })
  status: EnrollmentStatus;

  @Choice(EnrollmentType, { description: 'By what right' })
  type: EnrollmentType;

  @Choice(EnrollmentSource, { description: 'How the person came to it' })
  source: EnrollmentSource;

  @Choice(EnrollmentPaymentStatus, { description: 'Whether it is paid' })
  paymentStatus: EnrollmentPaymentStatus;

  @IdOf('paymentSession', { description: 'The payment session that bought it', nullable: true })
  paymentSessionId: string | null;

  @Amount({ description: 'List price when it was bought, minor units' })
  amount: number;

  @Amount({ description: 'What was paid, minor units' })
  amountPaid: number;

  @Amount({ description: 'What a coupon took off, minor units' })
  discountApplied: number;

  @Currency({ description: 'Currency of the amounts' })
  currency: string;

  @Whole({ description: 'How much of the course is completed, in per cent, 0 to 100. It never falls', max: 100 })
  progress: number;

  @Moment({ description: 'Since when it waits for a place', nullable: true })
  waitingSince: Date | null;

  @Whole({ description: 'Place in the line of those who wait, from 1', nullable: true })
  position: number | null;

  @Moment({ description: 'Until when a place is kept for it to be bought', nullable: true })
  offeredUntil: Date | null;
  @Whole({ description: 'The same as `progress`', max: 100 })
  completionPercentage: number;

  @Whole({ description: 'Of the lectures that there are: how many are completed' })
  completedLectures: number;

  @Whole({ description: 'Lectures that there are' })
  totalLectures: number;

  @IdOf('lecture', { description: 'Where the student was last', nullable: true })
  currentLectureId: string | null;

  @Whole({ description: 'Time spent, in seconds' })
  totalTimeSpent: number;

  @Whole({
    description: "Days in a row on which something was learnt, by the student's own calendar, as of the last access",
  })
  streakDays: number;

  @Moment({ description: 'When the student was last at it', nullable: true })
  lastAccessedAt: Date | null;

  @Moment({ description: 'When all lectures that there were had been completed; that stays', nullable: true })
  completedAt: Date | null;

  @Flag({ description: 'Whether there is a certificate: see `GET /enrollments/{id}/certificate`' })
  certificateEarned: boolean;

  @Moment({ description: 'When it was issued', nullable: true })
  certificateEarnedAt: Date | null;

  @Moment({ description: 'Paid at', nullable: true })
  paidAt: Date | null;

  @Moment({ description: 'Enrolled at' })
  createdAt: Date;
}
