import { Injectable } from '@nestjs/common';
import { accounts, credit, debit, PostEntry } from '../../ledger/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { type EarnedShare, Earnings } from '../earnings/earnings.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import type { PayeeShare } from '../ports/purchasable.js';
import type { AttemptRow } from './attempts.js';

/**
 * Books a sale: the buyer's funds against tax, the payee's share of the net, and the rest to where the thing sold says. Share and tax were
 * fixed when the session was created.
 */
@Injectable()
export class PostSale {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly strategies: PaymentStrategies,
    private readonly earnings: Earnings,
  ) {}

  /** @returns what is to be written with the conclusion of the payment: its payees' shares */
  async execute(attempt: AttemptRow): Promise<Prisma.Sql | undefined> {
    const gross = Money.of(attempt.total, attempt.currency);
    const tax = Money.of(attempt.taxAmount, attempt.currency);
    const net = gross.minus(tax);
    const shares = sharesOf(net, attempt.payees);
    await this.postEntry.execute({
      kind: `${attempt.itemKind}.sold`,
      reference: `${attempt.paymentId}:sold`,
      object: { type: 'payment', id: attempt.paymentId },
      actor: attempt.userId,
      legs: [
        debit(this.strategies.of(attempt.provider).funds(attempt.userId), gross),
        credit(accounts.tax(attempt.taxCountry), tax),
        ...shares.map(({ payeeId, share }) => credit(accounts.earningsPending(payeeId), share)),
        credit(
          attempt.income,
          shares.reduce((rest, { share }) => rest.minus(share), net),
        ),
      ],
    });
    return this.earnings.begin(attempt.paymentId, shares);
  }
}

/** The net amount is divided by what the parts weigh, without losing a unit; of each part its payee has their share. One of each payee. */
function sharesOf(net: Money, payees: readonly PayeeShare[]): EarnedShare[] {
  if (payees.length === 0) return [];
  const parts = net.split(payees.map(({ weight }) => BigInt(weight)));
  const shares = new Map<string, Money>();
  for (const [index, { userId, shareBasisPoints }] of payees.entries()) {
    const share = parts[index]!.share(shareBasisPoints);
    shares.set(userId, shares.get(userId)?.plus(share) ?? share);
  }
  return [...shares].map(([payeeId, share]) => ({ payeeId, share }));
}
