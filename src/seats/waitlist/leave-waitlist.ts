import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';

/** Gives a place in the line up. */
@Injectable()
export class LeaveWaitlist {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the entry's row with its promotion: both ask for WAITING. Who leaves first gets no seat, for the booking is undone; who has
   * the seat first is no longer found here.
   * @throws not found for somebody who does not wait
   */
  async execute(sessionId: string, studentId: string): Promise<void> {
    const { count } = await this.database.client.waitlistEntry.updateMany({
      where: { sessionId, studentId, status: 'WAITING' },
      data: { status: 'LEFT', updatedAt: this.clock.now() },
    });
    if (count === 0) throw notFound('Waitlist entry');
  }
}
