import { Disbursers } from './disburser.js';
import { MethodKeepers } from './method-keeper.js';
import { PaymentStrategies } from './payment-strategy.js';
import { Purchasables } from './purchasable.js';
import { SubscriptionBillers } from './subscription-biller.js';

/** What other features and providers plug into. */
export const ports = [Purchasables, PaymentStrategies, MethodKeepers, Disbursers, SubscriptionBillers];
