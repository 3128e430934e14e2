import { AcceptInvitation } from './accept-invitation.js';
import { Invitations } from './invitations.js';

/** Who may have a place in a course that is by invitation only. */
export const invitations = [Invitations, AcceptInvitation];
