import { defineProblem } from '../../platform/errors/index.js';

export const BundleProblems = {
  notSold: defineProblem({
    code: 'BUNDLE_COURSE_NOT_SOLD',
    status: 400,
    title: 'A bundle is made of published, premium courses that need no invitation',
  }),
  repeated: defineProblem({ code: 'BUNDLE_COURSE_REPEATED', status: 400, title: 'A course is in a bundle once' }),
  archived: defineProblem({ code: 'BUNDLE_ARCHIVED', status: 409, title: 'An archived bundle cannot be changed' }),
} as const;
