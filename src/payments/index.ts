export { CreateSession, type NewSession } from './checkout/create-session.js';
export { ReadSession } from './checkout/read-session.js';
export { CreatedSessionDto, WayToPayDto } from './checkout/sessions.dto.js';
export { PaymentCompleted, PaymentUnapplied } from './payments.events.js';
export { PaymentProblems } from './payments.problems.js';
export { PaymentsModule } from './payments.module.js';
export { type Fulfilment, type PaidSession, type Purchasable, Purchasables, type Quote } from './ports/purchasable.js';
