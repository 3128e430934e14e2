import { MpesaCallbacks } from './mpesa-callbacks.js';
import { MpesaClient } from './mpesa-client.js';
import { MpesaDisbursements } from './mpesa-disbursements.js';
import { MpesaPayouts } from './mpesa-payouts.js';
import { MpesaPushes } from './mpesa-pushes.js';
import { MpesaRequests } from './mpesa-requests.js';
import { MpesaReversals } from './mpesa-reversals.js';
import { MpesaStatus } from './mpesa-status.js';
import { MpesaStrategy } from './mpesa.strategy.js';

/** M-Pesa. Whatever knows Daraja stands in this folder. */
export const mpesa = [
  MpesaClient,
  MpesaRequests,
  MpesaStatus,
  MpesaPushes,
  MpesaReversals,
  MpesaDisbursements,
  MpesaPayouts,
  MpesaCallbacks,
  MpesaStrategy,
];
