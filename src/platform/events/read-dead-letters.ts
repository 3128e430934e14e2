import { Injectable } from '@nestjs/common';
import { Database, Prisma } from '../database/index.js';
import { type Page, toPage, window } from '../http/index.js';
import type { DeadLetterDto, DeadLetterQuery } from './dead-letters.dto.js';

/** Messages of the outbox that were given up, newest first. */
@Injectable()
export class ReadDeadLetters {
  constructor(private readonly database: Database) {}

  async list(query: DeadLetterQuery): Promise<Page<DeadLetterDto>> {
    const { subscriber, eventName } = query;
    // A literal, so that the partial index on the dead is used: they are few among all that was ever delivered.
    const dead = Prisma.sql`FROM outbox_messages WHERE status = 'DEAD'
      ${subscriber === undefined ? Prisma.empty : Prisma.sql`AND subscriber = ${subscriber}`}
      ${eventName === undefined ? Prisma.empty : Prisma.sql`AND event_name = ${eventName}`}`;
    const { skip, take } = window(query);
    const [messages, counted] = await Promise.all([
      this.database.rows<DeadLetterDto>(Prisma.sql`
        SELECT id, event_id AS "eventId", event_name AS "eventName", subscriber, payload, attempts, last_error AS "lastError",
          occurred_at AS "occurredAt"
        ${dead} ORDER BY id DESC LIMIT ${take} OFFSET ${skip}`),
      this.database.row<{ total: number }>(Prisma.sql`SELECT count(*)::int AS total ${dead}`),
    ]);
    return toPage(messages, counted?.total ?? 0, query);
  }
}
