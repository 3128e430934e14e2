/** The sweep that brings the courses of seats' holders to where their seats are. */
export const FOLLOW_SEATS = 'licensing.seats';
