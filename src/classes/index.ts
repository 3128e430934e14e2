export { ClassesModule } from './classes.module.js';
export { ClassProblems, SessionProblems } from './classes.problems.js';
export {
  CheckInOpened,
  SessionCanceled,
  SessionCapacityChanged,
  SessionFinished,
  SessionMissed,
  SessionRescheduled,
  SessionStarted,
} from './classes.events.js';
