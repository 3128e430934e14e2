import { Injectable } from '@nestjs/common';
import { WorksAt } from '../../identity/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { EventBus } from '../../platform/events/index.js';
import { MoveSeat } from '../settling/move-seat.js';
import { MoveSeatMoney } from '../settling/move-seat-money.js';
import { Seats } from '../settling/seats.js';
import { SeatCheckedIn } from '../seats.events.js';
import { SeatProblems } from '../seats.problems.js';

/** A student is here. What is still held is paid now, except in a class whose seats an admin decides. */
@Injectable()
export class CheckInSeat {
  constructor(
    private readonly seats: Seats,
    private readonly worksAt: WorksAt,
    private readonly money: MoveSeatMoney,
    private readonly moveSeat: MoveSeat,
    private readonly events: EventBus,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Again is harmless. @throws SeatProblems notCheckingIn, notLive */
  @Transactional()
  async execute(seatId: string, staff: Principal): Promise<void> {
    const seat = await this.seats.lock(seatId);
    if (!seat || !(await this.worksAt.execute(staff, seat.branchId))) throw notFound('Enrollment');
    if (seat.status === 'CANCELLED' || seat.status === 'NO_SHOW') throw new DomainError(SeatProblems.notLive);
    if (seat.checkedInAt) return;
    if (seat.sessionStatus !== 'CHECKING_IN' && seat.sessionStatus !== 'CONDUCTING')
      throw new DomainError(SeatProblems.notCheckingIn);
    await this.database.client.seat.update({
      where: { id: seat.id },
      data: { checkedInAt: this.clock.now(), updatedAt: this.clock.now() },
    });
    if (seat.status === 'LOCKED' && seat.policy !== 'MANUAL') {
      await this.money.capture(seat, staff.userId);
      await this.moveSeat.execute(seat, 'PAID');
    }
    await this.events.publish(new SeatCheckedIn(seat.id, seat.sessionId, seat.studentId));
  }
}
