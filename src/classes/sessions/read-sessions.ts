import { Injectable } from '@nestjs/common';
import { seesOwnBranchesOnly, WorksAt } from '../../identity/index.js';
import { isAdmin, type Principal } from '../../platform/auth/index.js';
import { notFound } from '../../platform/errors/index.js';
import { type Page, toPage } from '../../platform/http/index.js';
import { toJsonAmount } from '../../platform/money/index.js';
import type { ClassSessionListQuery, SessionDto } from './sessions.dto.js';
import { type SessionRow, SessionsRepository } from './sessions.repository.js';

/** Sessions as the caller may see them: whole for those who manage them, for the rest what is to be known before booking. */
@Injectable()
export class ReadSessions {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly worksAt: WorksAt,
  ) {}

  /** Staff see those of their branches, an admin all. */
  async list(principal: Principal, query: ClassSessionListQuery): Promise<Page<SessionDto>> {
    const [rows, total] = await this.sessions.page(query, isAdmin(principal) ? undefined : principal.userId);
    return toPage(rows.map(whole), total, query);
  }

  /** @throws not found, also for staff of other branches */
  async one(id: string, principal: Principal): Promise<SessionDto> {
    const session = await this.sessions.find(id);
    if (!session) throw notFound('Session');
    if (await this.worksAt.execute(principal, session.branchId)) return whole(session);
    if (seesOwnBranchesOnly(principal)) throw notFound('Session');
    return forStudents(session);
  }
}

function whole({ taken, price, tax, noShowFee, ...session }: SessionRow): SessionDto {
  return {
    ...session,
    taken,
    seatsLeft: session.capacity - taken,
    price: toJsonAmount(price),
    tax: toJsonAmount(tax),
    noShowFee: toJsonAmount(noShowFee),
  };
}

function forStudents(session: SessionRow): SessionDto {
  const { taken: _taken, cancelReason: _cancelReason, ...seen } = whole(session);
  return seen;
}
