import { DomainError } from '../../platform/errors/index.js';
import { ClassProblems, SessionProblems } from '../classes.problems.js';
import { cancellationDeadline, nightOf } from '../timetable/cancellation-deadline.js';
import type { ManagedSession } from './find-managed-session.js';

const LONGEST_MS = 24 * 3600_000;

/** When a session is held: from the start on, the end no longer part of it. */
export interface SessionTime {
  readonly startTime: Date;
  readonly endTime: Date;
}

/** A session's new time, with what follows from it. */
export interface NewTime extends SessionTime {
  readonly cancelUntil: Date;
}

/** @throws ClassProblems.startInPast, SessionProblems.length */
export function newTimeFor({ class: of, branch }: ManagedSession, time: SessionTime, now: Date): NewTime {
  checkTime(time, now);
  const night = nightOf(branch);
  const cancelUntil = cancellationDeadline(time.startTime, of.cancellationWindowMinutes, night, branch.timeZone);
  return { ...time, cancelUntil };
}

/** @throws ClassProblems.startInPast, SessionProblems.length */
export function checkTime({ startTime, endTime }: SessionTime, now: Date): void {
  if (startTime <= now) throw new DomainError(ClassProblems.startInPast);
  const length = endTime.getTime() - startTime.getTime();
  if (length <= 0 || length > LONGEST_MS) throw new DomainError(SessionProblems.length);
}
