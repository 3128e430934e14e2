import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';

export type SeatRow = Prisma.LicenseSeatGetPayload<object>;

export const isLive = { in: ['INVITED', 'ASSIGNED'] } satisfies Prisma.EnumLicenseSeatStatusFilter;

/** Seats, and how many of a licence's are taken. What changes them holds the licence's row; see `LockSeats`. */
@Injectable()
export class SeatsRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** By the user's id, or by its own: what is only offered has no user yet. */
  findLive(licenseId: string, who: string): Promise<SeatRow | null> {
    const holds = [
      { userId: who, status: 'ASSIGNED' as const },
      { id: who, status: isLive },
    ];
    return this.database.client.licenseSeat.findFirst({ where: { licenseId, OR: holds } });
  }

  async wasThere(licenseId: string, who: string): Promise<boolean> {
    const ended = { licenseId, status: 'ENDED' as const, OR: [{ userId: who }, { id: who }] };
    return (await this.database.client.licenseSeat.count({ where: ended })) > 0;
  }

  /** Contends on the licence's row: of those who want the last one, one has it. @returns false when all are taken */
  async take(licenseId: string): Promise<boolean> {
    const taken = await this.database.execute(Prisma.sql`
      UPDATE licenses SET seats_taken = seats_taken + 1 WHERE id = ${licenseId} AND seats_taken < seats`);
    return taken > 0;
  }

  /** More than are paid for, such as after a refund, are no more than are held: what comes back of them is nobody's to give again. */
  async giveBack(licenseId: string, count: number): Promise<void> {
    await this.database.execute(Prisma.sql`
      UPDATE licenses l SET seats_taken = seats_taken - ${count}, seats = least(l.seats, greatest(l.seats_taken - ${count}, coalesce(
        (SELECT t.seats FROM license_terms t WHERE t.license_id = l.id AND t.status = 'PAID' ORDER BY t.paid_at DESC, t.id DESC LIMIT 1), l.seats)))
      WHERE l.id = ${licenseId}`);
  }

  /** What it gave is followed; one that was ended already is not ended again. */
  async end(where: Prisma.LicenseSeatWhereInput): Promise<number> {
    const now = this.clock.now();
    const ended = { status: 'ENDED' as const, endedAt: now, updatedAt: now };
    const seats = this.database.client.licenseSeat;
    const closed = await seats.updateMany({
      where: { AND: [where, { status: isLive, open: true }] },
      data: { ...ended, open: false, followAt: now, tries: 0 },
    });
    const rest = await seats.updateMany({ where: { AND: [where, { status: isLive }] }, data: ended });
    return closed.count + rest.count;
  }
}
