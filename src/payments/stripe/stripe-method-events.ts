import type Stripe from 'stripe';
import type { KeptMethod } from '../ports/method-keeper.js';
import type { MethodReport } from '../ports/payment-strategy.js';
import { idOf } from './stripe-money.js';

/** What Stripe knows of a card that may be shown. */
export function keptMethod({ id, type, card, sepa_debit: debit }: Stripe.PaymentMethod): KeptMethod {
  return {
    externalId: id,
    type,
    brand: card?.brand ?? null,
    last4: card?.last4 ?? debit?.last4 ?? null,
    expMonth: card?.exp_month ?? null,
    expYear: card?.exp_year ?? null,
  };
}

type MethodEvent =
  | Stripe.PaymentMethodAttachedEvent
  | Stripe.PaymentMethodUpdatedEvent
  | Stripe.PaymentMethodAutomaticallyUpdatedEvent
  | Stripe.PaymentMethodDetachedEvent;

/** Each carries the whole payment method. Only a detached one does not say any more whose it was: what changed does. */
export function reportOfMethod({ type, data }: MethodEvent): MethodReport | undefined {
  const customer = idOf(data.object.customer) ?? idOf(data.previous_attributes?.customer);
  if (!customer) return undefined;
  const change =
    type === 'payment_method.detached' ? 'removed' : type === 'payment_method.attached' ? 'kept' : 'changed';
  return { kind: 'method', change, customer, method: keptMethod(data.object) };
}

/** The end of a setup of ours names its payment method at most by id: what was saved is asked for. */
export function reportOfSetup({ metadata }: Stripe.Checkout.Session | Stripe.SetupIntent): MethodReport | undefined {
  return metadata?.setupId ? { kind: 'method', change: 'set-up', setupId: metadata.setupId } : undefined;
}
