import { defineProblem } from '../platform/errors/index.js';

export const SeatProblems = {
  enrolled: defineProblem({
    code: 'ALREADY_ENROLLED_IN_SESSION',
    status: 400,
    title: 'Student already enrolled in this session',
  }),
  insufficient: defineProblem({
    code: 'INSUFFICIENT_CREDITS_OR_BALANCE',
    status: 400,
    title: 'Insufficient package credits or wallet balance',
  }),
  overlaps: defineProblem({
    code: 'SESSIONS_OVERLAP',
    status: 400,
    title: 'Student has a seat in another session at this time',
  }),
  full: defineProblem({ code: 'SESSION_FULL', status: 409, title: 'No seats left in this session' }),
  closed: defineProblem({ code: 'SESSION_CLOSED', status: 400, title: 'This session does not take bookings any more' }),
  tooLate: defineProblem({ code: 'TOO_LATE_TO_CANCEL', status: 400, title: 'Too late to cancel' }),
  notLive: defineProblem({ code: 'SEAT_NOT_LIVE', status: 409, title: 'This seat is no longer taken' }),
  checkedIn: defineProblem({ code: 'SEAT_CHECKED_IN', status: 409, title: 'The student has checked in' }),
  notCheckingIn: defineProblem({
    code: 'SESSION_NOT_CHECKING_IN',
    status: 400,
    title: 'Students check in while the session checks in or is conducted',
  }),
  notBegun: defineProblem({
    code: 'SESSION_NOT_BEGUN',
    status: 400,
    title: 'Nobody is absent before the session begins',
  }),
  undecided: defineProblem({
    code: 'SEAT_UNDECIDED',
    status: 409,
    title: 'An admin charges or releases the seats of this class',
  }),
  notUndecided: defineProblem({
    code: 'SEAT_NOT_UNDECIDED',
    status: 409,
    title: 'Only a held seat of a class with the MANUAL policy is charged or released',
  }),
  settling: defineProblem({
    code: 'SEATS_SETTLING',
    status: 409,
    title: 'The seats of this session are still being settled; try again in a moment',
  }),
  notAStudent: defineProblem({ code: 'NOT_A_STUDENT', status: 400, title: 'There is no such student' }),
  /** Found by the cash desk, which listens to `CashTaken`. */
  cashDayClosed: defineProblem({
    code: 'CASH_DAY_CLOSED',
    status: 409,
    title: 'The cash drawer is closed for this day',
  }),
} as const;
