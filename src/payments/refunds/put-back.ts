import { Injectable } from '@nestjs/common';
import { Money } from '../../platform/money/index.js';
import { Purchasables } from '../ports/purchasable.js';
import { type PaidPayment, soldItem } from './paid-payments.js';
import type { ReversedParts } from './reverse-sale.js';

/** Tells what was sold that an amount did not go back after all; its entry is taken back by the caller. */
@Injectable()
export class PutBack {
  constructor(private readonly purchasables: Purchasables) {}

  /** In the caller's transaction. `amount` and its parts are what `ReverseSale` had booked. */
  async execute(payment: PaidPayment, amount: bigint, { tax, share, loss }: ReversedParts): Promise<void> {
    const money = (minor: bigint) => Money.of(minor, payment.currency);
    const borne = { net: money(amount - tax - share - loss), tax: money(tax) };
    await this.purchasables.of(payment.itemKind).putBack?.(soldItem(payment), borne);
  }
}
