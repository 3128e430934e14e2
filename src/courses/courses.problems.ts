import { defineProblem } from '../platform/errors/index.js';

export const CourseProblems = {
  priceMismatch: defineProblem({
    code: 'PRICE_MISMATCH',
    status: 400,
    title: 'A premium course has a price above 0; a free one has none',
  }),
  priceTooHigh: defineProblem({ code: 'PRICE_TOO_HIGH', status: 400, title: 'The price is above the allowed maximum' }),
  currencyNotOffered: defineProblem({
    code: 'CURRENCY_NOT_OFFERED',
    status: 400,
    title: 'Courses cannot be priced in this currency',
  }),
  currencyRepeated: defineProblem({
    code: 'CURRENCY_REPEATED',
    status: 400,
    title: 'A course has one price per currency, the default price among them',
  }),
  nothingToTeach: defineProblem({
    code: 'COURSE_EMPTY',
    status: 400,
    title: 'A course needs at least one lecture before it is published',
  }),
  emptyQuiz: defineProblem({
    code: 'QUIZ_EMPTY',
    status: 400,
    title: 'A quiz needs at least one question before its course is published',
  }),
  accessRequired: defineProblem({ code: 'ACCESS_REQUIRED', status: 403, title: 'The course is not open to you' }),
  lastLecture: defineProblem({
    code: 'LAST_LECTURE',
    status: 409,
    title: 'A published course keeps at least one lecture; archive it to take it off sale',
  }),
  archived: defineProblem({ code: 'COURSE_ARCHIVED', status: 400, title: 'An archived course cannot be changed' }),
  capacityBelowPlaces: defineProblem({
    code: 'CAPACITY_BELOW_PLACES',
    status: 409,
    title: 'The capacity cannot be less than the places that are taken or offered',
  }),
  unknownInstructor: defineProblem({
    code: 'UNKNOWN_INSTRUCTOR',
    status: 400,
    title: 'The instructor is not a user with the role INSTRUCTOR',
  }),
} as const;
