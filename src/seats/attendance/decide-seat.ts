import { Injectable } from '@nestjs/common';
import { RecordAudit } from '../../platform/audit/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { MoveSeat } from '../settling/move-seat.js';
import { MoveSeatMoney } from '../settling/move-seat-money.js';
import { type SeatRow, Seats } from '../settling/seats.js';
import { SeatProblems } from '../seats.problems.js';

/** MANUAL: an admin charges what is held for a seat, or lets it go. Once, whoever comes first. */
@Injectable()
export class DecideSeat {
  constructor(
    private readonly seats: Seats,
    private readonly money: MoveSeatMoney,
    private readonly moveSeat: MoveSeat,
    private readonly audit: RecordAudit,
  ) {}

  /** The price is paid; an absentee's seat becomes a no-show whose revenue stays. @throws SeatProblems.notUndecided */
  @Transactional()
  async charge(seatId: string, admin: Principal): Promise<void> {
    const seat = await this.undecided(seatId);
    await this.money.capture(seat, admin.userId);
    await this.moveSeat.execute(seat, 'PAID');
    if (seat.sessionStatus === 'FINISHED') {
      if (!seat.checkedInAt) await this.moveSeat.execute(seat, 'NO_SHOW');
      await this.money.deliver(seat);
    }
    await this.record(seat, 'seat.charged', admin);
  }

  /** The hold goes back whole: after the session the seat is a no-show, before its end it is given up. @throws SeatProblems.notUndecided */
  @Transactional()
  async release(seatId: string, admin: Principal): Promise<void> {
    const seat = await this.undecided(seatId);
    await this.money.release(seat);
    const over = seat.sessionStatus === 'FINISHED' && !seat.checkedInAt;
    await (over ? this.moveSeat.execute(seat, 'NO_SHOW') : this.moveSeat.execute(seat, 'CANCELLED', 'RELEASED'));
    await this.record(seat, 'seat.released', admin);
  }

  private async undecided(seatId: string): Promise<SeatRow> {
    const seat = await this.seats.lock(seatId);
    if (!seat) throw notFound('Enrollment');
    if (seat.status !== 'LOCKED' || seat.policy !== 'MANUAL') throw new DomainError(SeatProblems.notUndecided);
    return seat;
  }

  private async record(seat: SeatRow, action: string, { userId }: Principal): Promise<void> {
    const after = { status: seat.status, paidAmount: Number(seat.paidAmount), currency: seat.currency };
    await this.audit.execute({ actorId: userId, action, objectType: 'seat', objectId: seat.id, after });
  }
}
