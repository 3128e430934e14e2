export { ClassesModule } from './classes.module.js';
export {
  CheckInOpened,
  SessionCanceled,
  SessionCapacityChanged,
  SessionFinished,
  SessionMissed,
  SessionRescheduled,
} from './classes.events.js';
