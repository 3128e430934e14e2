import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { Clock } from '../clock/index.js';
import { Database, Prisma } from '../database/index.js';
import { type Due, Housekeep, LeasedRows, leasedRows, Sweep } from '../jobs/index.js';

export const OUTBOX_SWEEP = 'outbox';
const KEEP_DONE_DAYS = 7;
const ROWS = { name: 'outbox_messages', waiting: 'PENDING' } as const;

interface Message {
  subscriber: string;
  payload: object;
}

/** Hands each outbox message to its subscriber, until it is done or dead. */
@Injectable()
export class OutboxDrainer {
  private readonly messages: LeasedRows<Message>;

  constructor(
    private readonly database: Database,
    private readonly emitter: EventEmitter2,
    private readonly clock: Clock,
  ) {
    const columns = Prisma.sql`subscriber, payload`;
    this.messages = new LeasedRows(database, clock, { ...ROWS, columns });
  }

  @Sweep(OUTBOX_SWEEP, 500, leasedRows(ROWS))
  run(): Promise<number> {
    return this.messages.work((message) => this.deliver(message));
  }

  /** Contends on the message's row: of two processes that hold it, the second finds it DONE and does nothing. */
  private async deliver(message: Due & Message): Promise<void> {
    const { count } = await this.database.client.outboxMessage.updateMany({
      where: { id: message.id, status: 'PENDING' },
      data: { status: 'DONE', doneAt: this.clock.now(), lastError: null },
    });
    if (count === 0) return;
    if (!this.emitter.hasListeners(message.subscriber))
      throw new Error(`nobody is subscribed as ${message.subscriber}`);
    await this.emitter.emitAsync(message.subscriber, message.payload);
  }

  @Housekeep('outbox')
  async removeDone(): Promise<number> {
    const { count } = await this.database.client.outboxMessage.deleteMany({
      where: { status: 'DONE', doneAt: { lt: this.clock.in(-KEEP_DONE_DAYS * 86_400) } },
    });
    return count;
  }
}
