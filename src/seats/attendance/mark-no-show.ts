import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { MoveSeat } from '../settling/move-seat.js';
import { MoveSeatMoney } from '../settling/move-seat-money.js';
import { Seats } from '../settling/seats.js';
import { SeatProblems } from '../seats.problems.js';

/** A student did not come. What is paid stays paid; what is held is captured or released by the class's policy. */
@Injectable()
export class MarkNoShow {
  constructor(
    private readonly seats: Seats,
    private readonly worksAt: WorksAt,
    private readonly money: MoveSeatMoney,
    private readonly moveSeat: MoveSeat,
  ) {}

  /** Again is harmless. @throws SeatProblems notBegun, notLive, checkedIn, undecided */
  @Transactional()
  async execute(seatId: string, staff: Principal): Promise<void> {
    const seat = await this.seats.lock(seatId);
    if (!seat || !(await this.worksAt.execute(staff, seat.branchId))) throw notFound('Enrollment');
    if (seat.status === 'NO_SHOW') return;
    if (seat.status === 'CANCELLED') throw new DomainError(SeatProblems.notLive);
    if (seat.checkedInAt) throw new DomainError(SeatProblems.checkedIn);
    if (seat.sessionStatus !== 'CONDUCTING' && seat.sessionStatus !== 'FINISHED')
      throw new DomainError(SeatProblems.notBegun);
    if (seat.status === 'LOCKED' && seat.policy === 'MANUAL') throw new DomainError(SeatProblems.undecided);
    if (seat.status === 'LOCKED' && seat.policy === 'STRICT') {
      await this.money.capture(seat, staff.userId);
      await this.moveSeat.execute(seat, 'PAID');
    } else if (seat.status === 'LOCKED') await this.money.captureNoShowFee(seat, staff.userId);
    await this.moveSeat.execute(seat, 'NO_SHOW');
    if (seat.sessionStatus === 'FINISHED') await this.money.deliver(seat);
  }
}
