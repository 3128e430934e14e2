import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { newId } from '../../platform/ids/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import type { LicenseRow } from '../licenses/license-states.js';
import { SeatOffered } from '../licensing.events.js';
import { FOLLOW_SEATS } from './follow-seats.name.js';
import type { SeatTaker } from './seat-taker.js';
import type { SeatRow } from './seats.repository.js';

const OFFER_SECONDS = 14 * 86_400;

/** Writes a seat that was taken for somebody: theirs at once, or offered. Under the licence's lock, which its argument stands for. */
@Injectable()
export class AddSeat {
  constructor(
    private readonly database: Database,
    private readonly events: EventBus,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  /** @param license one that is active: what its seats give stands */
  async execute({ id: licenseId, tier }: LicenseRow, taker: SeatTaker, createdBy: string): Promise<SeatRow> {
    const now = this.clock.now();
    const row = { id: newId('licenseSeat'), licenseId, tier, createdBy, createdAt: now, updatedAt: now };
    if ('userId' in taker) {
      const data = { ...row, userId: taker.userId, ...this.assigned(now) };
      return this.database.client.licenseSeat.create({ data });
    }
    const invitedUntil = this.clock.in(OFFER_SECONDS);
    const data = { ...row, status: 'INVITED' as const, email: taker.email, invitedUntil };
    const seat = await this.database.client.licenseSeat.create({ data });
    await this.events.publish(new SeatOffered(seat.id));
    return seat;
  }

  /** What is offered becomes theirs. */
  async accept({ id }: SeatRow, userId: string): Promise<SeatRow> {
    const now = this.clock.now();
    const data = { userId, ...this.assigned(now), invitedUntil: null, updatedAt: now };
    return this.database.client.licenseSeat.update({ where: { id }, data });
  }

  /** The places that they had by a seat before are back. */
  private assigned(now: Date) {
    afterCommit(() => this.sweeps.wake(FOLLOW_SEATS));
    return { status: 'ASSIGNED' as const, assignedAt: now, open: true, followAt: now, tries: 0 };
  }
}
