import { Global, Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { EventBus } from './event-bus.js';
import { EventRegistry } from './event-registry.js';
import { OutboxDrainer } from './outbox-drainer.js';

@Global()
@Module({
  imports: [DiscoveryModule, EventEmitterModule.forRoot()],
  providers: [EventRegistry, EventBus, OutboxDrainer],
  exports: [EventBus],
})
export class EventsModule {}
