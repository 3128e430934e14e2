import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { currencyExponent, Money } from '../../platform/money/index.js';
import { CourseProblems } from '../courses.problems.js';

/** 10 000.00 in a two-decimal currency. */
const HIGHEST_PRICE_MAJOR = 10_000n;

interface Priced {
  isPremium: boolean;
  price: number | bigint;
  currency: string;
}

@Injectable()
export class CheckPrice {
  constructor(private readonly settings: Settings) {}

  /** @throws CourseProblems.currencyNotOffered, priceMismatch, priceTooHigh */
  execute({ isPremium, price, currency }: Priced): Money {
    if (!this.settings.CURRENCIES.includes(currency)) {
      throw new DomainError(CourseProblems.currencyNotOffered, `Offered: ${this.settings.CURRENCIES.join(', ')}`);
    }
    const amount = Money.of(price, currency);
    if (isPremium === amount.isZero()) throw new DomainError(CourseProblems.priceMismatch);
    const highest = Money.of(HIGHEST_PRICE_MAJOR * 10n ** BigInt(currencyExponent(amount.currency)), currency);
    if (amount.minor > highest.minor)
      throw new DomainError(CourseProblems.priceTooHigh, `At most ${highest.toString()}`);
    return amount;
  }
}
