import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Transactional } from '../../platform/database/index.js';
import { MoveSeat } from './move-seat.js';
import { MoveSeatMoney } from './move-seat-money.js';
import { type SeatRow, Seats } from './seats.js';

/**
 * Brings one seat to where its session's state asks for it, in a transaction of its own. It looks at what is, not at what happened: a job
 * that was killed half-way goes on, and one that runs twice finds nothing to do.
 */
@Injectable()
export class SettleSeat {
  constructor(
    private readonly seats: Seats,
    private readonly money: MoveSeatMoney,
    private readonly moveSeat: MoveSeat,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  @Transactional()
  async execute(seatId: string): Promise<void> {
    const seat = await this.seats.lock(seatId);
    if (!seat) return;
    switch (seat.sessionStatus) {
      case 'SCHEDULED':
        return this.follow(seat);
      case 'CHECKING_IN':
      case 'CONDUCTING':
        // Check-in may open before every seat has followed to a new time.
        await this.follow(seat);
        return this.captureIfStrict(seat);
      case 'FINISHED':
        return this.close(seat);
      case 'CANCELED':
        return this.giveBack(seat, 'SESSION_CANCELED');
      case 'MISSED':
        return this.giveBack(seat, 'SESSION_MISSED');
    }
  }

  /** STRICT: when check-in opens, every held seat is paid. */
  private async captureIfStrict(seat: SeatRow): Promise<void> {
    if (seat.status !== 'LOCKED' || seat.policy !== 'STRICT') return;
    await this.money.capture(seat, 'system');
    await this.moveSeat.execute(seat, 'PAID');
  }

  /** The session is over: who did not come is a no-show, and what was paid is earned. Held MANUAL seats wait for an admin. */
  private async close(seat: SeatRow): Promise<void> {
    if (seat.status === 'LOCKED' && seat.policy === 'MANUAL') return;
    if (seat.status === 'LOCKED' && (seat.policy === 'STRICT' || seat.checkedInAt)) {
      await this.money.capture(seat, 'system');
      await this.moveSeat.execute(seat, 'PAID');
    } else if (seat.status === 'LOCKED') {
      await this.money.captureNoShowFee(seat, 'system');
      await this.moveSeat.execute(seat, 'NO_SHOW');
    }
    if (seat.status === 'PAID' && !seat.checkedInAt) await this.moveSeat.execute(seat, 'NO_SHOW');
    await this.money.deliver(seat);
  }

  /** The center did not hold the session: everyone has everything back, those who had given up a cash seat too. */
  private async giveBack(seat: SeatRow, reason: string): Promise<void> {
    await this.money.giveBack(seat, 'system');
    if (seat.status !== 'CANCELLED') await this.moveSeat.execute(seat, 'CANCELLED', reason);
  }

  /** The session has another time: its seats follow, unless their students are elsewhere then. */
  private async follow(seat: SeatRow): Promise<void> {
    const live = seat.status === 'LOCKED' || seat.status === 'PAID';
    const moved =
      seat.startTime.getTime() !== seat.sessionStart.getTime() || seat.endTime.getTime() !== seat.sessionEnd.getTime();
    if (!live || !moved) return;
    const elsewhere = await this.database.client.seat.count({
      where: {
        studentId: seat.studentId,
        id: { not: seat.id },
        status: { in: ['LOCKED', 'PAID'] },
        startTime: { lt: seat.sessionEnd },
        endTime: { gt: seat.sessionStart },
      },
    });
    if (elsewhere > 0) return this.giveBack(seat, 'OVERLAPS');
    await this.database.client.seat.update({
      where: { id: seat.id },
      data: { startTime: seat.sessionStart, endTime: seat.sessionEnd, updatedAt: this.clock.now() },
    });
  }
}
