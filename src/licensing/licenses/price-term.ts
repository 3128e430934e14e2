import { Injectable } from '@nestjs/common';
import { PaymentProblems } from '../../payments/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import { LicensingProblems } from '../licensing.problems.js';
import { Tiers } from '../tiers/tiers.js';

/** What a licence is to be sold for. */
export interface TermWish {
  readonly tier: string;
  readonly seats: number;
  readonly months: number;
  readonly currency: string;
  /** For all of it, minor units, when something else was agreed. */
  readonly price?: number;
}

/** What so many seats of a tier cost for so many months: as agreed, or as the tier says. */
@Injectable()
export class PriceTerm {
  constructor(private readonly tiers: Tiers) {}

  /** @throws LicensingProblems.tierUnknown, LicensingProblems.tooManySeats, PaymentProblems.currencyNotOffered */
  execute({ tier: id, seats, months, currency, price }: TermWish): Money {
    const tier = this.tiers.find(id);
    if (!tier)
      throw new DomainError(
        LicensingProblems.tierUnknown,
        `Offered: ${this.tiers.all.map((one) => one.id).join(', ')}`,
      );
    if (seats > tier.mostSeats)
      throw new DomainError(LicensingProblems.tooManySeats, `${tier.name} has at most ${tier.mostSeats} seats`);
    const each = tier.prices.find((one) => one.currency === currency);
    if (!each) {
      const offered = tier.prices.map((one) => one.currency).join(', ');
      throw new DomainError(PaymentProblems.currencyNotOffered, `Sold in: ${offered}`);
    }
    return price === undefined ? each.times(BigInt(seats) * BigInt(months), 1n) : Money.of(price, currency);
  }
}
