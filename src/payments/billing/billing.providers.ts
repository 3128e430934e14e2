import { mustHold } from '../../ledger/index.js';
import { billingRules } from './billing-rules.js';
import { RecordInvoice } from './record-invoice.js';
import { TakeBackInvoice } from './take-back-invoice.js';

/** What providers collect by themselves, again and again. */
export const billing = [RecordInvoice, TakeBackInvoice, mustHold(billingRules)];
