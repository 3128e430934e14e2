import { Injectable } from '@nestjs/common';
import { Clock } from '../clock/index.js';
import { afterCommit, Database, isInTransaction } from '../database/index.js';
import { newId } from '../ids/index.js';
import { Sweeps } from '../jobs/index.js';
import { EventRegistry } from './event-registry.js';
import { OUTBOX_SWEEP } from './outbox-drainer.js';

/** Publishes an event inside the business transaction: to those who listen in it, and to the outbox for those who listen after it. */
@Injectable()
export class EventBus {
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

    const subscribers = this.registry.subscribersOf(name);
    if (subscribers.length === 0) return;
    const now = this.clock.now();
    const eventId = newId('event');
    await this.database.client.outboxMessage.createMany({
      data: subscribers.map((subscriber) => ({
        id: newId('outboxMessage'),
        eventId,
        eventName: name,
        subscriber,
        payload: event,
        occurredAt: now,
        availableAt: now,
      })),
    });
    afterCommit(() => this.sweeps.wake(OUTBOX_SWEEP));
  }
}
