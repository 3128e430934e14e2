import { PaymobCallbacks } from './paymob-callbacks.js';
import { PaymobClient } from './paymob-client.js';
import { PaymobIntentions } from './paymob-intentions.js';
import { PaymobRefunds } from './paymob-refunds.js';
import { PaymobStrategy } from './paymob.strategy.js';

/** Paymob. Whatever knows it stands in this folder. */
export const paymob = [PaymobClient, PaymobIntentions, PaymobRefunds, PaymobCallbacks, PaymobStrategy];
