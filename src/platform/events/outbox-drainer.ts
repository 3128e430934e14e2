import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Clock } from '../clock/index.js';
import { Database, inTransaction, Prisma } from '../database/index.js';
import { backoffSeconds, Housekeeping, type Sweep, Sweeps } from '../jobs/index.js';

export const OUTBOX_SWEEP = 'outbox';
const BATCH = 20;
/** Longer than any subscriber's transaction may take, short enough that a crash is made good within seconds. */
const LEASE_SECONDS = 5;
const ATTEMPTS = 12;
const KEEP_DONE_DAYS = 7;

interface Claimed {
  id: string;
  subscriber: string;
  payload: object;
  attempts: number;
}

/**
 * Hands each outbox message to its subscriber. Claiming commits a lease first, so a crashed process's messages are taken up by
 * another when it ends; what makes the effect happen once is the conditional update in `deliver`, not the lease.
 */
@Injectable()
export class OutboxDrainer implements Sweep, OnModuleInit {
  readonly name = OUTBOX_SWEEP;
  readonly everyMs = 500;
  private readonly logger = new Logger(OutboxDrainer.name);

  constructor(
    private readonly database: Database,
    private readonly emitter: EventEmitter2,
    private readonly sweeps: Sweeps,
    private readonly housekeeping: Housekeeping,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.sweeps.register(this);
    this.housekeeping.register('outbox', () => this.removeDone());
  }

  async run(): Promise<number> {
    const claimed = await this.claim();
    await Promise.all(claimed.map((message) => this.attempt(message)));
    return claimed.length;
  }

  private claim(): Promise<Claimed[]> {
    const now = this.clock.now();
    return this.database.rows<Claimed>(Prisma.sql`
      UPDATE outbox_messages SET available_at = ${this.clock.in(LEASE_SECONDS)}, attempts = attempts + 1
      WHERE id IN (
        SELECT id FROM outbox_messages WHERE status = 'PENDING' AND available_at <= ${now}
        ORDER BY available_at LIMIT ${BATCH} FOR UPDATE SKIP LOCKED
      )
      RETURNING id, subscriber, payload, attempts`);
  }

  private async attempt(message: Claimed): Promise<void> {
    try {
      await inTransaction(() => this.deliver(message));
    } catch (error) {
      const dead = message.attempts >= ATTEMPTS;
      this.logger.error(
        { err: error, message: message.id, subscriber: message.subscriber, dead },
        'event delivery failed',
      );
      await this.database.client.outboxMessage.updateMany({
        where: { id: message.id, status: 'PENDING' },
        data: {
          status: dead ? 'DEAD' : 'PENDING',
          lastError: String(error).slice(0, 2000),
          availableAt: this.clock.in(backoffSeconds(message.attempts)),
        },
      });
    }
  }

  /** Contends on the message's row: of two processes that hold it, the second finds it DONE and does nothing. */
  private async deliver(message: Claimed): Promise<void> {
    const { count } = await this.database.client.outboxMessage.updateMany({
      where: { id: message.id, status: 'PENDING' },
      data: { status: 'DONE', doneAt: this.clock.now(), lastError: null },
    });
    if (count === 0) return;
    if (!this.emitter.hasListeners(message.subscriber))
      throw new Error(`nobody is subscribed as ${message.subscriber}`);
    await this.emitter.emitAsync(message.subscriber, message.payload);
  }

  private async removeDone(): Promise<number> {
    const { count } = await this.database.client.outboxMessage.deleteMany({
      where: { status: 'DONE', doneAt: { lt: this.clock.in(-KEEP_DONE_DAYS * 86_400) } },
    });
    return count;
  }
}
