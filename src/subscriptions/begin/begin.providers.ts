import { BeginSubscription } from './begin-subscription.js';
import { EndPage } from './end-page.js';
import { SubscriptionTerms } from './terms.js';

/** How a subscription comes to be. */
export const begin = [BeginSubscription, SubscriptionTerms, EndPage];
