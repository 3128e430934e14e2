import { Injectable } from '@nestjs/common';
import type { PaymentProvider } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import type { Money } from '../../platform/money/index.js';
import { PaymentProblems } from '../payments.problems.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';

/** Makes a total one that the provider can charge, or says in words why it cannot; before anything is stored or the provider is called. */
@Injectable()
export class FitToProvider {
  constructor(private readonly strategies: PaymentStrategies) {}

  /**
   * @returns the total, rounded to what can be charged (whole shillings, say)
   * @throws PaymentProblems.currencyNotTaken, amountTooSmall, amountTooLarge
   */
  execute(provider: PaymentProvider, total: Money): Money {
    // Nothing to charge: it never gets to the provider.
    if (total.isZero()) return total;
    const limits = this.strategies.of(provider).limits(total.currency);
    if (!limits) throw new DomainError(PaymentProblems.currencyNotTaken, `${provider} does not take ${total.currency}`);
    const { minimum, maximum, step } = limits;
    const charged = total.times(1n, step).times(step, 1n);
    if (charged.minor < minimum.minor) {
      const words = `${provider} charges ${minimum.toString()} at least; ${total.toString()} is to be paid`;
      throw new DomainError(PaymentProblems.amountTooSmall, words);
    }
    if (charged.minor > maximum.minor) {
      const words = `${provider} charges ${maximum.toString()} at most; ${total.toString()} is to be paid`;
      throw new DomainError(PaymentProblems.amountTooLarge, words);
    }
    return charged;
  }
}
