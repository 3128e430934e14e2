import { Injectable } from '@nestjs/common';
import { type AccountRef, accounts, BearReversal, credit, debit, type Leg, PostEntry } from '../../ledger/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import { Earnings } from '../earnings/earnings.js';
import { PaymentProblems } from '../payments.problems.js';
import { Purchasables } from '../ports/purchasable.js';
import { GivenBack, taxGivenBack } from './given-back.js';
import { type PaidPayment, soldItem } from './paid-payments.js';

/** The parts of an amount given back that were booked as tax, as the payee's share, and as a loss. */
export interface ReversedParts {
  readonly tax: bigint;
  readonly share: bigint;
  readonly loss: bigint;
}

interface PartsAndLegs extends ReversedParts {
  /** The debits that take the shares back. */
  readonly legs: Leg[];
}

interface Reversal {
  /** What happened, such as `refund.asked`. */
  readonly kind: string;
  readonly reference: string;
  /** The refund or the dispute. */
  readonly cause: string;
  readonly actor: string;
  readonly amount: Money;
  /** What is credited for it. */
  readonly to: AccountRef;
  /** Whether it goes back even if what was sold is used up: its provider has given it back already. */
  readonly atAnyCost: boolean;
}

/**
 * Takes a part of a sale back: tax, the payee's share and the income in proportion. Each part is what is due of it for everything given
 * back so far, less what was posted before, so that any number of refunds never drifts and the last one leaves nothing. What is used up
 * bit by bit tells itself what it can still bear.
 */
@Injectable()
export class ReverseSale {
  constructor(
    private readonly postEntry: PostEntry,
    private readonly bearReversal: BearReversal,
    private readonly earnings: Earnings,
    private readonly purchasables: Purchasables,
    private readonly givenBack: GivenBack,
  ) {}

  /** In the caller's transaction, which holds the payment's row. @throws PaymentProblems.usedUp */
  async execute(
    payment: PaidPayment,
    { kind, reference, cause, actor, amount, to, atAnyCost }: Reversal,
  ): Promise<ReversedParts> {
    const borne = await this.borneParts(payment, amount);
    const { legs, ...parts } = borne ?? (await this.parts(payment, amount, cause));
    const money = (minor: bigint) => Money.of(minor, payment.currency);
    if (parts.loss > 0n && !atAnyCost) throw usedUp(amount.minus(money(parts.loss)));
    const income = amount.minus(money(parts.tax + parts.share + parts.loss));
    await this.postEntry.execute({
      kind,
      reference,
      object: { type: 'payment', id: payment.id },
      actor,
      legs: [
        debit(accounts.tax(payment.taxCountry), money(parts.tax)),
        ...legs,
        ...(await this.bearReversal.execute(payment.income, income)),
        debit(accounts.disputeLosses, money(parts.loss)),
        credit(to, amount),
      ],
    });
    return parts;
  }

  private async borneParts(payment: PaidPayment, amount: Money): Promise<PartsAndLegs | undefined> {
    const borne = await this.purchasables.of(payment.itemKind).takeBack?.(soldItem(payment), amount);
    return borne && { tax: borne.tax.minor, share: 0n, loss: amount.minus(borne.net).minus(borne.tax).minor, legs: [] };
  }

  private async parts(payment: PaidPayment, amount: Money, cause: string): Promise<PartsAndLegs> {
    const before = await this.givenBack.of(payment.id);
    const after = before.amount + amount.minor;
    const shares = await this.earnings.reverse(payment.id, cause, after, payment.total);
    return { ...shares, tax: taxGivenBack(payment, before, amount).minor, loss: 0n };
  }
}

function usedUp(left: Money): DomainError {
  return new DomainError(PaymentProblems.usedUp, `${left.toString()} of this payment stands for what is not used yet`);
}
