import { Module } from '@nestjs/common';
import { EnrollmentsModule } from '../enrollments/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { PaymentsModule } from '../payments/index.js';
import { GiveCourses } from './access/give-courses.js';
import { GiveFeatures } from './access/give-features.js';
import { OwnPlan } from './access/own-plan.js';
import { begin } from './begin/begin.providers.js';
import { change } from './change/change.providers.js';
import { following } from './following/following.providers.js';
import { plans } from './plans/plans.providers.js';
import { ShowSubscription } from './reading/show-subscription.js';
import { subscriptionRules } from './reading/subscription-rules.js';
import { SubscriptionsController } from './subscriptions.controller.js';

const access = [OwnPlan, GiveFeatures, GiveCourses];
const reading = [ShowSubscription, mustHold(subscriptionRules)];

@Module({
  imports: [LedgerModule, PaymentsModule, EnrollmentsModule],
  controllers: [SubscriptionsController],
  providers: [...plans, ...begin, ...change, ...following, ...access, ...reading],
})
export class SubscriptionsModule {}
