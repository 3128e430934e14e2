import type { ClassSessionStatus } from '../../platform/database/index.js';
import {
  CheckInOpened,
  SessionCanceled,
  SessionFinished,
  SessionMissed,
  SessionRescheduled,
  SessionStarted,
} from '../classes.events.js';

/** Who moves a session: staff of its branch, an admin, or time itself. */
export type Mover = 'staff' | 'admin' | 'job';

export interface Transition {
  readonly from: ClassSessionStatus;
  readonly to: ClassSessionStatus;
  readonly who: readonly Mover[];
  /** Not before so many minutes after this moment of the session; negative for before it. */
  readonly notBefore?: { readonly moment: 'startTime' | 'endTime'; readonly minutes: number };
  /** Not once the session's end has passed. */
  readonly untilEnd?: true;
  /** Only together with another time. */
  readonly atNewTime?: true;
  readonly announces: (sessionId: string, reason: string | null) => object;
}

const people = ['staff', 'admin'] as const;
const time = ['job'] as const;

/** Every way a session can go, by whom, when, and which event tells of it. What is not listed is refused. */
export const sessionTransitions: readonly Transition[] = [
  {
    ...{ from: 'SCHEDULED', to: 'CHECKING_IN', who: people },
    notBefore: { moment: 'startTime', minutes: -60 },
    untilEnd: true,
    announces: (id) => new CheckInOpened(id),
  },
  {
    ...{ from: 'CHECKING_IN', to: 'CONDUCTING', who: people },
    untilEnd: true,
    announces: (id) => new SessionStarted(id),
  },
  {
    ...{ from: 'CONDUCTING', to: 'FINISHED', who: people },
    announces: (id) => new SessionFinished(id),
  },
  {
    ...{ from: 'CONDUCTING', to: 'FINISHED', who: time },
    notBefore: { moment: 'endTime', minutes: 60 },
    announces: (id) => new SessionFinished(id),
  },
  {
    ...{ from: 'SCHEDULED', to: 'CANCELED', who: people },
    announces: (id, reason) => new SessionCanceled(id, reason),
  },
  {
    ...{ from: 'CHECKING_IN', to: 'CANCELED', who: people },
    announces: (id, reason) => new SessionCanceled(id, reason),
  },
  {
    ...{ from: 'SCHEDULED', to: 'MISSED', who: time },
    notBefore: { moment: 'endTime', minutes: 0 },
    announces: (id) => new SessionMissed(id),
  },
  {
    ...{ from: 'CHECKING_IN', to: 'MISSED', who: time },
    notBefore: { moment: 'endTime', minutes: 0 },
    announces: (id) => new SessionMissed(id),
  },
  {
    ...{ from: 'CANCELED', to: 'SCHEDULED', who: people },
    atNewTime: true,
    announces: (id) => new SessionRescheduled(id),
  },
];

export function findTransition(from: ClassSessionStatus, to: ClassSessionStatus, mover: Mover): Transition | undefined {
  return sessionTransitions.find((one) => one.from === from && one.to === to && one.who.includes(mover));
}

/** The table as the API's documentation shows it; all of it, or what leads to one status. */
export function transitionsInWords(to?: ClassSessionStatus): string {
  const rows = sessionTransitions.filter((one) => to === undefined || one.to === to);
  const lines = rows.map((one) => `| ${one.from} → ${one.to} | ${one.who.join(', ')} | ${whenInWords(one)} |`);
  return ['| status | by | when |', '| --- | --- | --- |', ...lines].join('\n');
}

function whenInWords({ notBefore, untilEnd, atNewTime }: Transition): string {
  const words = [notBefore && momentInWords(notBefore), untilEnd && 'until the end', atNewTime && 'at a new time'];
  return words.filter(Boolean).join(', ') || 'any time';
}

function momentInWords({ moment, minutes }: NonNullable<Transition['notBefore']>): string {
  const of = moment === 'startTime' ? 'the start' : 'the end';
  if (minutes === 0) return `once ${of} has passed`;
  return minutes < 0 ? `from ${-minutes} minutes before ${of}` : `${minutes} minutes after ${of}`;
}
