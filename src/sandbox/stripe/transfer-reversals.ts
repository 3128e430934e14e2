import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { page, paging } from './lists.js';
import { applyMetadata, metadata } from './metadata.js';
import { integer, text, unsupported, type ShapeOf } from './params.js';
import { reversalsOf, reverse, showReversals } from './reversing.js';
import { route } from './routes.js';
import { existingTransfer } from './transfers.js';

const createParams = {
  amount: integer({ min: 1 }),
  description: text(),
  metadata: metadata(),
  refund_application_fee: unsupported(),
} satisfies ShapeOf<Stripe.TransferCreateReversalParams>;

export const transferReversalRoutes = [
  route({
    method: 'POST',
    path: '/v1/transfers/:id/reversals',
    answers: 'transfer_reversal',
    params: createParams,
    handle({ account, id, params, request }) {
      const { amount, description } = params;
      const order = { amount, description, metadata: applyMetadata({}, params.metadata), request };
      return reverse(account, existingTransfer(account, id), order);
    },
  }),
  route({
    method: 'GET',
    path: '/v1/transfers/:id/reversals',
    answers: 'list<transfer_reversal>',
    params: paging satisfies ShapeOf<Stripe.TransferListReversalsParams>,
    handle({ account, id, params }) {
      const { reversals } = existingTransfer(account, id);
      return page(reversalsOf(account, id), params, () => true, reversals.url, 'transfer reversal');
    },
  }),
  route({
    method: 'GET',
    path: '/v1/transfers/:id/reversals/:part',
    answers: 'transfer_reversal',
    params: {},
    handle: ({ account, id, part }) => existing(account, id, part),
  }),
  route({
    method: 'POST',
    path: '/v1/transfers/:id/reversals/:part',
    answers: 'transfer_reversal',
    params: { metadata: metadata() } satisfies ShapeOf<Stripe.TransferUpdateReversalParams>,
    handle({ account, id, part, params }) {
      const { metadata: before } = existing(account, id, part);
      const changed = { metadata: applyMetadata(before ?? {}, params.metadata) };
      const updated = account.store.transferReversals.update(part, changed);
      showReversals(account, existingTransfer(account, id));
      return updated;
    },
  }),
];

function existing(account: Account, transferId: string, id: string): Stripe.TransferReversal {
  const { id: transfer } = existingTransfer(account, transferId);
  const found = account.store.transferReversals.find(id);
  if (found?.transfer !== transfer) throw noSuch('transfer reversal', id, 'id', 404);
  return found;
}
