import { ApplyReading } from './apply-reading.js';
import { GiveUnbegunBack } from './give-unbegun-back.js';
import { KeepStray } from './keep-stray.js';
import { LookAtSubscriptions } from './look-at-subscriptions.js';
import { SellSubscription } from './sell-subscription.js';

/** How a subscription stands at its provider, and what follows. */
export const following = [LookAtSubscriptions, ApplyReading, KeepStray, GiveUnbegunBack, SellSubscription];
