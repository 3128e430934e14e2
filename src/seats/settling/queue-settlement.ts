import { Injectable } from '@nestjs/common';
import {
  CheckInOpened,
  SessionCanceled,
  SessionFinished,
  SessionMissed,
  SessionRescheduled,
} from '../../classes/index.js';
import { Clock } from '../../platform/clock/index.js';
import { afterCommit, Database, Prisma } from '../../platform/database/index.js';
import { later } from '../../platform/errors/index.js';
import { InTransaction } from '../../platform/events/index.js';
import { Sweeps } from '../../platform/jobs/index.js';
import { SeatProblems } from '../seats.problems.js';

export const SETTLEMENTS_SWEEP = 'seats.settlements';

interface SessionMoved {
  readonly sessionId: string;
}

/** A session that moves is flipped in one short transaction, which also says that its seats are to be settled: by a job, one by one. */
@Injectable()
export class QueueSettlement {
  constructor(
    private readonly database: Database,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  @InTransaction(CheckInOpened)
  onCheckInOpened(event: CheckInOpened): Promise<void> {
    return this.queue(event);
  }

  @InTransaction(SessionFinished)
  onSessionFinished(event: SessionFinished): Promise<void> {
    return this.queue(event);
  }

  @InTransaction(SessionCanceled)
  onSessionCanceled(event: SessionCanceled): Promise<void> {
    return this.queue(event);
  }

  @InTransaction(SessionMissed)
  onSessionMissed(event: SessionMissed): Promise<void> {
    return this.queue(event);
  }

  @InTransaction(SessionRescheduled)
  async onSessionRescheduled(event: SessionRescheduled): Promise<void> {
    const { sessionId } = event;
    // Taken up again too soon, seats that are still to be given back would be seats of the new time.
    const unsettled = await this.database.row(Prisma.sql`
      SELECT 1 FROM session_settlements q JOIN seats s ON s.session_id = q.session_id AND s.status <> 'CANCELLED'
      WHERE q.session_id = ${sessionId} LIMIT 1`);
    if (unsettled) throw later(SeatProblems.settling);
    await this.queue(event);
  }

  private async queue({ sessionId }: SessionMoved): Promise<void> {
    await this.database.execute(Prisma.sql`
      INSERT INTO session_settlements (session_id, due_at) VALUES (${sessionId}, ${this.clock.now()})
      ON CONFLICT (session_id) DO UPDATE SET due_at = excluded.due_at, tries = 0`);
    afterCommit(() => this.sweeps.wake(SETTLEMENTS_SWEEP));
  }
}
