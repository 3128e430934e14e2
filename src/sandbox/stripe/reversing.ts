import type Stripe from 'stripe';
import type { Account } from './account.js';
import { balanceInsufficient } from './balance.js';
import { enter } from './balance-transactions.js';
import { connectedFunds } from './connected-balance.js';
import { invalidRequest } from './errors.js';
import { idOf, newId } from './ids.js';
import { checkStep, formatAmount } from './money.js';

export interface ReversalOrder {
  /** All that is left unless told. */
  amount?: number;
  description?: string;
  metadata?: Stripe.Metadata;
  request?: Stripe.Event.Request;
}

const shownInTransfer = 10;

/** Takes a transfer back, as far as it is still there. */
export function reverse(account: Account, transfer: Stripe.Transfer, order: ReversalOrder): Stripe.TransferReversal {
  const { balanceTransactions, transferReversals, transfers } = account.store;
  const { currency, amount_reversed: before } = transfer;
  const amount = reversible(account, transfer, order.amount);
  const made = newReversal(transfer, amount, order.metadata ?? {}, account.now());
  // Money that has not come in yet comes back as such.
  const sent = balanceTransactions.get(idOf(transfer.balance_transaction));
  const booked = enter(account, {
    source: made.id,
    amount,
    currency,
    type: 'transfer_refund',
    category: 'transfer_reversal',
    description: order.description ?? `REFUND FOR TRANSFER (${transfer.description ?? transfer.id})`,
    availableOn: Math.max(account.now(), sent.available_on),
  });
  const done = transferReversals.put({ ...made, balance_transaction: booked.id });
  const reversed = before + amount === transfer.amount;
  const after = transfers.update(transfer.id, { amount_reversed: before + amount, reversed });
  const shown = showReversals(account, after);
  const previous = { amount_reversed: before, ...(reversed && { reversed: false }) };
  account.record('transfer.reversed', shown, { previous, request: order.request });
  return done;
}

/** Newest first, as everywhere. */
export function reversalsOf({ store }: Account, transferId: string): Stripe.TransferReversal[] {
  return store.transferReversals.filter(({ transfer }) => transfer === transferId).reverse();
}

/** A transfer carries its latest reversals in itself. */
export function showReversals(account: Account, transfer: Stripe.Transfer): Stripe.Transfer {
  const all = reversalsOf(account, transfer.id);
  const reversals = {
    ...transfer.reversals,
    data: all.slice(0, shownInTransfer),
    has_more: all.length > shownInTransfer,
  };
  return account.store.transfers.update(transfer.id, { reversals });
}

function reversible(account: Account, transfer: Stripe.Transfer, wanted: number | undefined): number {
  const { id, currency, destination } = transfer;
  const left = transfer.amount - transfer.amount_reversed;
  if (left === 0) throw invalidRequest(`The transfer ${id} is already fully reversed.`);
  const amount = wanted ?? left;
  if (amount > left) {
    const [asked, rest] = [formatAmount(amount, currency), formatAmount(left, currency)];
    const message = `Transfer reversal amount (${asked}) is greater than unreversed amount on transfer (${rest})`;
    throw invalidRequest(message, { param: 'amount' });
  }
  checkStep(amount, currency, 'amount');
  const there = connectedFunds(account, idOf(destination), currency);
  if (there >= amount) return amount;
  throw balanceInsufficient(
    `The connected account has insufficient funds to cover this reversal: ${formatAmount(there, currency)}.`,
  );
}

function newReversal(
  { id, currency }: Stripe.Transfer,
  amount: number,
  metadata: Stripe.Metadata,
  created: number,
): Stripe.TransferReversal {
  return {
    id: newId('transfer_reversal'),
    object: 'transfer_reversal',
    amount,
    balance_transaction: null,
    created,
    currency,
    destination_payment_refund: newId('payment_refund'),
    metadata,
    source_refund: null,
    transfer: id,
  } satisfies Stripe.TransferReversal;
}
