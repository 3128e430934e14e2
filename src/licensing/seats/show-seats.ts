import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { type Page, toPage, window } from '../../platform/http/index.js';
import { SeatCode } from './seat-code.js';
import type { GivenSeatDto, SeatDto, SeatsQuery } from './seats.dto.js';
import type { SeatRow } from './seats.repository.js';

/** Seats as those see them who handle a licence. */
@Injectable()
export class ShowSeats {
  constructor(
    private readonly seatCode: SeatCode,
    private readonly database: Database,
  ) {}

  async list(licenseId: string, query: SeatsQuery): Promise<Page<SeatDto>> {
    const where = { licenseId, status: query.status };
    const [seats, total] = await Promise.all([
      this.database.client.licenseSeat.findMany({ where, orderBy: { id: 'desc' }, ...window(query) }),
      this.database.client.licenseSeat.count({ where }),
    ]);
    return toPage(await this.withNames(seats), total, query);
  }

  async one(seat: SeatRow): Promise<SeatDto> {
    const [shown] = await this.withNames([seat]);
    if (!shown) throw new Error('a seat that is shown is one');
    return shown;
  }

  /** As it was just given: with the code, while it is only offered. */
  async given(seat: SeatRow): Promise<GivenSeatDto> {
    return { ...(await this.one(seat)), code: seat.status === 'INVITED' ? this.seatCode.codeOf(seat.id) : null };
  }

  private async withNames(seats: readonly SeatRow[]): Promise<SeatDto[]> {
    const ids = seats.flatMap(({ userId }) => userId ?? []);
    const holders = await this.database.client.user.findMany({
      where: { id: { in: ids } },
      select: { id: true, name: true },
    });
    const names = new Map(holders.map(({ id, name }) => [id, name]));
    return seats.map((seat) => toDto(seat, names.get(seat.userId ?? '') ?? null));
  }
}

function toDto({ id, licenseId, tier, status, userId, email, ...seat }: SeatRow, name: string | null): SeatDto {
  const { invitedUntil, assignedAt, endedAt, createdAt } = seat;
  return { id, licenseId, tier, status, userId, name, email, invitedUntil, assignedAt, endedAt, createdAt };
}
