import { Module } from '@nestjs/common';
import { CouponsModule } from '../coupons/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { AskAbout } from './attempts/ask-about.js';
import { billing } from './billing/billing.providers.js';
import { RecordInvoice } from './billing/record-invoice.js';
import { TakeBackInvoice } from './billing/take-back-invoice.js';
import { attempts } from './attempts/attempts.providers.js';
import { checkout } from './checkout/checkout.providers.js';
import { BeginPurchase } from './checkout/begin-purchase.js';
import { CreateSession } from './checkout/create-session.js';
import { ProcessPayment } from './checkout/process-payment.js';
import { ReadSession } from './checkout/read-session.js';
import { ReturnAddresses } from './checkout/return-addresses.js';
import { InitiateController } from './checkout/initiate.controller.js';
import { SessionsController } from './checkout/sessions.controller.js';
import { BuyersCouponsController } from './coupons/coupons.controller.js';
import { FirstPurchase } from './coupons/first-purchase.js';
import { ValidateForItem } from './coupons/validate-for-item.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { disputes } from './disputes/disputes.providers.js';
import { earningRules } from './earnings/earning-rules.js';
import { earnings } from './earnings/earnings.providers.js';
import { PaymentsController } from './history/payments.controller.js';
import { ReadPayments } from './history/read-payments.js';
import { MethodsController } from './methods/methods.controller.js';
import { methods } from './methods/methods.providers.js';
import { OwnMethods } from './methods/own-methods.js';
import { BookMovement } from './movements/book-movement.js';
import { CheckMovements } from './movements/check-movements.js';
import { movements } from './movements/movements.providers.js';
import { Disbursers } from './ports/disburser.js';
import { mpesa } from './mpesa/mpesa.providers.js';
import { paymob } from './paymob/paymob.providers.js';
import { PaymentStrategies } from './ports/payment-strategy.js';
import { ports } from './ports/ports.providers.js';
import { Purchasables } from './ports/purchasable.js';
import { SubscriptionBillers } from './ports/subscription-biller.js';
import { RefundPayment } from './refunds/refund-payment.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { refunds } from './refunds/refunds.providers.js';
import { Circuits } from './resilience/circuits.js';
import { PATIENCE, usualPatience } from './resilience/patience.js';
import { stripe } from './stripe/stripe.providers.js';
import { BuyersPlace } from './tax/buyers-place.js';
import { CalculateTax } from './tax/calculate-tax.js';
import { standardRates, TAX_TABLE } from './tax/tax-table.js';
import { TaxController } from './tax/tax.controller.js';
import { paymentRules } from './upkeep/payment-rules.js';
import { WalletStrategy } from './wallet/wallet.strategy.js';
import { InboxController } from './webhooks/admin/inbox.controller.js';
import { DarajaWebhookController } from './webhooks/daraja-webhook.controller.js';
import { PaymobWebhookController } from './webhooks/paymob-webhook.controller.js';
import { StripeWebhookController } from './webhooks/stripe-webhook.controller.js';
import { webhooks } from './webhooks/webhooks.providers.js';

@Module({
  imports: [LedgerModule, CouponsModule],
  controllers: [
    SessionsController,
    InitiateController,
    RefundsController,
    PaymentsController,
    DisputesController,
    MethodsController,
    BuyersCouponsController,
    TaxController,
    StripeWebhookController,
    DarajaWebhookController,
    PaymobWebhookController,
    InboxController,
  ],
  providers: [
    ...ports,
    ...attempts,
    ...billing,
    ...checkout,
    ...refunds,
    ...earnings,
    ...disputes,
    ...movements,
    ...methods,
    ...stripe,
    ...mpesa,
    ...paymob,
    ...webhooks,
    ReadPayments,
    FirstPurchase,
    ValidateForItem,
    BuyersPlace,
    CalculateTax,
    { provide: TAX_TABLE, useValue: standardRates },
    Circuits,
    { provide: PATIENCE, useValue: usualPatience },
    WalletStrategy,
    mustHold(paymentRules),
    mustHold(earningRules),
  ],
  exports: [
    Disbursers,
    SubscriptionBillers,
    Purchasables,
    PaymentStrategies,
    CreateSession,
    BeginPurchase,
    ProcessPayment,
    ReadSession,
    RefundPayment,
    BuyersPlace,
    CalculateTax,
    OwnMethods,
    ReturnAddresses,
    AskAbout,
    BookMovement,
    CheckMovements,
    RecordInvoice,
    TakeBackInvoice,
  ],
})
export class PaymentsModule {}
