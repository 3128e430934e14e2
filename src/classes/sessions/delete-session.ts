import { Injectable } from '@nestjs/common';
import type { Principal } from '../../platform/auth/index.js';
import { Database, databaseFailure, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { SessionProblems } from '../classes.problems.js';
import { FindManagedSession } from './find-managed-session.js';

/** What the foreign keys on a session raise: since PostgreSQL 18 those of ON DELETE RESTRICT have a code of their own. */
const STILL_REFERRED_TO = new Set(['23001', '23503']);

/** Removes a session in which nobody ever had a seat. */
@Injectable()
export class DeleteSession {
  constructor(
    private readonly database: Database,
    private readonly findSession: FindManagedSession,
  ) {}

  /** @throws SessionProblems.hasSeats: whoever booked at the same time, the foreign key of the seats decides */
  @Transactional()
  async execute(id: string, principal: Principal): Promise<void> {
    await this.findSession.execute(id, principal);
    try {
      await this.database.execute(Prisma.sql`DELETE FROM class_sessions WHERE id = ${id}`);
    } catch (error) {
      if (STILL_REFERRED_TO.has(databaseFailure(error)?.code ?? '')) throw new DomainError(SessionProblems.hasSeats);
      throw error;
    }
  }
}
