import { Injectable } from '@nestjs/common';
import { type AccountRef, accounts, debit, credit, type Leg, PostEntry } from '../../ledger/index.js';
import { Clock } from '../../platform/clock/index.js';
import { Database, type PaymentProvider, Transactional } from '../../platform/database/index.js';
import { newId } from '../../platform/ids/index.js';
import type { Money } from '../../platform/money/index.js';
import type { Movement } from '../ports/payment-strategy.js';

/**
 * Books one line of a provider's account, once: the fee it kept, and, when it settles in another currency, the change of money into it.
 * What was moved itself is booked already, in the buyer's currency, by the sale, the refund or the dispute.
 */
@Injectable()
export class BookMovement {
  constructor(
    private readonly database: Database,
    private readonly postEntry: PostEntry,
    private readonly clock: Clock,
  ) {}

  /** Contends on the line's own id: the unique index lets one through. */
  @Transactional()
  async execute(payment: { id: string; provider: PaymentProvider }, movement: Movement): Promise<void> {
    const { externalId, kind, reference, amount, fee, original, occurredAt } = movement;
    const changed = amount.currency !== original.currency;
    const { count } = await this.database.client.providerMovement.createMany({
      data: {
        id: newId('providerMovement'),
        provider: payment.provider,
        externalId,
        paymentId: payment.id,
        kind,
        reference,
        amount: amount.minor,
        fee: fee.minor,
        currency: amount.currency,
        originalAmount: changed ? original.minor : null,
        originalCurrency: changed ? original.currency : null,
        occurredAt,
        bookedAt: this.clock.now(),
      },
      skipDuplicates: true,
    });
    if (count === 0) return;
    const funds = accounts.provider(payment.provider);
    await this.postEntry.execute({
      kind: 'provider.settled',
      reference: `${payment.provider.toLowerCase()}:${externalId}`,
      object: { type: 'payment', id: payment.id },
      actor: 'system',
      legs: [...(changed ? exchange(funds, original, amount) : []), ...keep(funds, kind, fee)],
    });
  }
}

/** Out of the provider's account in the buyer's currency, into it in the one settled in; the exchange stands between. */
function exchange(funds: AccountRef, original: Money, settled: Money): Leg[] {
  return [
    credit(funds, original),
    debit(accounts.exchange, original),
    debit(funds, settled),
    credit(accounts.exchange, settled),
  ];
}

/** A negative fee is one that the provider gives back. */
function keep(funds: AccountRef, kind: Movement['kind'], fee: Money): Leg[] {
  const disputed = kind === 'DISPUTE' || kind === 'DISPUTE_REVERSAL';
  return [debit(disputed ? accounts.disputeFees : accounts.providerFees, fee), credit(funds, fee)];
}
