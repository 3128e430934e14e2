import fc from 'fast-check';
import type { AbsenteePolicy, ClassSessionStatus } from '../../src/platform/database/index.js';

/* What people, staff and time do to class sessions and their seats, as data: drawn by a property, done by the world, foretold by the model. */

export const STUDENTS = 4;
/** Two seats and a half, so that running out of money is as common as having it. */
export const PURSE = 2500;
export const PRICE = 1000;
export const TAX = 160;
/** Of a FLEXIBLE seat that stays empty. */
export const FEE = 250;

/** One of each policy; the first two overlap. Minutes from the beginning of a world, off the half hours by which its clock moves. */
export const SESSIONS: readonly { policy: AbsenteePolicy; start: number; capacity: number }[] = [
  { policy: 'STRICT', start: 165, capacity: 2 },
  { policy: 'FLEXIBLE', start: 195, capacity: 3 },
  { policy: 'MANUAL', start: 315, capacity: 2 },
];
export const LENGTH = 60;
export const WINDOW = 120;

export type Action =
  | { kind: 'book' | 'cash'; session: number; student: number }
  /** `seat` is taken modulo how many there are. */
  | { kind: 'cancel'; seat: number; by: 'student' | 'admin' }
  | { kind: 'checkIn' | 'noShow' | 'charge' | 'release'; seat: number }
  | { kind: 'move'; session: number; to: ClassSessionStatus }
  /** To the status that comes next, where there is one; if told so, once its time has come. */
  | { kind: 'goOn'; session: number; wait: boolean }
  /** Takes a canceled session up again, or moves one that is scheduled, to so many minutes from now. */
  | { kind: 'reschedule' | 'edit'; session: number; inMinutes: number }
  | { kind: 'capacity'; session: number; capacity: number }
  /** The job that settles the seats of a session, if it has anything to do. */
  | { kind: 'settle'; session: number }
  /** The job that moves on what nobody moved. */
  | { kind: 'moveDue' }
  | { kind: 'clock'; minutes: number };

/** How an action ends: `done`, or the code of the refusal. */
export type Outcome = string;

const session = fc.nat(SESSIONS.length - 1);
const student = fc.nat(STUDENTS - 1);
const seat = fc.nat(11);
const of = <const Kind>(...kinds: Kind[]) => fc.constantFrom(...kinds);
const status = of<ClassSessionStatus>(
  'CHECKING_IN',
  'CONDUCTING',
  'FINISHED',
  'CANCELED',
  'CANCELED',
  'SCHEDULED',
  'MISSED',
);

export const onward: Partial<Record<ClassSessionStatus, ClassSessionStatus>> = {
  SCHEDULED: 'CHECKING_IN',
  CHECKING_IN: 'CONDUCTING',
  CONDUCTING: 'FINISHED',
};
/** How long before a session its time has come. */
export const SHORTLY = 45;

export const actions: fc.Arbitrary<Action>[] = [
  fc.record({ kind: of('book'), session, student }),
  fc.record({ kind: of('book'), session, student }),
  fc.record({ kind: of('book'), session, student }),
  fc.record({ kind: of('cash'), session, student }),
  fc.record({ kind: of('cancel'), seat, by: of('student', 'student', 'admin') }),
  fc.record({ kind: of('checkIn', 'checkIn', 'noShow'), seat }),
  fc.record({ kind: of('checkIn', 'noShow'), seat }),
  fc.record({ kind: of('charge', 'release'), seat }),
  fc.record({ kind: of('goOn'), session, wait: fc.boolean() }),
  fc.record({ kind: of('goOn'), session, wait: fc.boolean() }),
  fc.record({ kind: of('goOn'), session, wait: fc.boolean() }),
  fc.record({ kind: of('move'), session, to: status }),
  fc.record({ kind: of('reschedule'), session, inMinutes: of(45, 135, 165, 315) }),
  fc.record({ kind: of('edit'), session, inMinutes: of(45, 135, 165, 315) }),
  fc.record({ kind: of('capacity'), session, capacity: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: of('settle'), session }),
  fc.record({ kind: of('settle'), session }),
  fc.record({ kind: of('moveDue') }),
  fc.record({ kind: of('clock'), minutes: of(30, 30, 60, 180) }),
];

/** So that there is something to work with. */
export const prologue: Action[] = [
  { kind: 'book', session: 0, student: 0 },
  { kind: 'book', session: 1, student: 1 },
  { kind: 'cash', session: 1, student: 2 },
  { kind: 'book', session: 2, student: 2 },
  { kind: 'cash', session: 2, student: 0 },
];
