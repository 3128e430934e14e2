import { Injectable } from '@nestjs/common';
import { Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { AddSeat } from './add-seat.js';
import { LockSeats } from './lock-seats.js';
import { FindTaker, type SeatTaker } from './seat-taker.js';
import { type SeatRow, SeatsRepository } from './seats.repository.js';

/** Moves a seat to somebody else, or offers it to them: it is taken all the while, so that no third has it in between. */
@Injectable()
export class MoveSeat {
  constructor(
    private readonly lockSeats: LockSeats,
    private readonly findTaker: FindTaker,
    private readonly seats: SeatsRepository,
    private readonly addSeat: AddSeat,
  ) {}

  /**
   * Contends on the licence's row. To whom it is already is no move.
   * @param who the user who has it, or the seat
   * @throws not found; LicensingProblems notNow, seated
   */
  @Transactional()
  async execute(licenseId: string, who: string, taker: SeatTaker, actorId: string): Promise<SeatRow> {
    await this.findTaker.check(taker);
    const license = await this.lockSeats.execute(licenseId, 'giveSeats');
    const from = await this.seats.findLive(licenseId, who);
    if (!from) throw notFound('Seat');
    const known = await this.findTaker.seatOf(licenseId, taker);
    if (known?.id === from.id) return known;
    if (known) throw new DomainError(LicensingProblems.seated);
    await this.seats.end({ id: from.id });
    return this.addSeat.execute(license, taker, actorId);
  }
}
