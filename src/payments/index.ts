export { AskAbout } from './attempts/ask-about.js';
export { type InvoiceToRecord, RecordInvoice, SUBSCRIPTION_KIND } from './billing/record-invoice.js';
export { TakeBackInvoice } from './billing/take-back-invoice.js';
export { BeginPurchase } from './checkout/begin-purchase.js';
export { CreateSession, purchaseRefusals, sessionRefusals } from './checkout/create-session.js';
export { ProcessPayment } from './checkout/process-payment.js';
export { ReadSession } from './checkout/read-session.js';
export { ReturnAddresses } from './checkout/return-addresses.js';
export { CreatedSessionDto, CreateSessionDto, WayToPayDto } from './checkout/sessions.dto.js';
export { OwnMethods } from './methods/own-methods.js';
export { BookMovement } from './movements/book-movement.js';
export { CheckMovements } from './movements/check-movements.js';
export {
  DisbursementReported,
  DisputeClosed,
  DisputeOpened,
  PayeeReported,
  PaymentCompleted,
  PaymentUnapplied,
  RefundFailed,
  RefundSettled,
  SubscriptionReported,
} from './payments.events.js';
export { type Disburser, Disbursers, type Payee, type PayeeStanding } from './ports/disburser.js';
export { PaymentProblems } from './payments.problems.js';
export { RefundPayment } from './refunds/refund-payment.js';
export { PaymentsModule } from './payments.module.js';
export {
  type DisbursementReport,
  PaymentStrategies,
  ProviderFailure,
  type StatementLine,
} from './ports/payment-strategy.js';
export { StatementFlaws } from './ports/statement-flaws.js';
export {
  type Borne,
  type Fulfilment,
  type PaidSession,
  type PayeeShare,
  type Purchasable,
  Purchasables,
  type Quote,
  type SoldItem,
} from './ports/purchasable.js';
export {
  type ChangePreview,
  type PaidInvoice,
  type PlanPrice,
  type SubscriptionBiller,
  SubscriptionBillers,
  type SubscriptionOrder,
  type SubscriptionReading,
} from './ports/subscription-biller.js';
export { gatewayError } from './resilience/gateway-error.js';
export { BuyersPlace } from './tax/buyers-place.js';
export { type CalculatedTax, CalculateTax } from './tax/calculate-tax.js';
