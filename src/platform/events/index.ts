export { AfterCommit, InTransaction } from './subscribe.js';
export { EventBus } from './event-bus.js';
export { EventsModule } from './events.module.js';
