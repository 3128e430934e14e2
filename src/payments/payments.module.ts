import { Module } from '@nestjs/common';
import { CouponsModule } from '../coupons/index.js';
import { LedgerModule, mustHold } from '../ledger/index.js';
import { ApplyAttemptReport } from './attempts/apply-attempt-report.js';
import { Attempts } from './attempts/attempts.js';
import { BookUnapplied } from './attempts/book-unapplied.js';
import { PostSale } from './attempts/post-sale.js';
import { ResolveAttempts } from './attempts/resolve-attempts.js';
import { SettlePayment } from './attempts/settle-payment.js';
import { StartAttempt } from './attempts/start-attempt.js';
import { CancelSession } from './checkout/cancel-session.js';
import { CreateSession } from './checkout/create-session.js';
import { EditMetadata } from './checkout/edit-metadata.js';
import { FitToProvider } from './checkout/fit-to-provider.js';
import { PriceSession } from './checkout/price-session.js';
import { ProcessPayment } from './checkout/process-payment.js';
import { ReadSession } from './checkout/read-session.js';
import { ReturnAddresses } from './checkout/return-addresses.js';
import { SessionsController } from './checkout/sessions.controller.js';
import { BuyersCouponsController } from './coupons/coupons.controller.js';
import { FirstPurchase } from './coupons/first-purchase.js';
import { ValidateForItem } from './coupons/validate-for-item.js';
import { ApplyDisputeReport } from './disputes/apply-dispute-report.js';
import { DisputesController } from './disputes/disputes.controller.js';
import { LoseUnapplied } from './disputes/lose-unapplied.js';
import { ReadDisputes } from './disputes/read-disputes.js';
import { PaymentsController } from './history/payments.controller.js';
import { ReadPayments } from './history/read-payments.js';
import { AdoptMethod } from './methods/adopt-method.js';
import { ApplyMethodReport } from './methods/apply-method-report.js';
import { BeginSetup } from './methods/begin-setup.js';
import { KeepMethod } from './methods/keep-method.js';
import { MakeDefault } from './methods/make-default.js';
import { MethodsController } from './methods/methods.controller.js';
import { OwnMethods } from './methods/own-methods.js';
import { ReadMethods } from './methods/read-methods.js';
import { RemoveMethod } from './methods/remove-method.js';
import { ResolveSetups } from './methods/resolve-setups.js';
import { BookMovement } from './movements/book-movement.js';
import { BookMovements } from './movements/book-movements.js';
import { CheckMovements } from './movements/check-movements.js';
import { MethodKeepers } from './ports/method-keeper.js';
import { PaymentStrategies } from './ports/payment-strategy.js';
import { Purchasables } from './ports/purchasable.js';
import { ApplyRefundReport } from './refunds/apply-refund-report.js';
import { CarryOutRefunds } from './refunds/carry-out-refunds.js';
import { ConcludeRefund } from './refunds/conclude-refund.js';
import { MoveStanding } from './refunds/move-standing.js';
import { PaidPayments } from './refunds/paid-payments.js';
import { RecordRefund } from './refunds/record-refund.js';
import { RefundPayment } from './refunds/refund-payment.js';
import { RefundsController } from './refunds/refunds.controller.js';
import { ReturnUnapplied } from './refunds/return-unapplied.js';
import { PutBack } from './refunds/put-back.js';
import { ReverseSale } from './refunds/reverse-sale.js';
import { Circuits } from './resilience/circuits.js';
import { PATIENCE, usualPatience } from './resilience/patience.js';
import { StripeCheckout } from './stripe/stripe-checkout.js';
import { StripeClient } from './stripe/stripe-client.js';
import { StripeCustomers } from './stripe/stripe-customers.js';
import { StripeMethods } from './stripe/stripe-methods.js';
import { StripeMovements } from './stripe/stripe-movements.js';
import { StripeRefunds } from './stripe/stripe-refunds.js';
import { StripeSavedCards } from './stripe/stripe-saved-cards.js';
import { StripeStrategy } from './stripe/stripe.strategy.js';
import { CalculateTax } from './tax/calculate-tax.js';
import { standardRates, TAX_TABLE } from './tax/tax-table.js';
import { TaxController } from './tax/tax.controller.js';
import { paymentRules } from './upkeep/payment-rules.js';
import { WalletStrategy } from './wallet/wallet.strategy.js';
import { InboxController } from './webhooks/admin/inbox.controller.js';
import { ReadInbox } from './webhooks/admin/read-inbox.js';
import { ReplayEvent } from './webhooks/admin/replay-event.js';
import { ApplyReport } from './webhooks/apply-report.js';
import { ProcessInbox } from './webhooks/process-inbox.js';
import { ReceiveWebhook } from './webhooks/receive-webhook.js';
import { StripeWebhookController } from './webhooks/stripe-webhook.controller.js';

const ports = [Purchasables, PaymentStrategies, MethodKeepers];
const attempts = [Attempts, StartAttempt, ApplyAttemptReport, ResolveAttempts, SettlePayment, PostSale, BookUnapplied];
const checkout = [
  CreateSession,
  ProcessPayment,
  PriceSession,
  FitToProvider,
  FirstPurchase,
  ReadSession,
  CancelSession,
  EditMetadata,
  ReturnAddresses,
];
const refunds = [
  PaidPayments,
  RefundPayment,
  RecordRefund,
  ReverseSale,
  PutBack,
  ReturnUnapplied,
  CarryOutRefunds,
  ApplyRefundReport,
  ConcludeRefund,
  MoveStanding,
];
const disputes = [ApplyDisputeReport, LoseUnapplied, ReadDisputes];
const movements = [CheckMovements, BookMovements, BookMovement];
const methods = [
  OwnMethods,
  BeginSetup,
  AdoptMethod,
  KeepMethod,
  ReadMethods,
  RemoveMethod,
  MakeDefault,
  ResolveSetups,
  ApplyMethodReport,
];
const stripe = [
  StripeClient,
  StripeCustomers,
  StripeCheckout,
  StripeSavedCards,
  StripeMethods,
  StripeRefunds,
  StripeMovements,
  StripeStrategy,
];
const webhooks = [ReceiveWebhook, ProcessInbox, ApplyReport, ReadInbox, ReplayEvent];

@Module({
  imports: [LedgerModule, CouponsModule],
  controllers: [
    SessionsController,
    RefundsController,
    PaymentsController,
    DisputesController,
    MethodsController,
    BuyersCouponsController,
    TaxController,
    StripeWebhookController,
    InboxController,
  ],
  providers: [
    ...ports,
    ...attempts,
    ...checkout,
    ...refunds,
    ...disputes,
    ...movements,
    ...methods,
    ...stripe,
    ...webhooks,
    ReadPayments,
    ValidateForItem,
    CalculateTax,
    { provide: TAX_TABLE, useValue: standardRates },
    Circuits,
    { provide: PATIENCE, useValue: usualPatience },
    WalletStrategy,
    mustHold(paymentRules),
  ],
  exports: [Purchasables, PaymentStrategies, CreateSession, ProcessPayment, ReadSession, RefundPayment, CalculateTax],
})
export class PaymentsModule {}
