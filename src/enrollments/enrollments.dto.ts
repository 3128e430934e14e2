import {
  EnrollmentPaymentStatus,
  EnrollmentSource,
  EnrollmentStatus,
  EnrollmentType,
  SaleSource,
} from '../platform/database/index.js';
import {
  Amount,
  Choice,
  Currency,
  Flag,
  IdOf,
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

class EnrolledCourseDto {
  @IdOf('course', { description: 'Id' })
  id: string;

  @Text({ description: 'Title' })
  title: string;

  @WebAddress({ description: 'Picture', nullable: true })
  thumbnail: string | null;
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

  @Whole({ description: 'Completed, in per cent, 0 to 100', max: 100 })
  progress: number;

  @Moment({ description: 'Since when it waits for a place', nullable: true })
  waitingSince: Date | null;

  @Whole({ description: 'Place in the line of those who wait, from 1', nullable: true })
  position: number | null;

  @Moment({ description: 'Until when a place is kept for it to be bought', nullable: true })
  offeredUntil: Date | null;

  @Moment({ description: 'Paid at', nullable: true })
  paidAt: Date | null;

  @Moment({ description: 'Enrolled at' })
  createdAt: Date;
}
