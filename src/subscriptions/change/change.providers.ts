import { CancelSubscription } from './cancel-subscription.js';
import { ChangeSubscription } from './change-subscription.js';
import { ClaimChange } from './claim-change.js';
import { PreviewSubscription } from './preview-subscription.js';
import { ResumeSubscription } from './resume-subscription.js';
import { RunningSubscription } from './running-subscription.js';

/** What its owner may do with a subscription. */
export const change = [
  RunningSubscription,
  ClaimChange,
  PreviewSubscription,
  ChangeSubscription,
  CancelSubscription,
  ResumeSubscription,
];
