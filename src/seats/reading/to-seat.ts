import {
  type ClassSessionStatus,
  Prisma,
  type SeatPaymentMethod,
  type SeatStatus,
} from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { SeatDto } from '../seats.dto.js';

/** The columns of a `SeatRow`, of a `b` that has a seat, its session and what names its class. */
export const seatColumns = Prisma.sql`
  (b.seat).id, (b.seat).student_id AS "studentId", (b.seat).status::text, (b.seat).payment_method::text AS "paymentMethod",
  (b.seat).student_package_id AS "studentPackageId", (b.seat).amount, (b.seat).tax, (b.seat).paid_amount AS "paidAmount", (b.seat).currency, (b.seat).checked_in_at AS "checkedInAt",
  (b.seat).given_back_at AS "givenBackAt", (b.seat).cancel_reason AS "cancelReason", (b.seat).created_at AS "createdAt",
  (b.session).id AS "sessionId", (b.session).class_id AS "classId", (b.session).branch_id AS "branchId",
  (b.session).start_time AS "startTime", (b.session).end_time AS "endTime", (b.session).status::text AS "sessionStatus",
  b.class_name AS "className", b.class_subject AS "subject"`;

/** A seat with its session and class, side by side in one row. */
export interface SeatRow {
  id: string;
  studentId: string;
  /** Only where the reader is to see it. */
  studentName?: string | null;
  status: SeatStatus;
  paymentMethod: SeatPaymentMethod;
  studentPackageId: string | null;
  amount: bigint;
  tax: bigint;
  paidAmount: bigint;
  currency: string;
  checkedInAt: Date | null;
  givenBackAt: Date | null;
  cancelReason: string | null;
  createdAt: Date;
  sessionId: string;
  classId: string;
  branchId: string;
  startTime: Date;
  endTime: Date;
  sessionStatus: ClassSessionStatus;
  className: string;
  subject: string;
}

export function toSeat(row: SeatRow): SeatDto {
  const { sessionId, classId, className, subject, branchId, startTime, endTime, sessionStatus } = row;
  return {
    id: row.id,
    session: { id: sessionId, classId, className, subject, branchId, startTime, endTime, status: sessionStatus },
    studentId: row.studentId,
    ...(row.studentName && { student: { id: row.studentId, name: row.studentName } }),
    status: row.status,
    paymentMethod: row.paymentMethod,
    studentPackageId: row.studentPackageId,
    amount: toJsonAmount(row.amount),
    tax: toJsonAmount(row.tax),
    paidAmount: toJsonAmount(row.paidAmount),
    currency: row.currency,
    checkedInAt: row.checkedInAt,
    givenBackAt: row.givenBackAt,
    cancelReason: row.cancelReason,
    createdAt: row.createdAt,
  };
}
