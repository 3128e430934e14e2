import { defineProblem } from '../platform/errors/index.js';

export const LicensingProblems = {
  notOffered: defineProblem({
    code: 'LICENSES_NOT_OFFERED',
    status: 409,
    title: 'No licences are sold here: there is no key to sign them with',
  }),
  tierUnknown: defineProblem({ code: 'TIER_NOT_OFFERED', status: 400, title: 'There is no such tier' }),
  tooManySeats: defineProblem({ code: 'SEATS_NOT_OFFERED', status: 400, title: 'The tier has not so many seats' }),
  notNow: defineProblem({
    code: 'NOT_IN_THIS_STATUS',
    status: 409,
    title: 'This cannot be done to the licence as it stands',
  }),
  nothingToPay: defineProblem({ code: 'NOTHING_TO_PAY', status: 409, title: 'The licence has no term to be paid' }),
  termChanged: defineProblem({
    code: 'TERM_CHANGED',
    status: 409,
    title: 'What was paid for is no longer what the licence is offered for',
  }),
  termOver: defineProblem({
    code: 'TERM_WOULD_BE_OVER',
    status: 400,
    title: 'Renewed from its end the licence would have expired already: renew it from now',
  }),
  seatsInUse: defineProblem({
    code: 'SEATS_IN_USE',
    status: 409,
    title: 'More seats are taken than that: take some away first',
  }),
  noSeatLeft: defineProblem({ code: 'NO_SEAT_LEFT', status: 409, title: 'All seats of the licence are taken' }),
  seated: defineProblem({ code: 'SEAT_HELD', status: 409, title: 'This person has a seat of the licence already' }),
  invitationOver: defineProblem({
    code: 'SEAT_INVITATION_OVER',
    status: 409,
    title: 'The invitation was used, withdrawn, or not accepted in time',
  }),
  keyRefused: defineProblem({ code: 'LICENSE_KEY_REFUSED', status: 400, title: 'This is no licence key of ours' }),
  domainTaken: defineProblem({
    code: 'DOMAIN_TAKEN',
    status: 409,
    title: 'Another licence is activated on this domain',
  }),
  tooManyDomains: defineProblem({
    code: 'DOMAINS_USED_UP',
    status: 409,
    title: 'The licence is activated on as many domains as its tier allows',
  }),
  brandingNotIncluded: defineProblem({
    code: 'BRANDING_NOT_INCLUDED',
    status: 403,
    title: 'The tier of the licence does not include this',
  }),
} as const;
