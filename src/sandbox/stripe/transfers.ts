import type Stripe from 'stripe';
import type { Account } from './account.js';
import { noSuch } from './errors.js';
import { createdFilter, listRoute } from './lists.js';
import { applyMetadata, metadata, previousMetadata } from './metadata.js';
import { integer, oneOf, required, text, type ShapeOf } from './params.js';
import { route } from './routes.js';
import { transfer } from './transferring.js';

const createParams = {
  // The SDK lets it be left out, for charges that are transferred whole.
  amount: required(integer({ min: 1 })),
  currency: required(text()),
  description: text(),
  destination: required(text()),
  metadata: metadata(),
  source_transaction: text(),
  source_type: oneOf('card'),
  transfer_group: text(),
} satisfies ShapeOf<Stripe.TransferCreateParams>;

const filters = {
  ...createdFilter,
  destination: text(),
  transfer_group: text(),
} satisfies Omit<ShapeOf<Stripe.TransferListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const transferRoutes = [
  route({
    method: 'POST',
    path: '/v1/transfers',
    answers: 'transfer',
    params: createParams,
    handle: ({ account, params, request }) =>
      transfer(account, {
        amount: params.amount,
        currency: params.currency,
        description: params.description ?? null,
        destination: params.destination,
        metadata: applyMetadata({}, params.metadata),
        sourceTransaction: params.source_transaction,
        transferGroup: params.transfer_group,
        request,
      }),
  }),
  route({
    method: 'GET',
    path: '/v1/transfers/:id',
    answers: 'transfer',
    params: {},
    handle: ({ account, id }) => existingTransfer(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/transfers/:id',
    answers: 'transfer',
    params: { description: text(), metadata: metadata() } satisfies ShapeOf<Stripe.TransferUpdateParams>,
    handle({ account, id, params, request }) {
      const before = existingTransfer(account, id);
      const description = params.description ?? before.description;
      const updated = account.store.transfers.update(id, {
        description,
        metadata: applyMetadata(before.metadata, params.metadata),
      });
      const changed = previousMetadata(before.metadata, updated.metadata);
      const previous = {
        ...(description !== before.description && { description: before.description }),
        ...(Object.keys(changed).length > 0 && { metadata: changed }),
      };
      if (Object.keys(previous).length > 0) account.record('transfer.updated', updated, { previous, request });
      return updated;
    },
  }),
  listRoute({
    path: '/v1/transfers',
    object: 'transfer',
    filters,
    from: (account) => account.store.transfers.newestFirst(),
    keep: (each, { destination, transfer_group: group }) =>
      (destination === undefined || each.destination === destination) &&
      (group === undefined || each.transfer_group === group),
  }),
];

export function existingTransfer(account: Account, id: string): Stripe.Transfer {
  const found = account.store.transfers.find(id);
  if (!found) throw noSuch('transfer', id, 'transfer', 404);
  return found;
}
