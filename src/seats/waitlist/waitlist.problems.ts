import { defineProblem } from '../../platform/errors/index.js';

export const WaitlistProblems = {
  closed: defineProblem({
    code: 'WAITLIST_CLOSED',
    status: 400,
    title: 'Nobody can wait for this session any more: its waitlist is closed',
  }),
  seatsLeft: defineProblem({
    code: 'SEATS_LEFT',
    status: 409,
    title: 'There are seats left in this session: book one instead',
  }),
} as const;
