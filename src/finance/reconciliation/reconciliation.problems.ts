import { defineProblem } from '../../platform/errors/index.js';

export const ReconciliationProblems = {
  noStatement: defineProblem({
    code: 'NO_STATEMENT',
    status: 400,
    title: 'This provider has no such statement',
  }),
  unreadable: defineProblem({
    code: 'STATEMENT_UNREADABLE',
    status: 400,
    title: 'The file cannot be read as a statement of this provider; nothing of it was kept',
  }),
  closed: defineProblem({
    code: 'DISCREPANCY_CLOSED',
    status: 409,
    title: 'This discrepancy is not open any more',
  }),
  changed: defineProblem({
    code: 'DISCREPANCY_CHANGED',
    status: 409,
    title: 'The books have changed since this was found; run the reconciliation again',
  }),
  notPossible: defineProblem({
    code: 'ACTION_NOT_POSSIBLE',
    status: 400,
    title: 'This cannot be done about this discrepancy',
  }),
} as const;
