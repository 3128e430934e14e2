import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import {
  afterCommit,
  beforeCommit,
  Database,
  isInTransaction,
  type Prisma,
  transactionKey,
} from '../database/index.js';
import { newId } from '../ids/index.js';
import { Sweeps } from '../jobs/index.js';
import { EventRegistry } from './event-registry.js';
import { OUTBOX_SWEEP } from './outbox-drainer.js';

interface OutgoingMessage {
  readonly id: string;
  readonly eventId: string;
  readonly eventName: string;
  readonly subscriber: string;
  readonly payload: object;
}

/** Publishes an event inside the business transaction: to those who listen in it, and to the outbox for those who listen after it. */
@Injectable()
export class EventBus {
  /** What a transaction has published so far: written in one statement, at its end. */
  private readonly messages = new WeakMap<object, Prisma.OutboxMessageCreateManyInput[]>();

  constructor(
    private readonly database: Database,
    private readonly registry: EventRegistry,
    private readonly sweeps: Sweeps,
    private readonly clock: Clock,
  ) {}

  async publish(event: object): Promise<void> {
    const name = event.constructor.name;
    if (!isInTransaction()) throw new Error(`${name} was published outside a transaction`);
    // One after another: they share the transaction's one connection.
    for (const handle of this.registry.handlersInTransaction(name)) await handle(event);

    const now = this.clock.now();
    for (const message of this.messagesOf(event))
      this.outgoing().push({ ...message, occurredAt: now, availableAt: now });
  }

  /**
   * The outbox rows of an event, for a SQL function that writes them itself; once it has, `wake` has them delivered.
   * @throws when somebody listens inside the transaction: a function cannot call them
   */
  compose(event: object): readonly OutgoingMessage[] {
    const name = event.constructor.name;
    if (this.registry.handlersInTransaction(name).length > 0)
      throw new Error(`${name} is published by a statement: nobody can listen to it in its transaction`);
    return this.messagesOf(event);
  }

  wake(): void {
    this.sweeps.wake(OUTBOX_SWEEP);
  }

  private messagesOf(event: object): OutgoingMessage[] {
    const eventName = event.constructor.name;
    const eventId = newId('event');
    return this.registry
      .subscribersOf(eventName)
      .map((subscriber) => ({ id: newId('outboxMessage'), eventId, eventName, subscriber, payload: event }));
  }

  private outgoing(): Prisma.OutboxMessageCreateManyInput[] {
    const key = transactionKey();
    const known = this.messages.get(key);
    if (known) return known;
    const data: Prisma.OutboxMessageCreateManyInput[] = [];
    this.messages.set(key, data);
    beforeCommit(async () => {
      await this.database.client.outboxMessage.createMany({ data });
    });
    afterCommit(() => this.sweeps.wake(OUTBOX_SWEEP));
    return data;
  }
}
