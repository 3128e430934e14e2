import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { AFTER_COMMIT, type AfterCommitSubscription, type EventClass, IN_TRANSACTION } from './subscribe.js';

export type Handler = (event: object) => Promise<void>;

/** Knows who listens to what. Found once, at start, from the two decorators. */
@Injectable()
export class EventRegistry implements OnModuleInit {
  private readonly inTransaction = new Map<string, Handler[]>();
  private readonly subscribers = new Map<string, string[]>();

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
    private readonly emitter: EventEmitter2,
  ) {}

  onModuleInit(): void {
    for (const { instance } of this.discovery.getProviders()) {
      if (typeof instance !== 'object' || instance === null) continue;
      const methods = instance as Record<string, Handler>;
      for (const name of this.scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object)) {
        const method = methods[name];
        if (typeof method === 'function') this.add(method, method.bind(instance));
      }
    }
  }

  handlersInTransaction(event: string): readonly Handler[] {
    return this.inTransaction.get(event) ?? [];
  }

  subscribersOf(event: string): readonly string[] {
    return this.subscribers.get(event) ?? [];
  }

  private add(method: Handler, handler: Handler): void {
    const event = this.reflector.get<EventClass | undefined>(IN_TRANSACTION, method);
    if (event) append(this.inTransaction, event.name, handler);
    const subscription = this.reflector.get<AfterCommitSubscription | undefined>(AFTER_COMMIT, method);
    if (!subscription) return;
    const { subscriber } = subscription;
    if (this.emitter.hasListeners(subscriber)) throw new Error(`two subscribers are named ${subscriber}`);
    append(this.subscribers, subscription.event.name, subscriber);
    // The drainer awaits it through emitAsync.
    this.emitter.on(subscriber, (event: object) => handler(event) as unknown);
  }
}

function append<T>(map: Map<string, T[]>, key: string, value: T): void {
  map.set(key, [...(map.get(key) ?? []), value]);
}
