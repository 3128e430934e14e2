import { Injectable } from '@nestjs/common';
import { accounts, LockAccount } from '../../ledger/index.js';
import { LockPackage } from '../../packages/index.js';
import {
  type AbsenteePolicy,
  type ClassSessionStatus,
  Database,
  Prisma,
  type SeatPaymentMethod,
  type SeatStatus,
} from '../../platform/database/index.js';

/** A seat with what of its session decides about it. */
export interface SeatRow {
  id: string;
  sessionId: string;
  studentId: string;
  status: SeatStatus;
  paymentMethod: SeatPaymentMethod;
  studentPackageId: string | null;
  amount: bigint;
  tax: bigint;
  currency: string;
  holdId: string | null;
  paidAmount: bigint;
  paidTax: bigint;
  givenBackAt: Date | null;
  deliveredAt: Date | null;
  checkedInAt: Date | null;
  startTime: Date;
  endTime: Date;
  sessionStatus: ClassSessionStatus;
  sessionStart: Date;
  sessionEnd: Date;
  branchId: string;
  policy: AbsenteePolicy;
  noShowFee: bigint;
  taxCountry: string;
  cancelUntil: Date;
  windowMinutes: number;
}

const seats = Prisma.sql`
  SELECT s.id, s.session_id AS "sessionId", s.student_id AS "studentId", s.status, s.payment_method AS "paymentMethod",
    s.student_package_id AS "studentPackageId", s.amount, s.tax, s.currency, s.hold_id AS "holdId", s.paid_amount AS "paidAmount", s.paid_tax AS "paidTax", s.given_back_at AS "givenBackAt",
    s.delivered_at AS "deliveredAt", s.checked_in_at AS "checkedInAt", s.start_time AS "startTime", s.end_time AS "endTime",
    n.status AS "sessionStatus", n.start_time AS "sessionStart", n.end_time AS "sessionEnd", n.branch_id AS "branchId",
    n.absentee_policy AS policy, n.no_show_fee AS "noShowFee", n.tax_country AS "taxCountry", n.cancel_until AS "cancelUntil",
    c.cancellation_window_minutes AS "windowMinutes"
  FROM seats s JOIN class_sessions n ON n.id = s.session_id JOIN classes c ON c.id = n.class_id`;

@Injectable()
export class Seats {
  constructor(
    private readonly database: Database,
    private readonly lockAccount: LockAccount,
    private readonly lockPackage: LockPackage,
  ) {}

  find(id: string): Promise<SeatRow | undefined> {
    return this.database.row<SeatRow>(Prisma.sql`${seats} WHERE s.id = ${id}`);
  }

  /**
   * Locks a seat, its package or its student's wallet before it: the order that booking takes them in. Who changes a seat's session flips
   * the session first and settles seats after, so that its status may be read without a lock.
   */
  async lock(id: string): Promise<SeatRow | undefined> {
    const seat = await this.find(id);
    if (!seat) return undefined;
    if (seat.studentPackageId) await this.lockPackage.execute(seat.studentPackageId);
    else if (seat.amount > 0n) await this.lockAccount.execute(accounts.wallet(seat.studentId), seat.currency);
    return this.database.row<SeatRow>(Prisma.sql`${seats} WHERE s.id = ${id} FOR UPDATE OF s`);
  }
}
