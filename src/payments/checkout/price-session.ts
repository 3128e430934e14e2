import { Injectable } from '@nestjs/common';
import { CouponProblems, ReserveCoupon } from '../../coupons/index.js';
import type { Principal } from '../../platform/auth/index.js';
import type { PaymentProvider, SaleSource } from '../../platform/database/index.js';
import { DomainError } from '../../platform/errors/index.js';
import { Money } from '../../platform/money/index.js';
import type { PricedSession } from '../attempts/attempts.js';
import { FirstPurchase } from '../coupons/first-purchase.js';
import { PaymentStrategies } from '../ports/payment-strategy.js';
import { Purchasables, type Quote } from '../ports/purchasable.js';
import { BuyersPlace } from '../tax/buyers-place.js';
import { CalculateTax } from '../tax/calculate-tax.js';
import { FitToProvider } from './fit-to-provider.js';

interface Request {
  readonly sessionId: string;
  readonly itemKind: string;
  readonly itemId: string;
  readonly provider: PaymentProvider;
  readonly currency?: string;
  readonly couponCode?: string;
  readonly source?: SaleSource;
  readonly country?: string;
  readonly region?: string;
}

/**
 * Fixes what a purchase costs: the thing's own price in the currency asked for, less the coupon whose slot is reserved with it, tax on what
 * is left by where the buyer is, and all of it something that the provider can charge.
 */
@Injectable()
export class PriceSession {
  constructor(
    private readonly purchasables: Purchasables,
    private readonly reserveCoupon: ReserveCoupon,
    private readonly firstPurchase: FirstPurchase,
    private readonly buyersPlace: BuyersPlace,
    private readonly calculateTax: CalculateTax,
    private readonly fitToProvider: FitToProvider,
    private readonly strategies: PaymentStrategies,
  ) {}

  /** In the caller's transaction: a refusal takes the coupon's slot back with everything else. */
  async execute(request: Request, buyer: Principal): Promise<PricedSession> {
    const { itemKind, itemId, provider, currency = this.strategies.of(provider).currency } = request;
    const quote = await this.purchasables.of(itemKind).quote(itemId, buyer, currency);
    const coupon = await this.reserve(request, quote, buyer);
    const discount = coupon?.discount ?? Money.zero(quote.price.currency);
    const { tax, total, ...place } = await this.tax(quote, quote.price.minus(discount), request, buyer);
    return {
      ...place,
      title: quote.title,
      amount: quote.price,
      discount,
      couponCode: coupon?.code ?? null,
      source: request.source ?? (coupon ? 'PROMOTION' : 'DIRECT'),
      tax,
      total: this.fitToProvider.execute(provider, total),
      income: quote.income,
      payees: quote.payees ?? [],
    };
  }

  private async reserve(request: Request, { price, isSale }: Quote, { userId }: Principal) {
    const { couponCode: code, sessionId, itemKind, itemId } = request;
    if (code === undefined) return undefined;
    // Money paid into a wallet is not sold, so nothing can be taken off its price.
    if (!isSale) throw new DomainError(CouponProblems.notApplicable);
    const firstPurchase = await this.firstPurchase.of(userId);
    return this.reserveCoupon.execute({ code, userId, itemKind, itemId, price, firstPurchase, sessionId });
  }

  private async tax({ isSale, place: fixed }: Quote, amount: Money, said: Request, { userId }: Principal) {
    if (!isSale)
      return { tax: Money.zero(amount.currency), total: amount, taxRate: 0, taxCountry: null, taxRegion: null };
    const place = fixed ?? (await this.buyersPlace.of(userId, said));
    const { tax, total, rate, country, region } = this.calculateTax.execute({ amount, ...place });
    return { tax, total, taxRate: Math.round(rate * 100), taxCountry: country, taxRegion: region };
  }
}
