import type Stripe from 'stripe';
import type { Account } from './account.js';
import { invalidRequest, noSuch, notInSandbox } from './errors.js';
import { createdFilter, isInRange, listRoute } from './lists.js';
import { applyMetadata, metadata, previousMetadata } from './metadata.js';
import { checkCurrency, checkStep } from './money.js';
import { integer, oneOf, range, required, text, unsupported, type ShapeOf } from './params.js';
import { cancelPayout, payOut, wholeUnit } from './paying-out.js';
import { platformBank } from './payout-object.js';
import { route } from './routes.js';

const createParams = {
  amount: required(integer({ min: 1 })),
  currency: required(text()),
  description: text(),
  destination: text(),
  metadata: metadata(),
  method: oneOf('instant', 'standard'),
  payout_method: unsupported(),
  source_type: oneOf('card'),
  statement_descriptor: text({ max: 22 }),
} satisfies ShapeOf<Stripe.PayoutCreateParams>;

const filters = {
  ...createdFilter,
  arrival_date: range(),
  destination: text(),
  status: text(),
} satisfies Omit<ShapeOf<Stripe.PayoutListParams>, 'limit' | 'starting_after' | 'ending_before'>;

export const payoutRoutes = [
  route({
    method: 'POST',
    path: '/v1/payouts',
    answers: 'payout',
    params: createParams,
    handle({ account, params, request }) {
      const { amount, destination = platformBank, method = 'standard' } = params;
      const currency = checkCurrency(params.currency, 'currency');
      checkStep(amount, currency, 'amount');
      if (amount % wholeUnit(currency) !== 0) {
        const message = `Invalid amount: in ${currency}, payouts must be divisible by ${wholeUnit(currency)}`;
        throw invalidRequest(message, { param: 'amount' });
      }
      if (method === 'instant') throw notInSandbox('instant payouts', 'method');
      if (destination !== platformBank) throw noSuch('external account', destination, 'destination', 400);
      return payOut(account, {
        amount,
        currency,
        automatic: false,
        description: params.description ?? null,
        metadata: applyMetadata({}, params.metadata),
        statementDescriptor: params.statement_descriptor ?? null,
        request,
      });
    },
  }),
  route({
    method: 'GET',
    path: '/v1/payouts/:id',
    answers: 'payout',
    params: {},
    handle: ({ account, id }) => existingPayout(account, id),
  }),
  route({
    method: 'POST',
    path: '/v1/payouts/:id',
    answers: 'payout',
    params: { metadata: metadata() } satisfies ShapeOf<Stripe.PayoutUpdateParams>,
    handle({ account, id, params, request }) {
      const before = existingPayout(account, id).metadata ?? {};
      const after = applyMetadata(before, params.metadata);
      const updated = account.store.payouts.update(id, { metadata: after });
      const previous = previousMetadata(before, after);
      if (Object.keys(previous).length > 0) {
        account.record('payout.updated', updated, { previous: { metadata: previous }, request });
      }
      return updated;
    },
  }),
  route({
    method: 'POST',
    path: '/v1/payouts/:id/cancel',
    answers: 'payout',
    params: {},
    handle({ account, id, request }) {
      const { automatic, status } = existingPayout(account, id);
      if (automatic) throw invalidRequest('Automatic payouts cannot be canceled.');
      if (status !== 'pending') {
        throw invalidRequest(`Payouts can only be canceled while they are pending. This payout is ${status}.`);
      }
      return cancelPayout(account, id, request);
    },
  }),
  listRoute({
    path: '/v1/payouts',
    object: 'payout',
    filters,
    from: (account) => account.store.payouts.newestFirst(),
    keep: (payout, { arrival_date: arrival, destination, status }) =>
      isInRange(payout.arrival_date, arrival) &&
      (destination === undefined || payout.destination === destination) &&
      (status === undefined || payout.status === status),
  }),
];

function existingPayout(account: Account, id: string): Stripe.Payout {
  const found = account.store.payouts.find(id);
  if (!found) throw noSuch('payout', id, 'payout', 404);
  return found;
}
