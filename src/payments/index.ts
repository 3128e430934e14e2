export { PaymentCompleted, PaymentUnapplied } from './payments.events.js';
export { PaymentProblems } from './payments.problems.js';
export { PaymentsModule } from './payments.module.js';
export { type Fulfilment, type PaidSession, type Purchasable, Purchasables, type Quote } from './ports/purchasable.js';
