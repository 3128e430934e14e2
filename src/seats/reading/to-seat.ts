import type { Prisma } from '../../platform/database/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { SeatDto } from '../seats.dto.js';

/** What is read beside a seat, to show it. */
export const shownWithSeat = {
  session: {
    select: {
      id: true,
      classId: true,
      branchId: true,
      startTime: true,
      endTime: true,
      status: true,
      class: { select: { name: true, subject: true } },
    },
  },
} as const;

type StoredSeat = Prisma.SeatGetPayload<{ include: typeof shownWithSeat }>;

/** What is shown of a seat, as it is stored. */
export type ShownSeat = Pick<StoredSeat, Exclude<keyof SeatDto, 'session'> | 'session'>;

export function toSeat(seat: ShownSeat): SeatDto {
  const { class: taught, ...session } = seat.session;
  return {
    id: seat.id,
    session: { ...session, className: taught.name, subject: taught.subject },
    studentId: seat.studentId,
    status: seat.status,
    paymentMethod: seat.paymentMethod,
    studentPackageId: seat.studentPackageId,
    amount: toJsonAmount(seat.amount),
    tax: toJsonAmount(seat.tax),
    paidAmount: toJsonAmount(seat.paidAmount),
    currency: seat.currency,
    checkedInAt: seat.checkedInAt,
    givenBackAt: seat.givenBackAt,
    cancelReason: seat.cancelReason,
    createdAt: seat.createdAt,
  };
}
