import { defineProblem } from '../platform/errors/index.js';

export const PackageProblems = {
  nothingLeft: defineProblem({
    code: 'PACKAGE_NOTHING_LEFT',
    status: 400,
    title: 'No credit of this package is left to refund',
  }),
};
