import { defineProblem } from '../platform/errors/index.js';

export const IdentityProblems = {
  invalidCredentials: defineProblem({
    code: 'INVALID_CREDENTIALS',
    status: 401,
    title: 'The e-mail or the password is wrong',
  }),
  emailTaken: defineProblem({ code: 'EMAIL_TAKEN', status: 409, title: 'This e-mail is already in use' }),
  invalidRefreshToken: defineProblem({
    code: 'INVALID_REFRESH_TOKEN',
    status: 401,
    title: 'The refresh token is unknown or expired; sign in again',
  }),
  refreshTokenReused: defineProblem({
    code: 'REFRESH_TOKEN_REUSED',
    status: 401,
    title: 'The refresh token was used before or revoked; its sign-in has been ended everywhere',
  }),
  centerInUse: defineProblem({
    code: 'CENTER_IN_USE',
    status: 409,
    title: 'The center has branches: close them first',
  }),
  branchInUse: defineProblem({
    code: 'BRANCH_IN_USE',
    status: 409,
    title: 'The branch has classes: remove them first',
  }),
  notStaff: defineProblem({ code: 'NOT_STAFF', status: 400, title: 'The user does not have the role STAFF' }),
  tooManyFriends: defineProblem({
    code: 'TOO_MANY_FRIENDS',
    status: 409,
    title: 'You have 1,000 friends and open requests; end or take back one first',
  }),
  lastAdmin: defineProblem({ code: 'LAST_ADMIN', status: 409, title: 'The last admin must remain one' }),
} as const;
