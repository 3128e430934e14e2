import { defineProblem } from '../platform/errors/index.js';

export const TokenProblems = {
  insufficient: defineProblem({
    code: 'INSUFFICIENT_TOKENS',
    status: 400,
    title: 'There are not enough tokens for this',
  }),
  unknownReward: defineProblem({ code: 'NO_SUCH_REWARD', status: 400, title: 'Tokens are not turned into this' }),
};
