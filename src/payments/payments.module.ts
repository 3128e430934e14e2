import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { ApplyReport } from './checkout/apply-report.js';
import { Attempts } from './checkout/attempts.js';
import { BookUnapplied } from './checkout/book-unapplied.js';
import { CreateSession } from './checkout/create-session.js';
import { PostSale } from './checkout/post-sale.js';
import { ReadSession } from './checkout/read-session.js';
import { ResolveAttempts } from './checkout/resolve-attempts.js';
import { ReturnAddresses } from './checkout/return-addresses.js';
import { SessionsController } from './checkout/sessions.controller.js';
import { StartAttempt } from './checkout/start-attempt.js';
import { PaymentsController } from './history/payments.controller.js';
import { ReadPayments } from './history/read-payments.js';
import { PaymentStrategies } from './ports/payment-strategy.js';
import { Purchasables } from './ports/purchasable.js';
import { StripeClient } from './stripe/stripe-client.js';
import { StripeCustomers } from './stripe/stripe-customers.js';
import { StripeStrategy } from './stripe/stripe.strategy.js';
import { ProcessInbox } from './webhooks/process-inbox.js';
import { ReceiveWebhook } from './webhooks/receive-webhook.js';
import { StripeWebhookController } from './webhooks/stripe-webhook.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [SessionsController, PaymentsController, StripeWebhookController],
  providers: [
    Purchasables,
    PaymentStrategies,
    Attempts,
    CreateSession,
    StartAttempt,
    ReadSession,
    ReturnAddresses,
    ApplyReport,
    PostSale,
    BookUnapplied,
    ResolveAttempts,
    ReadPayments,
    ReceiveWebhook,
    ProcessInbox,
    StripeClient,
    StripeCustomers,
    StripeStrategy,
  ],
  exports: [Purchasables],
})
export class PaymentsModule {}
