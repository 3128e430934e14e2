import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { MovementKind } from '../../platform/database/index.js';
import { ProviderFailure, type StatementLine } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { fromStripeAmount, idOf, nearestFromStripe } from './stripe-money.js';

/** What Stripe's reporting categories are to us. What is not here is `OTHER`, and a person looks at it. */
const kinds: Readonly<Record<string, MovementKind>> = {
  charge: 'CHARGE',
  refund: 'REFUND',
  refund_failure: 'REFUND_FAILURE',
  dispute: 'DISPUTE',
  dispute_reversal: 'DISPUTE_REVERSAL',
  transfer: 'PAYOUT',
  transfer_reversal: 'PAYOUT_FAILURE',
  payout: 'SETTLEMENT',
  payout_reversal: 'SETTLEMENT',
  fee: 'FEE',
  network_cost: 'FEE',
  tax: 'FEE',
};

type Source = Exclude<Stripe.BalanceTransaction['source'], string | null>;

/** Stripe's account of a time: every balance transaction of it, of whatever type. */
@Injectable()
export class StripeStatement {
  constructor(private readonly stripe: StripeClient) {}

  async execute(from: Date, until: Date): Promise<StatementLine[]> {
    const lines = await this.stripe.all('balance_transaction', (api) =>
      api.balanceTransactions.list({
        created: { gte: seconds(from), lt: seconds(until) },
        limit: 100,
        expand: ['data.source'],
      }),
    );
    return lines.map(lineOf);
  }
}

/** Stripe counts whole seconds: the first that is not before the moment. */
function seconds(moment: Date): number {
  return Math.ceil(moment.getTime() / 1000);
}

function lineOf(line: Stripe.BalanceTransaction): StatementLine {
  const kind = kinds[line.reporting_category] ?? 'OTHER';
  const source = typeof line.source === 'string' ? null : line.source;
  const amount = nearestFromStripe(line.amount, line.currency);
  const fee = nearestFromStripe(line.fee, line.currency);
  const paid = source && fits(kind, source) ? fromStripeAmount(source.amount, source.currency) : amount;
  // Money that cannot be read must not be left out without a word.
  if (!amount || !fee || !paid) throw new ProviderFailure(false, 'unintelligible_answer');
  const { transactionId, paymentId } = aboutOf(source);
  const own = kind === 'CHARGE' ? transactionId : transferOf(source);
  return {
    externalId: line.id,
    kind,
    reference: own ?? idOf(line.source) ?? line.id,
    amount,
    fee,
    // What was paid has no sign at Stripe.
    original: amount.isNegative() && !paid.isNegative() ? paid.negated() : paid,
    occurredAt: new Date(line.created * 1000),
    transactionId,
    paymentId,
    details: line.description ?? line.type,
  };
}

/** What takes a transfer back has a name of its own; we know the transfer. */
function transferOf(source: Source | null): string | undefined {
  return source?.object === 'transfer_reversal' ? idOf(source.transfer) : undefined;
}

/** Whether the source says what was paid, in the currency of the buyer. */
function fits(kind: MovementKind, source: Source): source is Stripe.Charge | Stripe.Refund | Stripe.Dispute {
  const payments: MovementKind[] = ['CHARGE', 'REFUND', 'REFUND_FAILURE', 'DISPUTE', 'DISPUTE_REVERSAL'];
  return payments.includes(kind) && ['charge', 'refund', 'dispute'].includes(source.object);
}

function aboutOf(source: Source | null): Pick<StatementLine, 'transactionId' | 'paymentId'> {
  if (source?.object === 'charge')
    return { transactionId: idOf(source.payment_intent), paymentId: source.metadata.paymentId };
  if (source?.object === 'refund' || source?.object === 'dispute')
    return { transactionId: idOf(source.payment_intent) };
  return {};
}
