import { Injectable } from '@nestjs/common';
import { Settings } from '../../platform/config/index.js';
import { DomainError, type FieldError, type ProblemType } from '../../platform/errors/index.js';
import { limitOf, wholeUnits } from '../../platform/money/index.js';
import { CourseProblems } from '../courses.problems.js';

const HIGHEST_UNLESS_SET = 10_000n;

export interface Price {
  readonly currency: string;
  readonly amount: number | bigint;
}

/** What a course costs: the default price, and those in other currencies. */
interface PriceList {
  readonly isPremium: boolean;
  readonly price: number | bigint;
  readonly currency: string;
  readonly prices: readonly Price[];
}

export interface PriceFlaw extends FieldError {
  readonly problem: ProblemType;
}

/** Judges a price list as a whole and reports every flaw, each where it stands in the request. */
@Injectable()
export class CheckPrices {
  constructor(private readonly settings: Settings) {}

  /**
   * @param standing prices that are not judged again, as the settings may have changed since
   * @throws the first flaw's problem (see CourseProblems), with all flaws in its errors
   */
  execute(list: PriceList, standing: readonly Price[] = []): void {
    const flaws = this.flaws(list, standing);
    const [first] = flaws;
    if (first) {
      const errors = flaws.map(({ pointer, detail }) => ({ pointer, detail }));
      throw new DomainError(first.problem, first.detail, errors);
    }
  }

  /** For who has more to judge than prices. */
  flaws(list: PriceList, standing: readonly Price[] = []): PriceFlaw[] {
    return [
      ...mismatch(list),
      ...this.beyond({ currency: list.currency, amount: list.price }, standing, '#/currency', '#/price'),
      ...list.prices.flatMap((price, index) => [
        ...repeated(list, index),
        ...this.beyond(price, standing, `#/prices/${index}/currency`, `#/prices/${index}/amount`),
      ]),
    ];
  }

  /** What the settings do not allow. */
  private beyond(
    { currency, amount }: Price,
    standing: readonly Price[],
    where: string,
    amountAt: string,
  ): PriceFlaw[] {
    if (standing.some((old) => old.currency === currency && BigInt(old.amount) === BigInt(amount))) return [];
    if (!this.settings.CURRENCIES.includes(currency)) {
      const detail = `Offered: ${this.settings.CURRENCIES.join(', ')}`;
      return [{ problem: CourseProblems.currencyNotOffered, pointer: where, detail }];
    }
    const highest = limitOf(this.settings.MAX_PRICES, currency) ?? wholeUnits(HIGHEST_UNLESS_SET, currency);
    if (BigInt(amount) <= highest.minor) return [];
    return [{ problem: CourseProblems.priceTooHigh, pointer: amountAt, detail: `At most ${highest.toString()}` }];
  }
}

function mismatch({ isPremium, price, prices }: PriceList): PriceFlaw[] {
  const problem = CourseProblems.priceMismatch;
  const flaws = isPremium === (BigInt(price) === 0n) ? ['#/price'] : [];
  if (!isPremium && prices.length > 0) flaws.push('#/prices');
  return flaws.map((pointer) => ({ problem, pointer, detail: problem.title }));
}

function repeated({ currency, prices }: PriceList, index: number): PriceFlaw[] {
  const own = prices[index]?.currency;
  const isDefault = own === currency;
  if (!isDefault && prices.findIndex((price) => price.currency === own) === index) return [];
  const detail = isDefault ? `${own} is the currency of the default price` : `${own} has a price already`;
  return [{ problem: CourseProblems.currencyRepeated, pointer: `#/prices/${index}/currency`, detail }];
}
