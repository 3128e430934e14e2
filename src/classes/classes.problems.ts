import { defineProblem } from '../platform/errors/index.js';

export const ClassProblems = {
  currencyNotOffered: defineProblem({
    code: 'CURRENCY_NOT_OFFERED',
    status: 400,
    title: 'Seats cannot be priced in this currency',
  }),
  unknownTeacher: defineProblem({
    code: 'UNKNOWN_TEACHER',
    status: 400,
    title: 'The teacher is not a user with the role INSTRUCTOR',
  }),
  staysAtBranch: defineProblem({
    code: 'CLASS_STAYS_AT_BRANCH',
    status: 400,
    title: 'A class stays at its branch: make another one there',
  }),
  hasSeats: defineProblem({
    code: 'CLASS_HAS_SEATS',
    status: 409,
    title: 'Seats of this class are taken: cancel their sessions first',
  }),
  notOfASeries: defineProblem({
    code: 'SESSION_NOT_OF_A_SERIES',
    status: 400,
    title: 'The session stands on its own: it has none that follow it',
  }),
  seriesCannotMove: defineProblem({
    code: 'SERIES_CANNOT_MOVE',
    status: 400,
    title: 'The recurrence rule does not follow this move: give the class another rule',
  }),
  startInPast: defineProblem({ code: 'START_IN_PAST', status: 400, title: 'A session cannot start in the past' }),
} as const;

export const SessionProblems = {
  tooEarly: defineProblem({ code: 'SESSION_TOO_EARLY', status: 400, title: 'It is too early for this' }),
  over: defineProblem({ code: 'SESSION_OVER', status: 400, title: 'The end of the session has passed' }),
  length: defineProblem({
    code: 'SESSION_LENGTH',
    status: 400,
    title: 'A session ends after it starts, and within 24 hours',
  }),
  timeNeeded: defineProblem({
    code: 'SESSION_TIME_NEEDED',
    status: 400,
    title: 'A canceled session is taken up again at a new time, by POST /sessions/:id/schedule',
  }),
  capacityBelowTaken: defineProblem({
    code: 'CAPACITY_BELOW_TAKEN',
    status: 400,
    title: 'The capacity cannot be less than the seats taken',
  }),
  notScheduled: defineProblem({
    code: 'SESSION_NOT_SCHEDULED',
    status: 409,
    title: 'Only a scheduled session can be changed',
  }),
  hasSeats: defineProblem({
    code: 'SESSION_HAS_SEATS',
    status: 409,
    title: 'Seats of this session have been booked: cancel it instead',
  }),
  teacherBusy: defineProblem({
    code: 'TEACHER_BUSY',
    status: 409,
    title: 'The teacher has another session at this time',
  }),
} as const;
