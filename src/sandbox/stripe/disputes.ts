import type Stripe from 'stripe';
import type { Account } from './account.js';
import { acceptDispute, giveEvidence, isClosed } from './disputing.js';
import { invalidRequest, noSuch, notInSandbox } from './errors.js';
import { createdFilter, listRoute } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import { emptyable, flag, hash, text, unsupported, type ShapeOf } from './params.js';
import { route } from './routes.js';
import { asOfNow } from './settlement.js';

const longText = () => emptyable(text({ max: 20_000 }));

const evidenceParams = {
  access_activity_log: longText(),
  appeal: unsupported(),
  billing_address: longText(),
  cancellation_policy: unsupported(),
  cancellation_policy_disclosure: longText(),
  cancellation_rebuttal: longText(),
  customer_communication: unsupported(),
  customer_email_address: longText(),
  customer_name: longText(),
  customer_purchase_ip: longText(),
  customer_signature: unsupported(),
  duplicate_charge_documentation: unsupported(),
  duplicate_charge_explanation: longText(),
  duplicate_charge_id: longText(),
  enhanced_evidence: unsupported(),
  product_description: longText(),
  receipt: unsupported(),
  refund_policy: unsupported(),
  refund_policy_disclosure: longText(),
  refund_refusal_explanation: longText(),
  service_date: longText(),
  service_documentation: unsupported(),
  shipping_address: longText(),
  shipping_carrier: longText(),
  shipping_date: longText(),
  shipping_documentation: unsupported(),
  shipping_tracking_number: longText(),
  uncategorized_file: unsupported(),
  uncategorized_text: longText(),
} satisfies ShapeOf<Stripe.DisputeUpdateParams.Evidence>;

const updateParams = {
  evidence: hash(evidenceParams),
  intended_submission_method: unsupported(),
  metadata: metadata(),
  submit: flag(),
} satisfies ShapeOf<Stripe.DisputeUpdateParams>;

const filters = {
  ...createdFilter,
  charge: text(),
  payment_intent: text(),
} satisfies Omit<ShapeOf<Stripe.DisputeListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const disputeRoutes = [
  route({
    method: 'GET',
    path: '/v1/disputes/:id',
    answers: 'dispute',
    params: {},
    handle: ({ account, id }) => asShown(account, existingDispute(account, id)),
  }),
  route({
    method: 'POST',
    path: '/v1/disputes/:id',
    answers: 'dispute',
    params: updateParams,
    handle({ account, id, params, request }) {
      const dispute = openOnly(existingDispute(account, id));
      // Parameters that were not given are not there at all, so they overwrite nothing.
      const evidence = params.evidence && Object.assign({}, dispute.evidence, params.evidence);
      const changes = {
        ...(evidence && { evidence }),
        ...(params.metadata !== undefined && { metadata: applyMetadata(dispute.metadata, params.metadata) }),
      };
      // Evidence goes to the bank unless told otherwise; what was staged goes when `submit` comes alone.
      const submit = params.submit ?? evidence !== undefined;
      return asShown(account, giveEvidence(account, id, changes, submit, request));
    },
  }),
  route({
    method: 'POST',
    path: '/v1/disputes/:id/close',
    answers: 'dispute',
    params: {},
    handle({ account, id, request }) {
      const { status } = openOnly(existingDispute(account, id));
      if (status.startsWith('warning_')) throw notInSandbox('closing an inquiry');
      return asShown(account, acceptDispute(account, id, request));
    },
  }),
  listRoute({
    path: '/v1/disputes',
    object: 'dispute',
    filters,
    from: (account) => account.store.disputes.newestFirst().map((dispute) => asShown(account, dispute)),
    keep: (dispute, { charge, payment_intent: intent }) =>
      (charge === undefined || dispute.charge === charge) &&
      (intent === undefined || dispute.payment_intent === intent),
  }),
];

function existingDispute(account: Account, id: string): Stripe.Dispute {
  const dispute = account.store.disputes.find(id);
  if (!dispute) throw noSuch('dispute', id, 'dispute', 404);
  return dispute;
}

function openOnly(dispute: Stripe.Dispute): Stripe.Dispute {
  if (isClosed(dispute)) throw invalidRequest('This dispute is already closed');
  return dispute;
}

/** A dispute shows its movements whole, without being asked to expand them. */
function asShown(account: Account, dispute: Stripe.Dispute): Stripe.Dispute {
  const transactions = dispute.balance_transactions.map((each) => asOfNow(each, account.now()));
  return { ...dispute, balance_transactions: transactions };
}
