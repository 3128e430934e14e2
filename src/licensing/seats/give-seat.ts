import { Injectable } from '@nestjs/common';
import { Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { AddSeat } from './add-seat.js';
import { LockSeats } from './lock-seats.js';
import { FindTaker, type SeatTaker } from './seat-taker.js';
import { type SeatRow, SeatsRepository } from './seats.repository.js';

/** Gives somebody a seat of a licence, or offers them one, which is kept free for them. */
@Injectable()
export class GiveSeat {
  constructor(
    private readonly lockSeats: LockSeats,
    private readonly findTaker: FindTaker,
    private readonly seats: SeatsRepository,
    private readonly addSeat: AddSeat,
  ) {}

  /**
   * Contends on the licence's row. Again is the seat that they have, or are offered; what was
   * offered to the address of a person who is given a seat is theirs.
   * @throws not found; LicensingProblems notNow, noSeatLeft
   */
  @Transactional()
  async execute(licenseId: string, taker: SeatTaker, actorId: string): Promise<SeatRow> {
    await this.findTaker.check(taker);
    const license = await this.lockSeats.execute(licenseId, 'giveSeats');
    const known = await this.findTaker.seatOf(licenseId, taker);
    if (known) return known;
    const offer = 'userId' in taker ? await this.findTaker.offerTo(licenseId, taker.userId) : null;
    if (offer && 'userId' in taker) return this.addSeat.accept(offer, taker.userId);
    if (!(await this.seats.take(licenseId))) {
      const detail = `All ${license.seats} seats of the licence are taken`;
      throw new DomainError(LicensingProblems.noSeatLeft, detail);
    }
    return this.addSeat.execute(license, taker, actorId);
  }
}
