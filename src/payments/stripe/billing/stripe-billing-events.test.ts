import { describe, expect, it } from '@jest/globals';
import type Stripe from 'stripe';
import { interpretStripeEvent } from '../stripe-events.js';

/** As it comes: somebody else's words, whatever the types say. */
const read = (type: string, object: object) => interpretStripeEvent({ type, data: { object } } as Stripe.Event);

const about = { kind: 'subscription', externalId: 'sub_1', subscriptionId: 'sub_ours' };
const metadata = { subscriptionId: 'sub_ours' };

describe('events about subscriptions', () => {
  it.each([
    'customer.subscription.created',
    'customer.subscription.updated',
    'customer.subscription.deleted',
    'customer.subscription.trial_will_end',
  ])('%s says which one to look at', (type) => {
    expect(read(type, { id: 'sub_1', metadata })).toEqual(about);
  });

  it.each(['invoice.created', 'invoice.paid', 'invoice.payment_failed', 'invoice.voided'])(
    '%s says whose it is in its parent alone',
    (type) => {
      const parent = { type: 'subscription_details', subscription_details: { subscription: 'sub_1', metadata } };
      expect(read(type, { id: 'in_1', parent })).toEqual(about);
      expect(read(type, { id: 'in_1', parent: null, subscription: 'sub_1' })).toBeUndefined();
      expect(read(type, { id: 'in_1', parent: { type: 'quote_details', subscription_details: null } })).toBeUndefined();
    },
  );

  it('of a schedule tell also when it has let go', () => {
    const schedule = { id: 'sub_sched_1', metadata: {}, subscription: null, released_subscription: 'sub_1' };
    expect(read('subscription_schedule.released', schedule)).toEqual({ kind: 'subscription', externalId: 'sub_1' });
    expect(read('subscription_schedule.updated', { ...schedule, subscription: 'sub_1' })).toMatchObject({
      externalId: 'sub_1',
    });
  });

  it.each(['completed', 'expired', 'async_payment_succeeded', 'async_payment_failed'])(
    'of a page that was %s are never about a payment',
    (end) => {
      const page = { mode: 'subscription', client_reference_id: 'sub_ours', metadata, payment_status: 'paid' };
      const type = `checkout.session.${end}`;
      expect(read(type, { ...page, id: 'cs_1', subscription: 'sub_1' })).toEqual(about);
      expect(read(type, { ...page, id: 'cs_1', subscription: null })).toEqual({
        kind: 'subscription',
        subscriptionId: 'sub_ours',
      });
    },
  );

  it('and the money of an invoice is no payment that was begun here', () => {
    const intent = { id: 'pi_1', status: 'succeeded', amount_received: 2000, currency: 'usd', metadata: {} };
    expect(read('payment_intent.succeeded', intent)).toBeUndefined();
    expect(read('charge.updated', { id: 'ch_1', payment_intent: 'pi_1' })).toEqual({
      kind: 'movements',
      transactionId: 'pi_1',
    });
  });
});
