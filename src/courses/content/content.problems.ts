import { defineProblem } from '../../platform/errors/index.js';

export const ContentProblems = {
  lengthRequired: defineProblem({ code: 'LENGTH_REQUIRED', status: 411, title: 'Say how long the file is' }),
  tooLarge: defineProblem({ code: 'FILE_TOO_LARGE', status: 413, title: 'The file is too large' }),
  typeNotTaken: defineProblem({
    code: 'MEDIA_TYPE_NOT_TAKEN',
    status: 415,
    title: 'Files of this media type are not taken',
  }),
  typeMismatch: defineProblem({
    code: 'MEDIA_TYPE_MISMATCH',
    status: 415,
    title: 'The file is not what its Content-Type says',
  }),
  incomplete: defineProblem({ code: 'FILE_INCOMPLETE', status: 400, title: 'The file did not come whole' }),
  quiz: defineProblem({ code: 'LECTURE_IS_A_QUIZ', status: 409, title: 'A quiz has questions, no file' }),
  notEnrolled: defineProblem({ code: 'NOT_ENROLLED', status: 403, title: 'Enroll in the course first' }),
  urlInvalid: defineProblem({ code: 'CONTENT_URL_INVALID', status: 403, title: 'This address was not given by us' }),
  urlExpired: defineProblem({
    code: 'CONTENT_URL_EXPIRED',
    status: 403,
    title: 'This address has expired: ask for another',
  }),
  urlNotYours: defineProblem({
    code: 'CONTENT_URL_NOT_YOURS',
    status: 403,
    title: 'This address was given to somebody else',
  }),
  replaced: defineProblem({
    code: 'CONTENT_REPLACED',
    status: 410,
    title: 'The lecture has another file now: ask for its address',
  }),
  range: defineProblem({ code: 'RANGE_NOT_SATISFIABLE', status: 416, title: 'The file has no such bytes' }),
} as const;
