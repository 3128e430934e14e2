import { Injectable, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { MarkedMethods } from '../discovery/index.js';
import { AFTER_COMMIT, type AfterCommitSubscription, type EventClass, IN_TRANSACTION } from './subscribe.js';

type Handler = (event: object) => Promise<void>;

/** Knows who listens to what. Found once, at start, from the two decorators. */
@Injectable()
export class EventRegistry implements OnModuleInit {
  private readonly inTransaction = new Map<string, Handler[]>();
  private readonly subscribers = new Map<string, string[]>();

  constructor(
    private readonly marked: MarkedMethods,
    private readonly emitter: EventEmitter2,
  ) {}

  onModuleInit(): void {
    for (const { mark, call } of this.marked.by<EventClass, Handler>(IN_TRANSACTION))
      append(this.inTransaction, mark.name, call);
    for (const { mark, call } of this.marked.by<AfterCommitSubscription, Handler>(AFTER_COMMIT))
      this.subscribe(mark, call);
  }

  handlersInTransaction(event: string): readonly Handler[] {
    return this.inTransaction.get(event) ?? [];
  }

  subscribersOf(event: string): readonly string[] {
    return this.subscribers.get(event) ?? [];
  }

  private subscribe({ event, subscriber }: AfterCommitSubscription, handler: Handler): void {
    if (this.emitter.hasListeners(subscriber)) throw new Error(`two subscribers are named ${subscriber}`);
    append(this.subscribers, event.name, subscriber);
    // The drainer awaits it through emitAsync.
    this.emitter.on(subscriber, (payload: object) => handler(payload) as unknown);
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
