import type Stripe from 'stripe';
import type { Account } from './account.js';
import { paidCharge } from './charges.js';
import { invalidRequest, noSuch } from './errors.js';
import { createdFilter, listRoute } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import { integer, oneOf, text, unsupported, type ParamsOf, type ShapeOf } from './params.js';
import { noSuccessfulCharge, recordRefundUpdate, refundCharge } from './refunding.js';
import { route } from './routes.js';

const createParams = {
  amount: integer({ min: 1 }),
  charge: text(),
  currency: unsupported(),
  customer: unsupported(),
  instructions_email: unsupported(),
  metadata: metadata(),
  origin: unsupported(),
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: unsupported(),
  reverse_transfer: unsupported(),
} satisfies ShapeOf<Stripe.RefundCreateParams>;

const filters = {
  ...createdFilter,
  charge: text(),
  payment_intent: text(),
} satisfies Omit<ShapeOf<Stripe.RefundListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const refundRoutes = [
  route({
    method: 'POST',
    path: '/v1/refunds',
    answers: 'refund',
    params: createParams,
    handle({ account, params, request }) {
      const { amount, reason = null } = params;
      const order = { amount, reason, metadata: applyMetadata({}, params.metadata), request };
      return refundCharge(account, chargeToRefund(account, params), order);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/refunds/:id',
    answers: 'refund',
    params: {},
    handle: ({ account, id }) => existingRefund(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/refunds/:id',
    answers: 'refund',
    params: { metadata: metadata() } satisfies ShapeOf<Stripe.RefundUpdateParams>,
    handle({ account, id, params, request }) {
      const { metadata: before } = existingRefund(account, id);
      const updated = account.store.refunds.update(id, { metadata: applyMetadata(before ?? {}, params.metadata) });
      if (params.metadata !== undefined) recordRefundUpdate(account, updated, { metadata: before }, request);
      return updated;
    },
  }),
  route({
    method: 'POST',
    path: '/v1/refunds/:id/cancel',
    answers: 'refund',
    params: {},
    handle({ account, id }) {
      existingRefund(account, id);
      // Only refunds that wait for the customer's bank details can be cancelled, and cards need none.
      throw invalidRequest('Canceling this refund is unsupported.');
    },
  }),
  listRoute({
    path: '/v1/refunds',
    object: 'refund',
    filters,
    from: (account) => account.store.refunds.newestFirst(),
    keep: (refund, { charge, payment_intent: intent }) =>
      (charge === undefined || refund.charge === charge) && (intent === undefined || refund.payment_intent === intent),
  }),
];

function chargeToRefund(account: Account, params: ParamsOf<typeof createParams>): Stripe.Charge {
  const { charge: chargeId, payment_intent: intentId } = params;
  if (chargeId === undefined && intentId === undefined) {
    throw invalidRequest('One of the following params should be provided for this request: payment_intent or charge.');
  }
  const intent = intentId === undefined ? undefined : account.store.paymentIntents.find(intentId);
  if (intentId !== undefined && !intent) throw noSuch('payment_intent', intentId, 'payment_intent', 404);
  const charge = chargeId === undefined ? undefined : account.store.charges.find(chargeId);
  // Stripe names `id` here, although the parameter is `charge`.
  if (chargeId !== undefined && !charge) throw noSuch('charge', chargeId, 'id', 404);
  if (charge && intent && charge.payment_intent !== intent.id) {
    throw invalidRequest(`Charge ${charge.id} does not belong to PaymentIntent ${intent.id}.`, { param: 'charge' });
  }
  const found = charge ?? (intent && paidCharge(account, intent.id));
  if (!found) throw noSuccessfulCharge(intentId ?? '');
  return found;
}

function existingRefund(account: Account, id: string): Stripe.Refund {
  const refund = account.store.refunds.find(id);
  if (!refund) throw noSuch('refund', id, 'refund', 404);
  return refund;
}
