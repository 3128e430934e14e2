import { CoursePlaces } from './course-places.js';
import { ExpireOffers } from './expire-offers.js';
import { GivePlaces } from './give-places.js';
import { KeepPending } from './keep-pending.js';

/** Places in courses that have a capacity, and who waits for one. */
export const waitlist = [CoursePlaces, KeepPending, GivePlaces, ExpireOffers];
