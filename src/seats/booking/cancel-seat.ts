import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { MoveSeat } from '../settling/move-seat.js';
import { MoveSeatMoney } from '../settling/move-seat-money.js';
import { type SeatRow, Seats } from '../settling/seats.js';
import { SeatProblems } from '../seats.problems.js';

/**
 * Gives a seat up: its student until the window before the start, an admin at any time. What is held or was taken from the wallet goes
 * back; cash does not.
 */
@Injectable()
export class CancelSeat {
  constructor(
    private readonly seats: Seats,
    private readonly money: MoveSeatMoney,
    private readonly moveSeat: MoveSeat,
    private readonly audit: RecordAudit,
    private readonly clock: Clock,
  ) {}

  /** Again is harmless. @throws SeatProblems tooLate, checkedIn, closed */
  @Transactional()
  async execute(seatId: string, principal: Principal): Promise<void> {
    const seat = await this.seats.lock(seatId);
    const admin = isAdmin(principal);
    if (!seat || !(admin || seat.studentId === principal.userId)) throw notFound('Enrollment');
    if (seat.status === 'CANCELLED') return;
    if (!admin) this.checkWindow(seat);
    if (seat.paymentMethod !== 'CASH') await this.money.giveBack(seat, principal.userId);
    await this.moveSeat.execute(seat, 'CANCELLED', admin ? 'ADMIN' : 'STUDENT');
    if (admin) await this.record(seat, principal);
  }

  private checkWindow(seat: SeatRow): void {
    if (seat.checkedInAt) throw new DomainError(SeatProblems.checkedIn);
    const open = seat.sessionStatus === 'SCHEDULED' && seat.sessionStart > this.clock.now();
    if (open && this.clock.now() <= seat.cancelUntil) return;
    throw new DomainError(
      SeatProblems.tooLate,
      `Cannot cancel less than ${inWords(seat.windowMinutes)} before session`,
    );
  }

  private async record(seat: SeatRow, { userId }: Principal): Promise<void> {
    const after = { status: seat.status };
    await this.audit.execute({
      actorId: userId,
      action: 'seat.cancelled',
      objectType: 'seat',
      objectId: seat.id,
      after,
    });
  }
}

function inWords(minutes: number): string {
  const [count, unit] = minutes % 60 === 0 ? [minutes / 60, 'hour'] : [minutes, 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}
