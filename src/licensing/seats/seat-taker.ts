import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import { invalid, notFound } from '../../platform/errors/index.js';
import { isLive, type SeatRow } from './seats.repository.js';

/** Who is to have a seat: a person, at once, or whoever accepts what is offered to an address. */
export type SeatTaker = { readonly userId: string } | { readonly email: string };

/** @throws validation unless it names one of the two */
export function takerOf({ userId, email }: { userId?: string; email?: string }): SeatTaker {
  if (userId !== undefined && email === undefined) return { userId };
  if (email !== undefined && userId === undefined) return { email };
  throw invalid('userId', 'either userId or email must be given, and not both');
}

/** Finds who is to have a seat, and the one that they have already. */
@Injectable()
export class FindTaker {
  constructor(private readonly database: Database) {}

  /** @throws not found for a person who is not there */
  async check(taker: SeatTaker): Promise<void> {
    if ('email' in taker) return;
    if ((await this.database.client.user.count({ where: { id: taker.userId } })) === 0) throw notFound('User');
  }

  /** A seat that is offered to the address of a person. */
  async offerTo(licenseId: string, userId: string): Promise<SeatRow | null> {
    const user = await this.database.client.user.findUnique({ where: { id: userId }, select: { email: true } });
    if (!user?.email) return null;
    return this.database.client.licenseSeat.findFirst({ where: { licenseId, email: user.email, status: 'INVITED' } });
  }

  /** A seat of the licence that is theirs or offered to them, by whichever of the two they were named. */
  async seatOf(licenseId: string, taker: SeatTaker): Promise<SeatRow | null> {
    const seats = this.database.client.licenseSeat;
    if ('userId' in taker) return seats.findFirst({ where: { licenseId, userId: taker.userId, status: 'ASSIGNED' } });
    const { email } = taker;
    const owner = await this.database.client.user.findUnique({ where: { email }, select: { id: true } });
    const held = owner ? [{ userId: owner.id, status: 'ASSIGNED' as const }] : [];
    return seats.findFirst({
      where: { licenseId, OR: [...held, { email, status: isLive }] },
      orderBy: { status: 'desc' },
    });
  }
}
