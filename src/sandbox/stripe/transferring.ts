import type Stripe from 'stripe';
import type { Account } from './account.js';
import { availableIn, balanceInsufficient } from './balance.js';
import { availableWith, enter } from './balance-transactions.js';
import { invalidRequest, noSuch } from './errors.js';
import { idOf, newId } from './ids.js';
import { checkCurrency, checkStep, formatAmount } from './money.js';
import { settled } from './settlement.js';

export interface TransferOrder {
  amount: number;
  currency: string;
  destination: string;
  description: string | null;
  metadata: Stripe.Metadata;
  sourceTransaction: string | undefined;
  transferGroup: string | undefined;
  request: Stripe.Event.Request;
}

const insufficientFunds =
  'You have insufficient available funds in your Stripe account. Try adding funds directly to your available balance ' +
  'by creating Charges using the 4000000000000077 test card. See: https://stripe.com/docs/testing#available-balance';
const insufficientCapabilities =
  'Your destination account needs to have at least one of the following capabilities enabled: transfers, ' +
  'crypto_transfers, legacy_payments';

/** Sends money from the balance to a connected account: what is available, or the pending money of one charge. */
export function transfer(account: Account, order: TransferOrder): Stripe.Transfer {
  const { amount, destination, description, request } = order;
  const currency = checkCurrency(order.currency, 'currency');
  checkStep(amount, currency, 'amount');
  checkDestination(account, destination);
  const source = order.sourceTransaction === undefined ? undefined : chargeNamed(account, order.sourceTransaction);
  if (source) checkSource(account, source, amount, currency);
  const availableOn = source ? availableWith(account, source) : account.now();
  // What has not come in yet is not asked of the balance; it is promised from the charge.
  const promised = source !== undefined && (source.balance_transaction === null || availableOn > account.now());
  if (!promised && availableIn(account, currency) < amount) {
    throw balanceInsufficient(insufficientFunds);
  }
  const made = newTransfer(order, currency, groupOf(account, order, source), account.now());
  const booked = enter(account, {
    source: made.id,
    amount: -amount,
    currency,
    type: 'transfer',
    category: 'transfer',
    description,
    availableOn,
  });
  const done = account.store.transfers.put({ ...made, balance_transaction: booked.id });
  account.record('transfer.created', done, { request });
  return done;
}

function checkDestination({ store }: Account, id: string): void {
  const destination = store.connectedAccounts.find(id);
  if (!destination) throw noSuch('destination', id, 'destination', 400);
  if (destination.capabilities.transfers === 'active') return;
  throw invalidRequest(insufficientCapabilities, { code: 'insufficient_capabilities_for_transfer' });
}

function chargeNamed({ store }: Account, id: string): Stripe.Charge {
  const charge = store.charges.find(id);
  if (!charge) throw noSuch('charge', id, 'source_transaction', 400);
  if (charge.status === 'succeeded' && charge.captured) return charge;
  throw invalidRequest(`Charge ${id} was not paid, so nothing can be transferred from it.`, {
    param: 'source_transaction',
  });
}

/** Counted in the currency that the charge settles in, before fees and refunds; what was reversed can be sent again. */
function checkSource(account: Account, charge: Stripe.Charge, amount: number, currency: string): void {
  const { balanceTransactions, transfers } = account.store;
  const booked = balanceTransactions.find(idOf(charge.balance_transaction));
  const source = booked ?? settled(account, charge.amount_captured, charge.currency);
  if (source.currency !== currency) {
    throw invalidRequest(
      `The currency of source_transaction's balance transaction (${source.currency}) must be the same as the transfer ` +
        `currency (${currency})`,
      { param: 'currency' },
    );
  }
  const earlier = transfers.filter((each) => each.source_transaction === charge.id && !each.reversed);
  const sent = earlier.reduce((sum, each) => sum + each.amount - each.amount_reversed, 0);
  if (sent + amount <= source.amount) return;
  const already = earlier.length === 1 ? 'is already a transfer' : `are already ${earlier.length} transfers`;
  const message =
    `Transfers using this transaction as a source must not exceed the source amount of ` +
    `${formatAmount(source.amount, currency)}.` +
    (sent > 0 ? ` (There ${already} using this source, amounting to ${formatAmount(sent, currency)}.)` : '');
  throw invalidRequest(message);
}

/** A charge and what is transferred from it are one group, also when nobody has named it. */
function groupOf(account: Account, order: TransferOrder, source: Stripe.Charge | undefined): string | null {
  if (!source) return order.transferGroup ?? null;
  const group = order.transferGroup ?? source.transfer_group ?? `group_${idOf(source.payment_intent) || source.id}`;
  if (source.transfer_group === null) account.store.charges.update(source.id, { transfer_group: group });
  return group;
}

function newTransfer(order: TransferOrder, currency: string, group: string | null, created: number): Stripe.Transfer {
  const id = newId('transfer');
  return {
    id,
    object: 'transfer',
    amount: order.amount,
    amount_reversed: 0,
    balance_transaction: null,
    created,
    currency,
    description: order.description,
    destination: order.destination,
    destination_payment: newId('payment'),
    livemode: false,
    metadata: order.metadata,
    reversals: { object: 'list', data: [], has_more: false, url: `/v1/transfers/${id}/reversals` },
    reversed: false,
    source_transaction: order.sourceTransaction ?? null,
    source_type: 'card',
    transfer_group: group,
  } satisfies Stripe.Transfer;
}
