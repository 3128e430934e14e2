import { Global, Module } from '@nestjs/common';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { DiscoveryModule } from '../discovery/index.js';
import { DeadLettersController } from './dead-letters.controller.js';
import { EventBus } from './event-bus.js';
import { EventRegistry } from './event-registry.js';
import { OutboxDrainer } from './outbox-drainer.js';
import { ReadDeadLetters } from './read-dead-letters.js';
import { ReplayDeadLetter } from './replay-dead-letter.js';

@Global()
@Module({
  imports: [DiscoveryModule, EventEmitterModule.forRoot()],
  controllers: [DeadLettersController],
  providers: [EventRegistry, EventBus, OutboxDrainer, ReadDeadLetters, ReplayDeadLetter],
  exports: [EventBus],
})
export class EventsModule {}
