import { Prisma } from '../../platform/database/index.js';
import type { ShownSeat } from '../reading/to-seat.js';

/** The columns of a `BookedSeat`, of what `seat_book` answers as `b`. */
export const bookedSeatColumns = Prisma.sql`
  (b.seat).id, (b.seat).student_id AS "studentId", (b.seat).status::text, (b.seat).payment_method::text AS "paymentMethod",
  (b.seat).student_package_id AS "studentPackageId", (b.seat).amount, (b.seat).tax, (b.seat).paid_amount AS "paidAmount", (b.seat).currency, (b.seat).checked_in_at AS "checkedInAt",
  (b.seat).given_back_at AS "givenBackAt", (b.seat).cancel_reason AS "cancelReason", (b.seat).created_at AS "createdAt",
  (b.session).id AS "sessionId", (b.session).class_id AS "classId", (b.session).branch_id AS "branchId",
  (b.session).start_time AS "startTime", (b.session).end_time AS "endTime", (b.session).status::text AS "sessionStatus",
  b.class_name AS "className", b.class_subject AS "subject"`;

type Session = ShownSeat['session'];

/** A seat with its session and class, side by side in one row. */
export interface BookedSeat extends Omit<ShownSeat, 'session'>, Omit<Session, 'id' | 'status' | 'class'> {
  sessionId: Session['id'];
  sessionStatus: Session['status'];
  className: Session['class']['name'];
  subject: Session['class']['subject'];
}

export function toShownSeat(row: BookedSeat): ShownSeat {
  const { sessionId, classId, branchId, startTime, endTime, sessionStatus, className, subject, ...seat } = row;
  const taught = { name: className, subject };
  return {
    ...seat,
    session: { id: sessionId, classId, branchId, startTime, endTime, status: sessionStatus, class: taught },
  };
}
