import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma, Transactional } from '../../platform/database/index.js';
import { DomainError, notFound } from '../../platform/errors/index.js';
import { newId } from '../../platform/ids/index.js';
import { SeatProblems } from '../seats.problems.js';
import { QueuePromotion } from './queue-promotion.js';
import type { WaitlistEntryDto } from './waitlist.dto.js';
import { WaitlistProblems } from './waitlist.problems.js';

interface Session {
  open: boolean;
  hasFreeSeats: boolean;
}

/** What stands about a student and a session. */
interface Standing {
  seated: boolean;
  waiting: boolean;
  offered: boolean;
}

/** Puts a student at the end of the line for a session. */
@Injectable()
export class JoinWaitlist {
  constructor(
    private readonly database: Database,
    private readonly queuePromotion: QueuePromotion,
    private readonly clock: Clock,
  ) {}

  /**
   * Contends on the session's row with every path that frees a seat: whoever has it first decides. Either the seat is seen here, or whoever
   * frees it sees the new entry. It also lets one join after the other, so that nobody comes in before somebody who has been given a place.
   * Again is the same entry.
   * @throws not found; WaitlistProblems closed, seatsLeft; SeatProblems.enrolled
   */
  @Transactional()
  async execute(sessionId: string, studentId: string): Promise<WaitlistEntryDto> {
    const { open, hasFreeSeats } = await this.lock(sessionId);
    if (!open) throw new DomainError(WaitlistProblems.closed);
    const { seated, waiting, offered } = await this.standing(sessionId, studentId);
    if (seated) throw new DomainError(SeatProblems.enrolled);
    if (hasFreeSeats && !waiting && !offered) throw new DomainError(WaitlistProblems.seatsLeft);
    const { isNew, ...entry } = await this.enter(sessionId, studentId);
    // Those who wait are being offered seats, and may be through by now.
    if (hasFreeSeats && isNew) await this.queuePromotion.execute(sessionId);
    return { ...entry, sessionId, status: 'WAITING', position: await this.position(sessionId, entry.id) };
  }

  private async lock(id: string): Promise<Session> {
    const now = this.clock.now();
    const session = await this.database.row<Session>(Prisma.sql`
      SELECT status = 'SCHEDULED' AND cancel_until >= ${now} AND start_time > ${now} AS open, taken < capacity AS "hasFreeSeats"
      FROM class_sessions WHERE id = ${id} FOR NO KEY UPDATE`);
    if (!session) throw notFound('Session');
    return session;
  }

  /** Looked at once the session is locked: in a statement of its own, which sees what was waited for. */
  private async standing(sessionId: string, studentId: string): Promise<Standing> {
    const own = Prisma.sql`session_id = ${sessionId} AND student_id = ${studentId}`;
    const standing = await this.database.row<Standing>(Prisma.sql`
      SELECT EXISTS (SELECT FROM seats WHERE ${own} AND status IN ('LOCKED', 'PAID')) AS seated,
        EXISTS (SELECT FROM waitlist_entries WHERE ${own} AND status = 'WAITING') AS waiting,
        EXISTS (SELECT FROM waitlist_promotions WHERE session_id = ${sessionId}) AS offered`);
    return standing!;
  }

  /** One entry of theirs waits, by a unique index; it is locked, so that it stays until this answer. */
  private async enter(sessionId: string, studentId: string): Promise<{ id: string; createdAt: Date; isNew: boolean }> {
    const now = this.clock.now();
    const id = newId('waitlistEntry');
    const entry = await this.database.row<{ id: string; createdAt: Date }>(Prisma.sql`
      INSERT INTO waitlist_entries (id, session_id, student_id, created_at, updated_at)
      VALUES (${id}, ${sessionId}, ${studentId}, ${now}, ${now})
      ON CONFLICT (session_id, student_id) WHERE status = 'WAITING' DO UPDATE SET updated_at = excluded.updated_at
      RETURNING id, created_at AS "createdAt"`);
    return { ...entry!, isNew: entry!.id === id };
  }

  private async position(sessionId: string, id: string): Promise<number> {
    const line = await this.database.row<{ position: number }>(Prisma.sql`
      SELECT count(*)::int AS position FROM waitlist_entries WHERE session_id = ${sessionId} AND status = 'WAITING' AND id <= ${id}`);
    return line!.position;
  }
}
