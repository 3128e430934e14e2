import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, type SeatStatus } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { SeatCancelled } from '../seats.events.js';
import type { SeatRow } from './seats.js';

/** Where a seat may go. A seat that was given up stays so; who comes again takes another one. */
const seatTransitions: Record<SeatStatus, readonly SeatStatus[]> = {
  LOCKED: ['PAID', 'CANCELLED', 'NO_SHOW'],
  PAID: ['CANCELLED', 'NO_SHOW'],
  NO_SHOW: ['CANCELLED'],
  CANCELLED: [],
};

/** Moves a seat that the caller's transaction holds. A cancelled one gives its place back to the session. */
@Injectable()
export class MoveSeat {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  async execute(seat: SeatRow, to: SeatStatus, cancelReason?: string): Promise<void> {
    if (!seatTransitions[seat.status].includes(to))
      throw new Error(`seat ${seat.id} cannot go from ${seat.status} to ${to}`);
    await this.database.client.seat.update({
      where: { id: seat.id },
      data: { status: to, updatedAt: this.clock.now(), ...(cancelReason && { cancelReason }) },
    });
    seat.status = to;
    if (to !== 'CANCELLED') return;
    await this.database.execute(Prisma.sql`UPDATE class_sessions SET taken = taken - 1 WHERE id = ${seat.sessionId}`);
    const { id, sessionId, studentId } = seat;
    await this.events.publish(new SeatCancelled(id, sessionId, studentId, cancelReason ?? ''));
  }
}
