import { Injectable } from '@nestjs/common';
import { Clock } from '../../platform/clock/index.js';
import { Database, Prisma } from '../../platform/database/index.js';
import { EventBus } from '../../platform/events/index.js';
import { SessionCapacityChanged } from '../classes.events.js';
import type { TaughtClass } from './lock-class.js';
import { LockSessions } from './lock-sessions.js';
import { PlaceSessions } from './place-sessions.js';
import { MakeSessionTerms } from './session-terms.js';

/** Hands what has changed of a class on to the sessions of its series that are still to come. */
@Injectable()
export class ReviseSessions {
  constructor(
    private readonly database: Database,
    private readonly lockSessions: LockSessions,
    private readonly placeSessions: PlaceSessions,
    private readonly makeTerms: MakeSessionTerms,
    private readonly events: EventBus,
    private readonly clock: Clock,
  ) {}

  /** New terms, for those in which no seat is taken: what was sold stays as it was sold. */
  async terms(of: TaughtClass): Promise<void> {
    const sessions = (await this.lockSessions.ofSeries(of.id)).filter(({ taken }) => taken === 0);
    if (sessions.length === 0) return;
    const terms = sessions.map(({ startTime }) => this.makeTerms.execute(of, startTime));
    const column = <T>(value: (one: (typeof terms)[number]) => T) => terms.map(value);
    await this.database.execute(Prisma.sql`
      UPDATE class_sessions s SET price = t.price, tax = t.tax, currency = ${of.currency}, tax_country = t.tax_country,
        tax_rate = t.tax_rate, absentee_policy = ${of.absenteePolicy}::absentee_policy, no_show_fee = ${of.noShowFee},
        cancel_until = t.cancel_until, updated_at = ${this.clock.now()}
      FROM unnest(${sessions.map(({ id }) => id)}::text[], ${column(({ price }) => price)}::bigint[], ${column(({ tax }) => tax)}::bigint[],
        ${column(({ taxCountry }) => taxCountry)}::text[], ${column(({ taxRate }) => taxRate)}::int[],
        ${column(({ cancelUntil }) => cancelUntil.toISOString())}::timestamptz[])
        AS t (id, price, tax, tax_country, tax_rate, cancel_until)
      WHERE s.id = t.id`);
  }

  /**
   * Another teacher, for all of them.
   *
   * @throws SessionProblems.teacherBusy
   */
  async teacher(of: TaughtClass, from?: string): Promise<void> {
    const sessions = await this.lockSessions.ofSeries(of.id, from);
    await this.placeSessions.execute(sessions.map((session) => ({ ...session, teacherId: of.teacherId })));
  }

  /** Another capacity, for all of them; where more seats are taken, so many. */
  async capacity(of: TaughtClass, from?: string): Promise<void> {
    const sessions = await this.lockSessions.ofSeries(of.id, from);
    const grown = await this.database.rows<{ id: string | null }>(Prisma.sql`
      UPDATE class_sessions s SET capacity = greatest(${of.capacity}, s.taken), updated_at = ${this.clock.now()}
      FROM (SELECT id, capacity FROM class_sessions WHERE id = ANY (${sessions.map(({ id }) => id)}::text[])) AS old
      WHERE s.id = old.id AND s.capacity <> greatest(${of.capacity}, s.taken)
      RETURNING CASE WHEN s.capacity > old.capacity AND s.taken > 0 THEN s.id END AS id`);
    for (const { id } of grown) if (id !== null) await this.events.publish(new SessionCapacityChanged(id));
  }
}
