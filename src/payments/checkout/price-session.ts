import { Injectable } from '@nestjs/common';
import type { AccountRef } from '../../ledger/index.js';
import type { Principal } from '../../platform/auth/index.js';
import { Database } from '../../platform/database/index.js';
import type { Money } from '../../platform/money/index.js';
import { Purchasables } from '../ports/purchasable.js';
import { CalculateTax, isoCode } from '../tax/calculate-tax.js';

export interface PricedSession {
  readonly title: string;
  /** List price. */
  readonly amount: Money;
  readonly tax: Money;
  /** What the provider charges. */
  readonly total: Money;
  /** Millionths: 190000 is 19 %. */
  readonly taxRate: number;
  readonly taxCountry: string | null;
  readonly taxRegion: string | null;
  readonly income: AccountRef;
  readonly payeeId: string | null;
  readonly shareBasisPoints: number;
}

interface Request {
  readonly itemKind: string;
  readonly itemId: string;
  readonly country?: string;
  readonly region?: string;
}

/** Fixes what a purchase costs: the thing's own price, and tax by where the buyer is. */
@Injectable()
export class PriceSession {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly calculateTax: CalculateTax,
    private readonly database: Database,
  ) {}

  async execute({ itemKind, itemId, ...said }: Request, buyer: Principal): Promise<PricedSession> {
    const quote = await this.purchasables.of(itemKind).quote(itemId, buyer);
    const priced = {
      title: quote.title,
      amount: quote.price,
      income: quote.income,
      payeeId: quote.payee?.userId ?? null,
      shareBasisPoints: quote.payee?.shareBasisPoints ?? 0,
    };
    if (!quote.taxable) {
      return {
        ...priced,
        tax: quote.price.minus(quote.price),
        total: quote.price,
        taxRate: 0,
        taxCountry: null,
        taxRegion: null,
      };
    }
    const { tax, total, rate, country, region } = this.calculateTax.execute({
      amount: quote.price,
      ...(await this.place(buyer.userId, said)),
    });
    return { ...priced, tax, total, taxRate: Math.round(rate * 100), taxCountry: country, taxRegion: region };
  }

  /** A provider's evidence of an earlier payment outweighs what the request says; a region counts only within the country it was said of. */
  private async place(
    userId: string,
    said: { country?: string; region?: string },
  ): Promise<{ country?: string; region?: string }> {
    const evidence = await this.database.client.payment.findFirst({
      where: { userId, buyerCountry: { not: null } },
      orderBy: { id: 'desc' },
      select: { buyerCountry: true },
    });
    const named = said.country && isoCode(said.country);
    const country = evidence?.buyerCountry ?? named;
    return { country, region: country === named ? said.region : undefined };
  }
}
