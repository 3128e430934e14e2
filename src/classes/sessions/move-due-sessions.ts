import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Sweep } from '../../platform/jobs/index.js';
import { MoveSession } from './move-session.js';
import { sessionTransitions, type Transition } from './session-states.js';

const BATCH = 100;

/** What time itself does, by the table: each takes a session some minutes after its end. */
const byTime = sessionTransitions.filter(
  ({ who, notBefore }) => who.includes('job') && notBefore?.moment === 'endTime',
);

/** Of a session: time itself moves it on, sooner or later. */
const mayMove = Prisma.sql`status IN (${Prisma.raw(byTime.map(({ from }) => `'${from}'`).join(', '))})`;

/** Moves sessions on that nobody did: missed when they were never started, finished when they were never ended. */
@Injectable()
export class MoveDueSessions {
  private readonly logger = new Logger(MoveDueSessions.name);

  constructor(
    private readonly database: Database,
    private readonly moveSession: MoveSession,
    private readonly clock: Clock,
  ) {}

  /** Each session is a transaction of its own; one that cannot be moved does not stop those after it, and does not count. */
  @Sweep(
    'sessions.move-due',
    5_000,
    (now) => Prisma.sql`SELECT FROM class_sessions WHERE ${mayMove} AND end_time <= ${now}`,
  )
  async run(): Promise<number> {
    let moved = 0;
    for (const transition of byTime) {
      for (
        let batch = await this.due(transition, '');
        batch.length > 0;
        batch = await this.due(transition, batch.at(-1) ?? '')
      )
        for (const id of batch) if (await this.move(id, transition)) moved += 1;
    }
    return moved;
  }

  /** Those with an id after `last`, so that a run comes to every session once. */
  private async due({ from, notBefore }: Transition, last: string): Promise<string[]> {
    const before = this.clock.in(-(notBefore?.minutes ?? 0) * 60);
    // The status is a literal, so that the partial index on what time moves is used.
    const rows = await this.database.rows<{ id: string }>(Prisma.sql`
      SELECT id FROM class_sessions WHERE status = ${Prisma.raw(`'${from}'`)} AND end_time <= ${before} AND id > ${last}
      ORDER BY id LIMIT ${BATCH}`);
    return rows.map(({ id }) => id);
  }

  /** No lease: the move itself is conditional, so that of several processes and people one carries it out. */
  private async move(id: string, { to }: Transition): Promise<boolean> {
    try {
      await this.moveSession.execute(id, to, 'system');
      return true;
    } catch (error) {
      // Moved or put off by somebody else since it was read.
      if (!(error instanceof DomainError))
        this.logger.error({ err: error, session: id, to }, 'a session could not be moved on');
      return false;
    }
  }
}
