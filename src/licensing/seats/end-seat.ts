import { Injectable } from '@nestjs/common';
import { afterCommit, Transactional } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import { FOLLOW_SEATS } from './follow-seats.name.js';
import { LockSeats } from './lock-seats.js';
import { SeatsRepository } from './seats.repository.js';

/** Takes a seat away, or back what was offered: it is free for another, whatever the licence's status. */
@Injectable()
export class EndSeat {
  constructor(
    private readonly lockSeats: LockSeats,
    private readonly seats: SeatsRepository,
    private readonly sweeps: Sweeps,
  ) {}

  /**
   * Contends on the licence's row: one of many gives the seat back. Again is harmless.
   * @param who the user, or the seat
   * @throws not found for who never had one
   */
  @Transactional()
  async execute(licenseId: string, who: string): Promise<void> {
    await this.lockSeats.execute(licenseId);
    const seat = await this.seats.findLive(licenseId, who);
    if (!seat) {
      if (await this.seats.wasThere(licenseId, who)) return;
      throw notFound('Seat');
    }
    await this.seats.giveBack(licenseId, await this.seats.end({ id: seat.id }));
    afterCommit(() => this.sweeps.wake(FOLLOW_SEATS));
  }
}
