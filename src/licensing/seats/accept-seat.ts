import { Injectable } from '@nestjs/common';
import { Database, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { AddSeat } from './add-seat.js';
import { LockSeats } from './lock-seats.js';
import { SeatCode } from './seat-code.js';
import { FindTaker } from './seat-taker.js';
import type { SeatRow } from './seats.repository.js';

/** A seat that was offered becomes that of whoever has its code. */
@Injectable()
export class AcceptSeat {
  constructor(
    private readonly seatCode: SeatCode,
    private readonly lockSeats: LockSeats,
    private readonly findTaker: FindTaker,
    private readonly addSeat: AddSeat,
    private readonly database: Database,
  ) {}

  /**
   * Contends on the licence's row with everybody else who has the code, and with who takes the offer back. Again, by the same person, is
   * harmless.
   * @throws not found; LicensingProblems invitationOver, seated (the offer stays), notNow
   */
  @Transactional()
  async execute(code: string, userId: string): Promise<SeatRow> {
    const id = this.seatCode.read(code);
    const offered = id === undefined ? null : await this.database.client.licenseSeat.findUnique({ where: { id } });
    if (!offered) throw notFound('Invitation');
    const { licenseId } = offered;
    await this.lockSeats.execute(licenseId, 'giveSeats');
    const seat = await this.database.client.licenseSeat.findUniqueOrThrow({ where: { id: offered.id } });
    if (seat.status === 'ASSIGNED' && seat.userId === userId) return seat;
    if (seat.status !== 'INVITED') throw new DomainError(LicensingProblems.invitationOver);
    if (await this.findTaker.seatOf(licenseId, { userId })) throw new DomainError(LicensingProblems.seated);
    return this.addSeat.accept(seat, userId);
  }
}
