import { Injectable } from '@nestjs/common';
import { CalculateTax } from '../../payments/index.js';
import type { Prisma } from '../../platform/database/index.js';
import { Money } from '../../platform/money/index.js';
import { cancellationDeadline, nightOf } from './cancellation-deadline.js';
import type { TaughtClass } from './lock-class.js';

/** By what rules the seats of one session are sold. */
type SessionTerms = Pick<
  Prisma.ClassSessionGetPayload<object>,
  'price' | 'tax' | 'currency' | 'taxCountry' | 'taxRate' | 'absenteePolicy' | 'noShowFee' | 'cancelUntil'
>;

/** Makes the terms of a session of a class: what is paid for a seat, tax and all, by the law of the branch on the day of the session. */
@Injectable()
export class MakeSessionTerms {
  constructor(private readonly calculateTax: CalculateTax) {}

  /** @param listPrice of one seat, minor units, with or without tax as all prices are; the class's unless told otherwise */
  execute(of: TaughtClass, start: Date, listPrice: bigint = of.price): SessionTerms {
    const { branch, currency, absenteePolicy, noShowFee } = of;
    const { total, tax, rate, country } = this.calculateTax.execute({
      amount: Money.of(listPrice, currency),
      country: branch.country,
      region: branch.region ?? undefined,
      at: start,
    });
    return {
      price: total.minor,
      tax: tax.minor,
      currency,
      taxCountry: country ?? branch.country,
      // Basis points with two decimals are whole millionths.
      taxRate: Math.round(rate * 100),
      absenteePolicy,
      noShowFee,
      cancelUntil: cancellationDeadline(start, of.cancellationWindowMinutes, nightOf(branch), branch.timeZone),
    };
  }
}
