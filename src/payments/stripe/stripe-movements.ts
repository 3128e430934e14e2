import { Injectable } from '@nestjs/common';
import type Stripe from 'stripe';
import type { MovementKind } from '../../platform/database/index.js';
import type { Movement } from '../ports/payment-strategy.js';
import { StripeClient } from './stripe-client.js';
import { fromStripeAmount, nearestFromStripe } from './stripe-money.js';

/** Stripe's own account of a payment, by its balance transactions: of the charge, of each refund, of each dispute. */
@Injectable()
export class StripeMovements {
  constructor(private readonly stripe: StripeClient) {}

  async of(transactionId: string): Promise<Movement[]> {
    const expand = ['latest_charge.balance_transaction'];
    const intent = await this.stripe.find((api) => api.paymentIntents.retrieve(transactionId, { expand }));
    if (!intent) return [];
    const [refunds, disputes] = await Promise.all([
      this.stripe.list('refund', (api) =>
        api.refunds.list({
          payment_intent: transactionId,
          limit: 100,
          expand: ['data.balance_transaction', 'data.failure_balance_transaction'],
        }),
      ),
      this.stripe.list('dispute', (api) => api.disputes.list({ payment_intent: transactionId, limit: 100 })),
    ]);
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
    return [
      movement('CHARGE', transactionId, charge?.balance_transaction, charge?.amount, charge?.currency),
      ...refunds.flatMap(({ id, amount, currency, balance_transaction, failure_balance_transaction }) => [
        movement('REFUND', id, balance_transaction, -amount, currency),
        movement('REFUND_FAILURE', id, failure_balance_transaction, amount, currency),
      ]),
      ...disputes.flatMap(({ id, amount, currency, balance_transactions }) =>
        balance_transactions.map((line) =>
          line.amount < 0
            ? movement('DISPUTE', id, line, -amount, currency)
            : movement('DISPUTE_REVERSAL', id, line, amount, currency),
        ),
      ),
    ].filter((line) => line !== undefined);
  }
}

function movement(
  kind: MovementKind,
  reference: string,
  line: string | Stripe.BalanceTransaction | null | undefined,
  paid: number | undefined,
  currency: string | undefined,
): Movement | undefined {
  if (!line || typeof line === 'string') return undefined;
  const amount = nearestFromStripe(line.amount, line.currency);
  const fee = nearestFromStripe(line.fee, line.currency);
  const original = fromStripeAmount(paid ?? null, currency ?? null);
  if (!amount || !fee || !original) return undefined;
  return { externalId: line.id, kind, reference, amount, fee, original, occurredAt: new Date(line.created * 1000) };
}
