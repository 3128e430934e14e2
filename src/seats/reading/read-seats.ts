import { Injectable } from '@nestjs/common';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { Database, type Prisma } from '../../platform/database/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, type PageQuery, toPage, window } from '../../platform/http/index.js';
import type { SeatDto, SeatHistoryQuery } from '../seats.dto.js';
import { shownWithSeat as include, toSeat } from './to-seat.js';

const orders = {
  '-date': [{ session: { startTime: 'desc' } }, { id: 'desc' }],
  date: [{ session: { startTime: 'asc' } }, { id: 'asc' }],
  status: [{ status: 'asc' }, { id: 'desc' }],
} as const satisfies Record<string, Prisma.SeatOrderByWithRelationInput[]>;

/** Seats as their readers may see them: one's own, those of the branches where one works, and all for an admin. */
@Injectable()
export class ReadSeats {
  constructor(private readonly database: Database) {}

  /** @throws not found for a seat that is not the reader's to see */
  async one(id: string, principal: Principal): Promise<SeatDto> {
    const seat = await this.database.client.seat.findFirst({
      where: { AND: [{ id }, visibleTo(principal)] },
      include,
      relationLoadStrategy: 'join',
    });
    if (!seat) throw notFound('Enrollment');
    return toSeat(seat);
  }

  history(
    { sessionId, classId, search, status, sort = '-date', ...page }: SeatHistoryQuery,
    principal: Principal,
  ): Promise<Page<SeatDto>> {
    const words = search && { contains: search, mode: 'insensitive' as const };
    const session: Prisma.ClassSessionWhereInput = {
      classId,
      ...(words && { class: { OR: [{ name: words }, { subject: words }] } }),
    };
    return this.list({ AND: [{ sessionId, status, session }, visibleTo(principal)] }, page, [...orders[sort]]);
  }

  /** Held seats of MANUAL classes whose session has begun or is over: what an admin has to charge or to release. */
  undecided(page: PageQuery): Promise<Page<SeatDto>> {
    const begun = { status: { in: ['CHECKING_IN', 'CONDUCTING', 'FINISHED'] } } satisfies Prisma.ClassSessionWhereInput;
    return this.list({ status: 'LOCKED', session: { absenteePolicy: 'MANUAL', ...begun } }, page, [...orders.date]);
  }

  private async list(
    where: Prisma.SeatWhereInput,
    page: PageQuery,
    orderBy: Prisma.SeatOrderByWithRelationInput[],
  ): Promise<Page<SeatDto>> {
    const [seats, total] = await Promise.all([
      this.database.client.seat.findMany({ where, include, orderBy, ...window(page), relationLoadStrategy: 'join' }),
      this.database.client.seat.count({ where }),
    ]);
    return toPage(seats.map(toSeat), total, page);
  }
}

function visibleTo(principal: Principal): Prisma.SeatWhereInput {
  if (isAdmin(principal)) return {};
  const own = { studentId: principal.userId };
  if (!principal.roles.includes('STAFF')) return own;
  return { OR: [own, { session: { branch: { staff: { some: { userId: principal.userId } } } } }] };
}
