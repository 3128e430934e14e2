export {
  SubscriptionChanged,
  SubscriptionChangeScheduled,
  SubscriptionEnded,
  SubscriptionGraceEnded,
  SubscriptionPaid,
  SubscriptionPaymentFailed,
  SubscriptionRecovered,
  SubscriptionRenewed,
  SubscriptionStarted,
  TrialEnding,
} from './subscriptions.events.js';
export { SubscriptionsModule } from './subscriptions.module.js';
