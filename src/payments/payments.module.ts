import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/index.js';
import { ApplyReport } from './checkout/apply-report.js';
import { Attempts } from './checkout/attempts.js';
import { BookUnapplied } from './checkout/book-unapplied.js';
import { CreateSession } from './checkout/create-session.js';
import { PostSale } from './checkout/post-sale.js';
import { PriceSession } from './checkout/price-session.js';
import { SettlePayment } from './checkout/settle-payment.js';
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
import { CalculateTax } from './tax/calculate-tax.js';
import { standardRates, TAX_TABLE } from './tax/tax-table.js';
import { TaxController } from './tax/tax.controller.js';
import { PaymentRules } from './upkeep/payment-rules.js';
import { WalletStrategy } from './wallet/wallet.strategy.js';
import { ProcessInbox } from './webhooks/process-inbox.js';
import { ReceiveWebhook } from './webhooks/receive-webhook.js';
import { StripeWebhookController } from './webhooks/stripe-webhook.controller.js';

@Module({
  imports: [LedgerModule],
  controllers: [SessionsController, PaymentsController, TaxController, StripeWebhookController],
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
    PriceSession,
    CalculateTax,
    { provide: TAX_TABLE, useValue: standardRates },
    SettlePayment,
    BookUnapplied,
    ResolveAttempts,
    ReadPayments,
    ReceiveWebhook,
    ProcessInbox,
    StripeClient,
    StripeCustomers,
    StripeStrategy,
    WalletStrategy,
    PaymentRules,
  ],
  exports: [Purchasables, PaymentStrategies, CreateSession, ReadSession],
})
export class PaymentsModule {}
