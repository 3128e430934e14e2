import { BeginPurchase } from './begin-purchase.js';
import { CancelSession } from './cancel-session.js';
import { CreateSession } from './create-session.js';
import { EditMetadata } from './edit-metadata.js';
import { FitToProvider } from './fit-to-provider.js';
import { PriceSession } from './price-session.js';
import { ProcessPayment } from './process-payment.js';
import { ReadSession } from './read-session.js';
import { ReturnAddresses } from './return-addresses.js';

/** What a purchase costs, and its session. */
export const checkout = [
  CreateSession,
  BeginPurchase,
  ProcessPayment,
  PriceSession,
  FitToProvider,
  ReadSession,
  CancelSession,
  EditMetadata,
  ReturnAddresses,
];
